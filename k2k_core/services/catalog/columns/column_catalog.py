"""The catalog of one customer and ship date, made from the columns of its company by arithmetic.

It is made anew when a lot or the set-up changed: that takes milliseconds. Lines become objects when they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.grouping import (
    MERGED,
    CatalogLine,
    Goods,
    identity_of,
    line_name,
    line_of,
    without_vendor,
)
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.items import Product, aging
from k2k_core.domain.local_time import FOREVER
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Customer
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.assortment import Assortment, shows_vendors
from k2k_core.services.catalog.catalog_keys import NO_PRICE, CatalogKey, Seen, Wanted, is_found
from k2k_core.services.catalog.catalog_version import CatalogVersion
from k2k_core.services.catalog.columns.column_prices import PricePlan, TermsPrices
from k2k_core.services.catalog.columns.company_columns import CompanyColumns, unit_values, vendor_fact
from k2k_core.services.catalog.columns.line_arrays import LineArrays
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.catalog.columns.visible_lots import Verdicts
from k2k_core.services.catalog.first_ship_date import FirstShipDate, first_ship_date
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.secret_keys import CATALOG_LINES, secret

MAX_SEARCHES = 16
"""How many searches and sort orders of one catalog are cached."""

MAX_NAMES = 200_000
"""How many names of lines of one company are cached."""

GOODS = "goods"
"""Stands for the vendor fact in the key of a name that names goods, whatever vendor they are from."""

NEVER = (-1, -1)

MAX_LINES = 2_000
"""How many lines of one catalog are cached as objects."""

Lines = NDArray[np.int32]
K = TypeVar("K")
V = TypeVar("V")


class Shown(NamedTuple):
    """What a customer sees of lots besides their prices: whether vendors are shown, and the day by which each owner's
    boxes age, None where the vendor does not tell."""

    vendors: bool
    today: Sequence[dt.date | None]


class ColumnCatalog:
    """The catalog of one `CatalogKey`. Its reader holds the lock of the company's columns."""

    def __init__(self, key: CatalogKey, columns: CompanyColumns) -> None:
        self.currency = ""
        self.first_ship_date = FirstShipDate(None, "", ())
        self._key = key
        self._columns = columns
        self._made_from = NEVER
        self._since = self._until = FOREVER
        self._merged = True
        self._vendor_in_group = ""
        self._vendor_fact: str | None = None
        self._shown = Shown(False, ())
        self._secret = b""
        self._arrays: LineArrays | None = None
        self._objects: dict[int, CatalogLine] = {}
        self._numbers: dict[str, int] = {}
        self._found: BoundedCache[Wanted, Lines] = BoundedCache(MAX_SEARCHES)
        self._hidden: dict[str, HiddenVendorLines] = {}
        self._verdicts: Verdicts | None = None
        self._terms: TermsPrices | None = None
        self._by_lot = False
        self._visible: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._lot_prices: NDArray[np.int64] = np.zeros(0, np.int64)

    def is_of(self, columns: CompanyColumns) -> bool:
        """Whether it is made from these columns."""
        return columns is self._columns

    # Making it

    def bring_up_to_date(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        customer: Customer,
        version: CatalogVersion,
    ) -> None:
        """Make it from the columns, if these have changed or time has passed. Raises `StaleSnapshot` and
        `NotInColumns`."""
        if self._made_from[0] == self._columns.made:
            if session.now < self._since:
                raise StaleSnapshot
            if session.now < self._until and self._follow():
                return
        self._made_from = NEVER  # until it is complete
        key = self._key
        sale = Sale(customer, key.ship_via, ship_date=key.ship_date, location=key.location, channel=key.channel)
        nothing = LotSelection(rows=(), linked=version.linked)
        try:
            self._make(Assortment(context, session, buyer, sale, nothing))
        except OverflowError as error:
            raise NotInColumns from error
        if not version.plugins_healthy:
            self._columns.forget_verdicts()
            raise NotInColumns
        self._since, self._until = session.now, session.moment.holds_until
        self._made_from = self._columns.made, self._columns.changes

    def _make(self, assortment: Assortment) -> None:
        buyer, table = assortment.buyer, self._columns.table
        partners = list(assortment.partners.values())
        settings = buyer.company.settings
        self.currency = buyer.company.currency
        self.first_ship_date = first_ship_date(assortment)
        self._secret = secret(assortment.session, CATALOG_LINES)
        self._merged, self._vendor_in_group = settings.grouping == MERGED, settings.vendor_in_group
        days = [one.today if one.shows_aging else None for one in partners]
        self._shown = Shown(shows_vendors(assortment), [assortment.today, *days])
        self._vendor_fact = vendor_fact(buyer, self._shown.vendors)
        by_vendors = self._columns.denied_by_vendors(assortment, partners)
        self._verdicts = Verdicts(table, assortment, partners, by_vendors)
        visible = self._verdicts.visible(slice(None))
        plan = PricePlan(table, assortment.pricer, unit_values(buyer, partners))
        self._terms, self._by_lot = self._columns.prices_of(plan), bool(plan.by_lot)
        prices = self._lot_by_lot(assortment, plan, visible) if plan.by_lot else self._terms.prices
        self._arrange(visible, prices)

    def _follow(self) -> bool:
        """Take in the lots that have changed. False if it has to be made anew."""
        if self._made_from[1] == self._columns.changes:
            return True
        slots = self._columns.changed_since(self._made_from[1])
        if slots is None or self._by_lot or self._verdicts is None or self._terms is None:
            return False
        visible = self._visible.copy()
        visible[slots] = self._verdicts.visible(slots)
        self._columns.update_prices(self._terms)
        self._made_from = NEVER  # until it is complete
        self._arrange(visible, self._terms.prices)
        self._made_from = self._columns.made, self._columns.changes
        return True

    def _arrange(self, visible: NDArray[np.bool_], prices: NDArray[np.int64]) -> None:
        """Group the visible lots into lines."""
        identities = self._columns.identities(self._vendor_fact, self._merged)
        self._visible, self._lot_prices = visible, prices
        assert self._terms is not None, "they are found before"
        own = prices is not self._terms.prices
        order = identities.by_price(prices) if own else self._terms.order(identities)
        self._arrays = LineArrays(self._columns.table, identities, visible, prices, order)
        self._hidden.clear()
        self._objects.clear()
        self._numbers.clear()
        self._found.clear()

    def _lot_by_lot(
        self,
        assortment: Assortment,
        plan: PricePlan,
        visible: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """The prices of the terms with those of inventory types whose steps are no formulas."""
        table, values = self._columns.table, plan.unit_values
        kind = table.fact("inventory_type")
        wanted = [number for number, type_ in enumerate(kind.values) if type_ in plan.by_lot]
        slots = np.flatnonzero(visible & np.isin(kind.numbers, wanted))
        lots = [lot for lot in map(table.lots.__getitem__, slots) if lot is not None]
        costs: dict[int, Exact | None] = {}
        for slot, lot in zip(slots, lots, strict=True):
            each = values[table.owner[slot]]
            has = each is not None and table.has_unit_cost(int(slot))
            costs[lot.id] = Exact(int(table.unit_cost[slot]) * each.n, each.d) if has and each else None
        assert self._terms is not None, "they are found before"
        found = self._terms.prices.astype(np.int64)
        found[slots] = [quote.price or 0 for quote in assortment.pricer.quotes(lots, costs, plan.bases_on_hand())]
        return found

    # Reading it

    @property
    def _lines(self) -> LineArrays:
        assert self._arrays is not None, "it is made before it is read"
        return self._arrays

    @property
    def lots(self) -> int:
        """How many lots it has."""
        return 0 if self._arrays is None else len(self._arrays.slots)

    def lines(self) -> list[CatalogLine]:
        """Every line, by description."""
        return [self._object(int(line)) for line in self._lines.order]

    def page(self, wanted: Wanted, start: int, stop: int) -> tuple[int, list[CatalogLine]]:
        """The number of matching lines, and those from place `start` up to `stop` in the given order."""
        found = self._matching(wanted)
        return len(found), [self._object(int(line)) for line in found[start:stop]]

    def place_after(self, wanted: Wanted, seen: Seen) -> int:
        """The place of the line behind those that a reader has seen, wherever they stand by now."""
        names = seen.names.split()
        found = self._matching(wanted)
        there = found[seen.place - 1 : seen.place]
        if [self._object(int(line)).line for line in there] == names[:1]:
            return seen.place
        for name in names:
            line = self._named(name)
            places = [] if line is None else np.flatnonzero(found == line).tolist()
            if places:
                return int(places[0]) + 1
        return self._standing_before(found, wanted.sort, seen.value)

    def _standing_before(self, found: Lines, sort: str, value: str | int) -> int:
        """How many lines stand before all lines with this value. Those without a price stand last."""
        name, down = sort.lstrip("-"), sort.startswith("-")
        if name == "description":
            facts = self._columns.table.fact("description")
            texts = [str(text).casefold() for text in facts.values]
            before = np.asarray([(text > str(value)) if down else (text < str(value)) for text in texts] or [False])
            return int(before[facts.numbers[self._lines.firsts()[found]]].sum())
        own = (self._lines.available if name == "available" else self._lines.prices)[found]
        there = own >= 0 if name == "available" else own > 0
        if value == NO_PRICE:
            return int(there.sum())
        return int((there & ((own > int(value)) if down else (own < int(value)))).sum())

    def _matching(self, wanted: Wanted) -> Lines:
        """The lines that are wanted, in their order."""
        if wanted.is_whole:
            return self._lines.order
        wanted = wanted._replace(search=wanted.words)
        found = self._found.get(wanted)
        if found is None:
            lines = self._lines.order
            if wanted.search or wanted.category is not None:
                products = self._columns.table.fact("product")
                fits = [isinstance(one, Product) and is_found(one, wanted) for one in products.values]
                lines = lines[np.asarray(fits or [False])[products.numbers[self._lines.firsts()[lines]]]]
            found = self._lines.in_order(wanted.sort, lines)
            self._found.put(wanted, found)
        return found

    def line(self, name: str) -> CatalogLine | None:
        """The line of that name."""
        line = self._named(name)
        return None if line is None else self._object(line)

    def _named(self, name: str) -> int | None:
        """The number of the line of that name."""
        line = self._line_known_as(name)
        if line is None and self._columns.named.get(name) is None:  # another process has named it, or nobody
            for number in range(len(self._lines)):
                self._name(number)
            line = self._line_known_as(name)
        return line

    def _line_known_as(self, name: str) -> int | None:
        known = self._columns.named.get(name)
        if known is None or known[0] != self._vendor_fact:
            return None
        return self._lines.line(known[1], known[2])

    def _name(self, line: int) -> str:
        key = self._vendor_fact, int(self._lines.kinds[line]), int(self._lines.parts[line])
        name = self._columns.names.get(key)
        if name is None:
            name = line_name(self._identity(line), self._secret)
            _keep(self._columns.names, key, name, MAX_NAMES)
            _keep(self._columns.named, name, key, MAX_NAMES)
        return name

    def _identity(self, line: int) -> tuple[object, ...]:
        goods = self._goods_of(int(self._lines.members(line)[0]), int(self._lines.prices[line]))
        grouping = MERGED if self._merged else "by_inventory_type"
        return identity_of(goods, grouping, self._vendor_in_group)

    def hidden_vendor_lines(self, line: CatalogLine) -> HiddenVendorLines | None:
        """The lines of hidden vendors with the same goods; None for a line without a hidden vendor."""
        if not line.vendor_hidden:
            return None
        found = self._hidden.get(line.line)
        if found is None:
            number = self._numbers.get(line.line)
            if number is None:
                number = self._named(line.line)
            assert number is not None, "it is one of these lines"
            found = self._same_goods(number)
            _keep(self._hidden, line.line, found, MAX_LINES)
        return found

    def _same_goods(self, line: int) -> HiddenVendorLines:
        lines = self._lines
        kinds = self._columns.table.kinds_of_goods(self._vendor_fact, int(lines.kinds[line]))
        hidden = [line]
        if len(kinds) > 1:
            same = [one for kind in kinds if (one := lines.line(kind, int(lines.parts[line]))) is not None]
            hidden = sorted(filter(self._is_hidden, same), key=lines.rank)
        key = f"{GOODS} {self._vendor_fact}", int(lines.kinds[line]), int(lines.parts[line])
        name = self._columns.names.get(key)
        if name is None:
            name = line_name(without_vendor(self._identity(line)), self._secret)
            _keep(self._columns.names, key, name, MAX_NAMES)
        return HiddenVendorLines(name, tuple(map(self._name, hidden)))

    def _is_hidden(self, line: int) -> bool:
        return any(
            goods.vendor_shown is None and goods.lot.vendor is not None
            for goods in (self._goods_of(int(slot), 0) for slot in self._lines.members(line))
        )

    def _object(self, line: int) -> CatalogLine:
        found = self._objects.get(line)
        if found is None:
            prices = self._lot_prices
            members = [self._goods_of(int(slot), int(prices[slot])) for slot in self._lines.members(line)]
            found = line_of(self._name(line), members)
            _keep(self._objects, line, found, MAX_LINES)
            _keep(self._numbers, found.line, line, MAX_LINES)
        return found

    def _goods_of(self, slot: int, price: int) -> Goods:
        """A lot as the catalog shows it."""
        table = self._columns.table
        lot, today = table.lots[slot], self._shown.today[table.owner[slot]]
        assert lot is not None, "a slot that is shown has a lot"
        shown = lot.vendor if self._shown.vendors and lot.vendor not in self._columns.hidden_vendors else None
        return Goods(lot, price or None, shown, None if today is None else aging(today, lot.arrival_date))


def _keep(cache: dict[K, V], key: K, value: V, most: int) -> None:
    """Cache a value; a full cache is emptied first."""
    if len(cache) >= most:
        cache.clear()
    cache[key] = value
