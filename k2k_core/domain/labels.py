"""What stands on a box label, and what a printed one is (domain section 6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """Everything a renderer may print for one box. Every text is data: none of it may start a command.

    `vendor_name` is empty when the connection hides the vendor. `recipient` is the buyer company, or via grower the
    ship-to. `mark_code` is the customer code of the buyer's customer. `reprint` asks for the mark `R`.
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
    locale: str = "en"
    settings: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Label:
    """One rendered label. `content` is the file's bytes, `text` what a person can read on it, in reading order."""

    box_code: str
    media_type: str
    content: bytes
    text: tuple[str, ...]
