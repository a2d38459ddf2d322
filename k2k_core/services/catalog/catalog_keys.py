"""Which catalog, which of its lines, and in which order (the verb `catalog`)."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from k2k_core.domain.grouping import CatalogLine
from k2k_core.domain.items import Product
from k2k_core.domain.pricing import ECOMMERCE
from k2k_core.domain.text_folding import fold

if TYPE_CHECKING:
    from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
    from k2k_core.services.catalog.first_ship_date import FirstShipDate

SORTS = ("description", "-description", "price", "-price", "available", "-available")


class CatalogKey(NamedTuple):
    """Which catalog: the customer, the ship date, the ship via, the sales channel. Without a ship date it is for
    today."""

    customer: str
    ship_date: dt.date | None = None
    ship_via: str = "warehouse"
    location: str | None = None
    channel: str = ECOMMERCE


class Wanted(NamedTuple):
    """Which lines of a catalog, and in which order: every word of `search` occurs in a line, `sort` is one of `SORTS`;
    `category` is the code of one, None for all."""

    search: str = ""
    sort: str = SORTS[0]
    category: str | None = None

    @property
    def words(self) -> str:
        """The words that are searched for, folded."""
        return fold(self.search)

    @property
    def is_whole(self) -> bool:
        """Whether all lines are wanted in the order in which the catalog has them."""
        return self.sort == SORTS[0] and self.category is None and not self.words


class Seen(NamedTuple):
    """How far a reader has read a catalog: the place behind the last line, what the last line is sorted by, and the
    names of the last lines, the last one first, with blanks between them. The lines show all of it."""

    place: int
    value: str | int
    names: str


class AnyCatalog(Protocol):
    """A catalog as its readers know it."""

    currency: str
    first_ship_date: FirstShipDate

    @property
    def lots(self) -> int:
        """How many lots it has."""

    def line(self, name: str) -> CatalogLine | None:
        """The line of that name."""

    def lines(self) -> list[CatalogLine]:
        """Every line, by description."""

    def hidden_vendor_lines(self, line: CatalogLine) -> HiddenVendorLines | None:
        """The lines of hidden vendors with the same goods; None for a line without a hidden vendor."""

    def page(self, wanted: Wanted, start: int, stop: int) -> tuple[int, list[CatalogLine]]:
        """The number of matching lines, and those from place `start` up to `stop` in the given order."""

    def place_after(self, wanted: Wanted, seen: Seen) -> int:
        """The place of the line behind those that a reader has seen, wherever they stand by now."""


def is_found(product: Product, wanted: Wanted) -> bool:
    """Whether a line of this product is wanted; the words are folded."""
    if wanted.category not in (None, product.category):
        return False
    parts = (product.description, product.category, product.variety, product.color, product.grade, product.code)
    text = fold(" ".join(part for part in parts if part))
    return all(word in text for word in wanted.search.split())


NO_PRICE = ""


def sorted_value(line: CatalogLine, sort: str) -> str | int:
    """What a line is sorted by."""
    name = sort.lstrip("-")
    if name == "description":
        return line.description.casefold()
    if name == "available":
        return line.available
    return NO_PRICE if line.price is None else line.price


def stands_before(line: CatalogLine, sort: str, value: str | int) -> bool:
    """Whether a line stands before all lines with this value. Those without a price stand last."""
    own: Any = sorted_value(line, sort)
    if NO_PRICE in (own, value):
        return bool(own != NO_PRICE)
    return bool(own > value if sort.startswith("-") else own < value)


def sorted_lines(lines: list[CatalogLine], sort: str) -> list[CatalogLine]:
    """Lines are sorted by description; if sorted by price, lines without a price come last."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    if name == "description":
        return lines[::-1] if down else lines
    if name == "available":
        return sorted(lines, key=lambda line: line.available, reverse=down)
    priced = sorted((line for line in lines if line.price is not None), key=lambda line: line.price or 0, reverse=down)
    return priced + [line for line in lines if line.price is None]
