"""The contents of a box label, and a rendered label (domain section 6)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass, field

from k2k_core.domain.languages import FALLBACK


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """Everything a renderer may print for one box. Every text is data: none of it may start a command.

    * `box_code`: the code of the box, for the barcode.
    * `product`: the product's description.
    * `pack`: what the box holds, such as `HB 250 stems`.
    * `lot`: the code of the lot.
    * `recipient`: the buyer company; via grower the ship-to.
    * `mark_code`: the customer code of the buyer's customer.
    * `carrier`: the carrier's name; empty for none.
    * `ship_date`: the day on which the vendor ships.
    * `for_date`: the buyer's ship date, where it is another day; else None.
    * `awb`: the number of the AWB.
    * `order_number`: the vendor's order.
    * `inventory_type`: of the lot, as the company that prints sees it.
    * `vendor_name`: the vendor; empty when the connection hides it. Print no other name in its place.
    * `k2k`: whether the box bears the K2K mark.
    * `reprint`: whether it bears the mark `R`.
    * `locale`: the language of captions.
    * `settings`: empty; a plugin reads its settings from the hook's context.
    """

    box_code: str
    product: str
    pack: str
    lot: str
    recipient: str
    mark_code: str
    carrier: str
    ship_date: dt.date
    awb: str
    order_number: str
    inventory_type: str = "k2k"
    vendor_name: str = ""
    k2k: bool = True
    reprint: bool = False
    locale: str = FALLBACK
    settings: dict[str, object] = field(default_factory=dict)
    for_date: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One rendered label.

    * `box_code`: the code of the box.
    * `media_type`: the media type of the file.
    * `content`: the bytes of the file.
    * `text`: what a person can read on it, line by line in reading order.
    """

    box_code: str
    media_type: str
    content: bytes
    text: tuple[str, ...]


ELLIPSIS = "…"
"""Replaces a name that is not shown on a label."""


def pack(box_type: str | None, units: int, units_are: str) -> str:
    """The contents of a box: `HB 250 stems`. `units_are` names the units in the printer's language."""
    return f"{box_type or ''} {units} {units_are}".strip()


def without_names(text: str, names: Collection[str]) -> str:
    """The text with an ellipsis in place of every name that occurs in it as whole words, in any case.

    For texts that a vendor entered for its own lot or AWB, on labels that hide the vendor (domain section 6).
    """
    wanted = [re.escape(name) for name in sorted(names, key=len, reverse=True) if name]
    if not wanted:
        return text
    return re.sub(rf"(?<![^\W_])(?:{'|'.join(wanted)})(?![^\W_])", ELLIPSIS, text, flags=re.IGNORECASE)
