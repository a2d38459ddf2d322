"""The contents of a printed invoice: every text and amount, ready to be laid out (domain section 6).

It contains nothing that its reader may not know: no cost, no margin, no hidden vendor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from k2k_core.domain.languages import language

LETTER = "letter"
A4 = "a4"
PAPERS = (LETTER, A4)


@dataclass(frozen=True, slots=True)
class Party:
    """A company or customer on an invoice, with the lines of its address."""

    name: str
    address: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of goods; amounts and counts are formatted texts. `mark` is the buyer's mark code."""

    description: str
    box_type: str
    boxes: str
    pack: str
    unit: str
    units: str
    price: str
    total: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PrintedInvoice:
    """A whole invoice. `words` are its captions in the language `locale`; `facts` are caption and text pairs of its
    head; `charges` are name and amount pairs, apart from the goods."""

    number: str
    locale: str
    paper: str
    seller: str
    bill_to: Party
    ship_to: Party | None
    facts: tuple[tuple[str, str], ...]
    lines: tuple[PrintedLine, ...]
    subtotal: str
    charges: tuple[tuple[str, str], ...]
    total: str
    words: Mapping[str, str]


def address_of(ship_to: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines of an address below its name, as on an envelope, without the unknown parts."""
    place = " ".join(part for part in (ship_to.get("state", ""), ship_to.get("postal_code", "")) if part)
    town = ", ".join(part for part in (ship_to.get("city", ""), place) if part)
    rows = (ship_to.get("street", ""), town, ship_to.get("country", ""), ship_to.get("phone", ""))
    return tuple(row for row in rows if row)


def written(number: str, locale: str) -> str:
    """A number with the separators of a language: `1234.50` as `1,234.50`, in Spanish `1.234,50`."""
    way = language(locale)
    return f"{Decimal(number):,f}".translate({ord(","): way.thousands, ord("."): way.decimals})
