"""Which row of which price list applies to a lot (pricing section 5): first the list, then the row.

A list applies when it is active and one of its seasons contains the date. If several apply, the latest start of a
season wins, then the list code. Within a season the most specific row wins: vendor and box type, vendor, box type,
product.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS, VENDOR_AVAILABILITY
from k2k_core.domain.pricing import ListRow

ALL = "all"
OPEN_MARKET = "open_market"
PREBOOK = "prebook"
SEASON = "season"
LIST_TYPES = (ALL, OPEN_MARKET, PREBOOK, SEASON)

_BY_ORDER_DATE = frozenset((OPEN_MARKET_BOXES, OPEN_MARKET_UNITS))
_FOR_ANY_CUSTOMER = frozenset((FUTURE_SALES, VENDOR_AVAILABILITY))
_GROUPS = (frozenset((OPEN_MARKET, ALL)),)
_FUTURE_GROUPS = (frozenset((PREBOOK,)), frozenset((SEASON,)), frozenset((ALL,)))


class PriceListRow(NamedTuple):
    """A product's price (micros) in a season; an empty box type or vendor matches any."""

    product: str
    price: int
    box_type: str | None = None
    vendor: str | None = None
    cost: int | None = None

    @property
    def label(self) -> str:
        """What the row is for, as text."""
        box = f" in {self.box_type}" if self.box_type else ""
        return f"{self.product}{box}" + (f" from {self.vendor}" if self.vendor else "")


class Season(NamedTuple):
    """A span of days, both inclusive, and the rows that are valid in it."""

    name: str
    start: dt.date
    end: dt.date
    rows: tuple[PriceListRow, ...] = ()


class PriceList(NamedTuple):
    """A company's price list. `type` says which inventory it is for; a master's type does not matter."""

    code: str
    name: str
    type: str
    master: bool = False
    active: bool = True
    seasons: tuple[Season, ...] = ()
    everyone: bool = False


def date_for(inventory_type: str, order_date: dt.date, ship_date: dt.date) -> dt.date:
    """The date on which a list must be active: the order date for the open market, else the ship date."""
    return order_date if inventory_type in _BY_ORDER_DATE else ship_date


def works_for(inventory_type: str, customer_type: str) -> bool:
    """Lists are for customers of type B; future sales and vendor availability ignore the type."""
    return customer_type == "B" or inventory_type in _FOR_ANY_CUSTOMER


def groups_for(inventory_type: str) -> tuple[frozenset[str], ...]:
    """The types of list that an inventory type uses, in groups; the first group with a row wins."""
    return _FUTURE_GROUPS if inventory_type == FUTURE_SALES else _GROUPS


def active_seasons(price_list: PriceList, day: dt.date) -> tuple[Season, ...]:
    """The seasons that contain the day, latest start first; none when the list is not active."""
    if not price_list.active:
        return ()
    inside = [season for season in price_list.seasons if season.start <= day <= season.end]
    return tuple(sorted(inside, key=lambda season: (-season.start.toordinal(), season.name)))


def active_lists(lists: Iterable[PriceList], day: dt.date) -> dict[str, str]:
    """The lists that are active on a day: code → type."""
    return {price_list.code: price_list.type for price_list in lists if active_seasons(price_list, day)}


def most_specific(rows: Iterable[PriceListRow], product: str, box_type: str, vendor: str | None) -> PriceListRow | None:
    """The most specific row for a lot: the vendor counts more than the box type."""
    fitting = [
        row
        for row in rows
        if row.product == product and row.box_type in (None, "", box_type) and row.vendor in (None, "", vendor)
    ]
    return max(fitting, key=lambda row: (bool(row.vendor), bool(row.box_type)), default=None)


def best_row(rows: Iterable[ListRow]) -> ListRow | None:
    """The best row of one group of lists: the latest start of the season, then the list code."""
    return min(rows, key=_rank, default=None)


def assigned_row(rows: Collection[ListRow], inventory_type: str, assigned: Collection[str]) -> ListRow | None:
    """The row of the customer's own lists that prices a lot of this inventory type, or None."""
    own = [row for row in rows if row.list_code in assigned]
    for group in groups_for(inventory_type):
        found = best_row(row for row in own if row.list_type in group)
        if found is not None:
            return found
    return None


def master_row(rows: Iterable[ListRow]) -> ListRow | None:
    """The row of the company's master list, or None."""
    return best_row(row for row in rows if row.master)


def cost_from(rows: Collection[ListRow], inventory_type: str, assigned: Collection[str]) -> int | None:
    """The unit cost (micros) in the price lists for a lot without a unit cost of its own, or None.

    It is the cost of the row that prices the lot, else of the master's row.
    """
    for row in (assigned_row(rows, inventory_type, assigned), master_row(rows)):
        if row is not None and row.cost is not None:
            return row.cost
    return None


class RowFinder:
    """The rows of some lists on one day, indexed by product: built once per batch, used once per kind of lot."""

    def __init__(self, lists: Iterable[PriceList], day: dt.date) -> None:
        self._seasons: dict[str, list[tuple[PriceList, Season, list[PriceListRow]]]] = defaultdict(list)
        self._found: dict[tuple[str, str, str | None], tuple[ListRow, ...]] = {}
        for price_list in lists:
            for season in active_seasons(price_list, day):
                for product, rows in _by_product(season.rows).items():
                    self._seasons[product].append((price_list, season, rows))

    def rows_for(self, product: str, box_type: str, vendor: str | None) -> tuple[ListRow, ...]:
        """The matching row of each list, best first. Equal arguments return the same tuple."""
        key = (product, box_type, vendor)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._find(product, box_type, vendor)
        return found

    def _find(self, product: str, box_type: str, vendor: str | None) -> tuple[ListRow, ...]:
        found: dict[str, ListRow] = {}
        for price_list, season, rows in self._seasons.get(product, ()):
            row = most_specific(rows, product, box_type, vendor)
            if row is not None and price_list.code not in found:
                found[price_list.code] = _matched(price_list, season, row)
        return tuple(sorted(found.values(), key=_rank))


def _matched(price_list: PriceList, season: Season, row: PriceListRow) -> ListRow:
    return ListRow(
        list_code=price_list.code,
        list_type=price_list.type,
        master=price_list.master,
        season=season.name,
        season_start=season.start,
        price=row.price,
        cost=row.cost,
        label=row.label,
    )


def _by_product(rows: Iterable[PriceListRow]) -> Mapping[str, list[PriceListRow]]:
    by_product: dict[str, list[PriceListRow]] = defaultdict(list)
    for row in rows:
        by_product[row.product].append(row)
    return by_product


def _rank(row: ListRow) -> tuple[int, str]:
    return -row.season_start.toordinal(), row.list_code
