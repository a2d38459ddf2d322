"""The catalog cache: the catalog of each customer of a company, updated lot by lot.

A cached catalog is valid for one `CatalogVersion`: everything that it was computed from. Each reader first updates it
to the snapshot of its own session: if the set-up changed, or time ended an answer, the whole catalog is recomputed; if
lots or offers changed, only those lots, by the same `Assortment` that computes a whole catalog. A reader whose snapshot
is older than the cached catalog gets `StaleSnapshot`, and reads the network again, or computes its catalog for itself.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeVar, cast

from k2k_core.domain.grouping import Catalog, CatalogLine, Goods
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.local_time import FOREVER
from k2k_core.domain.parties import Customer
from k2k_core.domain.pricing import ECOMMERCE
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.assortment import Assortment, grouped, visible_goods
from k2k_core.services.catalog.catalog_version import Affected, CatalogVersion, LotTraits, affected
from k2k_core.services.catalog.first_ship_date import FirstShipDate, first_ship_date
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow

T = TypeVar("T")
SORTS = ("description", "-description", "price", "-price", "available", "-available")

MAX_CATALOGS = 256
MAX_LOTS = 400_000
"""The most lots in all cached catalogs together: about 1 KB each. The catalog that was used last stays in any case."""

MAX_SEARCHES = 16
"""How many searches and sort orders of one catalog are cached."""

TRIES = 4


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
        return " ".join(self.search.casefold().split())

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


class StaleSnapshot(Exception):
    """The snapshot of this unit of work is older than the cached catalog."""


class CachedCatalog:
    """The catalog of one `CatalogKey`. Its reader holds its lock."""

    def __init__(self, key: CatalogKey) -> None:
        self.lock = threading.Lock()
        self.currency = ""
        self.first_ship_date = FirstShipDate(None, "", ())
        self._key = key
        self._catalog = Catalog("", "")
        self._traits = LotTraits()
        self._version: CatalogVersion | None = None
        self._since = self._until = FOREVER
        self._found: BoundedCache[Wanted, list[CatalogLine]] = BoundedCache(MAX_SEARCHES)

    @property
    def lots(self) -> int:
        """How many lots it has."""
        return self._catalog.lots

    def line(self, name: str) -> CatalogLine | None:
        """The line of that name."""
        return self._catalog.line(name)

    def hidden_vendor_lines(self, line: CatalogLine) -> HiddenVendorLines | None:
        """The lines of hidden vendors with the same goods; None for a line without a hidden vendor."""
        return self._catalog.hidden_vendor_lines(line) if line.vendor_hidden else None

    def lines(self) -> list[CatalogLine]:
        """Every line, by description."""
        return self._catalog.lines()

    def page(self, wanted: Wanted, start: int, stop: int) -> tuple[int, list[CatalogLine]]:
        """The number of matching lines, and those from place `start` up to `stop` in the given order."""
        if wanted.is_whole:
            return len(self._catalog), self._catalog.lines(start, stop)
        found = self._matching(wanted)
        return len(found), found[start:stop]

    def place_after(self, wanted: Wanted, seen: Seen) -> int:
        """The place of the line behind those that a reader has seen, wherever they stand by now."""
        names = seen.names.split()
        if [line.line for line in self.page(wanted, seen.place - 1, seen.place)[1]] == names[:1]:
            return seen.place
        lines = self._matching(wanted)
        places = {line.line: place for place, line in enumerate(lines)}
        still_there = (places[name] + 1 for name in names if name in places)
        return next(still_there, sum(1 for line in lines if stands_before(line, wanted.sort, seen.value)))

    def _matching(self, wanted: Wanted) -> list[CatalogLine]:
        if wanted.is_whole:
            return self._catalog.lines()
        wanted = wanted._replace(search=wanted.words)
        found = self._found.get(wanted)
        if found is None:
            matching = [line for line in self._catalog.lines() if _matches(line, wanted)]
            found = _sorted(matching, wanted.sort)
            self._found.put(wanted, found)
        return found

    def bring_up_to_date(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, customer: Customer
    ) -> None:
        """Update it to the snapshot of this unit of work. Raises `StaleSnapshot` if it is newer than that."""
        version, before = CatalogVersion(context, session, buyer), self._version
        if before is None or not self._is_current(version, before, session):
            self._rebuild(context, session, buyer, customer, version)
            return
        version.read_awbs(session, self._traits.on_awbs)
        changed = affected(session, before, version, self._traits)
        if changed is None:
            self._rebuild(context, session, buyer, customer, version)
        elif changed.refs:
            self._update(context, session, buyer, customer, version, changed)
        elif version.lot_seqs != before.lot_seqs:
            self._version = version

    def _is_current(self, version: CatalogVersion, before: CatalogVersion, session: Session) -> bool:
        """Whether nothing has changed but, perhaps, single lots."""
        if session.now < self._since or not version.covers(before):
            raise StaleSnapshot
        return session.now < self._until and version.has_setup_of(before)

    def _rebuild(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        customer: Customer,
        version: CatalogVersion,
    ) -> None:
        """Compute the whole catalog."""
        self._version = None  # until it is complete
        assortment = self._assortment(context, session, buyer, customer, version, None)
        self._catalog, self._traits = grouped(session, buyer), LotTraits()
        self._catalog.replace((), visible_goods(assortment))
        self.currency = buyer.company.currency
        self.first_ship_date = first_ship_date(assortment)
        self._traits.note(assortment.rows)
        self._until = FOREVER
        version.read_awbs(session, self._traits.on_awbs)
        self._remember(session, version)

    def _update(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        customer: Customer,
        version: CatalogVersion,
        changed: Affected,
    ) -> None:
        """Recompute some lots."""
        self._version = None  # until it is complete
        goods: list[Goods] = []
        if changed.rows:
            goods = visible_goods(self._assortment(context, session, buyer, customer, version, changed.rows))
        self._catalog.replace(changed.refs, goods)
        self._traits.note(changed.rows)
        self._remember(session, version)

    def _assortment(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        customer: Customer,
        version: CatalogVersion,
        rows: Sequence[LotRow] | None,
    ) -> Assortment:
        key = self._key
        sale = Sale(customer, key.ship_via, ship_date=key.ship_date, location=key.location, channel=key.channel)
        return Assortment(context, session, buyer, sale, LotSelection(rows=rows, linked=version.linked))

    def _remember(self, session: Session, version: CatalogVersion) -> None:
        """The catalog is valid for this version, unless a plugin failed: it may succeed the next time.

        It is valid from this moment until the first of its answers changes with time.
        """
        self._found.clear()
        self._since = session.now
        self._until = min(self._until, session.moment.holds_until)
        if version.plugins_healthy:
            self._version = version


CatalogCache = BoundedCache[tuple[int, CatalogKey], CachedCatalog]
"""The catalogs of an installation that were used last, by company and key. Threads share them."""


def new_catalog_cache(max_catalogs: int = MAX_CATALOGS, max_lots: int = MAX_LOTS) -> CatalogCache:
    """An empty cache for so many catalogs, with so many lots in all of them together."""
    return BoundedCache(max_catalogs, max_lots, lambda catalog: catalog.lots)


def read_catalog(context: ServiceContext, buyer: str, key: CatalogKey, read: Callable[[CachedCatalog], T]) -> T:
    """What `read` returns of the current catalog of a key."""
    for _ in range(TRIES):
        with context.store.reading() as session, suppress(StaleSnapshot):
            return read_cached(context, session, context.snapshots.get(session, buyer), key, read)
    with context.store.reading() as session:
        return read_fresh(context, session, context.snapshots.get(session, buyer), key, read)


def read_catalog_in(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[CachedCatalog], T],
) -> T:
    """What `read` returns of the catalog of a key, in the snapshot of this unit of work."""
    if not session.writable:  # what it reads may be rolled back
        with suppress(StaleSnapshot):
            return read_cached(context, session, buyer, key, read)
    return read_fresh(context, session, buyer, key, read)


def read_cached(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[CachedCatalog], T],
) -> T:
    """What `read` returns of the cached catalog, updated to the snapshot of this unit of work. Raises
    `StaleSnapshot`."""
    customer = buyer.customer(session, key.customer)
    day = key.ship_date or session.moment.day_in(buyer.company.timezone)
    catalogs = cast(CatalogCache, context.catalogs)
    key = key._replace(ship_date=day)
    cached = catalogs.setdefault((buyer.id, key), lambda: CachedCatalog(key))
    with cached.lock:
        cached.bring_up_to_date(context, session, buyer, customer)
        found = read(cached)
    catalogs.trim()
    return found


def read_fresh(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    key: CatalogKey,
    read: Callable[[CachedCatalog], T],
) -> T:
    """What `read` returns of a catalog that is computed for this call and not cached."""
    cached = CachedCatalog(key)
    cached.bring_up_to_date(context, session, buyer, buyer.customer(session, key.customer))
    return read(cached)


def _matches(line: CatalogLine, wanted: Wanted) -> bool:
    product = line.goods[0].lot.product
    if wanted.category not in (None, product.category):
        return False
    parts = (line.description, product.category, product.variety, product.color, product.grade, product.code)
    text = " ".join(part for part in parts if part).casefold()
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


def _sorted(lines: list[CatalogLine], sort: str) -> list[CatalogLine]:
    """Lines are sorted by description; if sorted by price, lines without a price come last."""
    name, down = sort.lstrip("-"), sort.startswith("-")
    if name == "description":
        return lines[::-1] if down else lines
    if name == "available":
        return sorted(lines, key=lambda line: line.available, reverse=down)
    priced = sorted((line for line in lines if line.price is not None), key=lambda line: line.price or 0, reverse=down)
    return priced + [line for line in lines if line.price is None]
