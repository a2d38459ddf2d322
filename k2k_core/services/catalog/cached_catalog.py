"""The catalog of one customer and ship date, computed and updated lot by lot.

It is the catalog where columns cannot be used: with a rule that does not say what it reads, in a unit of work that
writes, and for whoever is behind the cached columns.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from k2k_core.domain.grouping import Catalog, CatalogLine, Goods
from k2k_core.domain.hidden_vendor_numbers import HiddenVendorLines
from k2k_core.domain.local_time import FOREVER
from k2k_core.domain.parties import Customer
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.assortment import Assortment, grouped, visible_goods
from k2k_core.services.catalog.catalog_keys import CatalogKey, Seen, Wanted, is_found, sorted_lines, stands_before
from k2k_core.services.catalog.catalog_version import Affected, CatalogVersion, LotTraits, affected
from k2k_core.services.catalog.first_ship_date import FirstShipDate, first_ship_date
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow

MAX_SEARCHES = 16
"""How many searches and sort orders of one catalog are cached."""


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
            matching = [line for line in self._catalog.lines() if is_found(line.goods[0].lot.product, wanted)]
            found = sorted_lines(matching, wanted.sort)
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
