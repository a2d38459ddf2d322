"""The lots of one buyer company in columns, kept up to date lot by lot.

Every catalog of the buyer is made from them. They are valid for one `CatalogVersion` and until a day ends somewhere;
each reader first updates them to the snapshot of its own session, under `lock`. What the lots and the set-up say is
computed by the same code that computes single lots.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np

from k2k_core.domain.grouping import ALWAYS, MERGED
from k2k_core.domain.local_time import FOREVER, Moment
from k2k_core.domain.money import MICRO, Exact, minor_to_micros
from k2k_core.domain.sharing import BUYER, VENDOR
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.catalog.catalog_version import Affected, CatalogVersion, LotTraits, affected
from k2k_core.services.catalog.columns.column_prices import PricePlan, TermsPrices
from k2k_core.services.catalog.columns.facts import Kinds, Slots
from k2k_core.services.catalog.columns.line_arrays import Identities, identities_of
from k2k_core.services.catalog.columns.lot_table import OWN, SHOWN_VENDOR, FactsRead, LotTable, Stock
from k2k_core.services.catalog.columns.not_in_columns import NotInColumns
from k2k_core.services.catalog.columns.vendor_prices import finished_prices
from k2k_core.services.catalog.columns.visible_lots import Mask, denied_by_vendors, leaving_days_of, reads_of
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.inventory.vendor_codes import code_mappings_of
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.pricer import Sale, cost_of_minor_unit
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.services.sharing.shared_inventory import LotSelection, SharedInventory, shared_inventories
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow

PRICES = 32_000_000
"""The most bytes of prices of one buyer, of all terms of sale together: 0.4 MB for each with 50,000 lots."""

MAX_TERMS = 1_000
MAX_DAYS = 32
"""For so many ship dates it is kept what the vendors' rules say."""

CHANGES = 200
"""How many changes are remembered: a catalog that is further behind is made anew."""

Denied = Sequence[tuple[Kinds, Mask]]
"""What rules deny, by the kinds of lots that they read."""

Name = tuple[str | None, int, int]
"""The vendor fact, the identity and the price of a line."""


class CompanyColumns:
    """The columns of one buyer company."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.changes = 0
        """Counts the changes of anything in the columns."""
        self.table = LotTable(0, FactsRead(), MERGED, frozenset())
        self.hidden_vendors: frozenset[str] = frozenset()
        self.made = 0
        """Counts how often they were computed anew, or something that all lots of a kind depend on changed."""
        self.prices: BoundedCache[object, TermsPrices] = BoundedCache(MAX_TERMS, PRICES, lambda one: one.nbytes)
        self.names: dict[Name, str] = {}
        self.named: dict[str, Name] = {}
        self._denied: BoundedCache[tuple[dt.date, ...], tuple[int, Sequence[tuple[Kinds, Mask]]]] = BoundedCache(
            MAX_DAYS
        )
        self._changed: deque[tuple[int, Slots]] = deque(maxlen=CHANGES)
        self._identities: dict[str | None, tuple[int, Identities]] = {}
        self._traits = LotTraits()
        self._read_of_buyer: tuple[object, ...] = ()
        self._version: CatalogVersion | None = None
        self._since = self._until = FOREVER

    @property
    def lots(self) -> int:
        """How many lots they have."""
        return self.table.count

    def bring_up_to_date(self, context: ServiceContext, session: Session, buyer: CompanySnapshot) -> CatalogVersion:
        """Update them to the snapshot of this unit of work. Raises `StaleSnapshot` if they are newer than that, and
        `NotInColumns` if the buyer's catalogs cannot be computed so."""
        version, before = CatalogVersion(context, session, buyer), self._version
        if before is not None and (session.now < self._since or not version.covers(before)):
            raise StaleSnapshot
        if before is None or session.now >= self._until:
            self._rebuild(context, session, buyer, version)
            return version
        if not version.has_setup_of(before):
            if not (version.has_vendors_of(before) and _read_of_buyer(context, session, buyer) == self._read_of_buyer):
                self._rebuild(context, session, buyer, version)
                return version
            self._version = None  # until everything that changed is taken in
            self.made += 1  # a setting that only prices and rules depend on
        version.read_awbs(session, self._traits.on_awbs)
        if self._version is not None and version.has_lots_of(before):
            return version
        changed = affected(session, before, version, self._traits)
        if changed is None or len(changed.rows) > self.table.has_room:
            self._rebuild(context, session, buyer, version)
        elif changed.refs:
            self._update(context, session, buyer, version, before, changed)
        elif self._version is None or version.lot_seqs != before.lot_seqs:
            self._version = version
        return version

    def changed_since(self, changes: int) -> Slots | None:
        """The slots of the lots that changed since that number of `changes`; None if that is not known any more."""
        if changes == self.changes:
            return np.zeros(0, np.int64)
        since = [slots for number, slots in self._changed if number > changes]
        if len(since) != self.changes - changes:
            return None
        return _different(since)

    def prices_of(self, plan: PricePlan) -> TermsPrices:
        """The prices for a plan, up to date."""
        found = self.prices.get(plan.key)
        if found is None:
            found = TermsPrices(plan, self.changes, self.table.size)
            self.prices.put(plan.key, found)
        self.update_prices(found)
        return found

    def update_prices(self, found: TermsPrices) -> None:
        """Price again what changed since they were made."""
        slots = self.changed_since(found.made_from)
        found.update(np.arange(self.table.size) if slots is None else slots, self.changes)

    def denied_by_vendors(self, assortment: Assortment, partners: Sequence[SharedInventory]) -> Denied:
        """What the vendors' rules deny for the ship date of an assortment; customers share it."""
        days = leaving_days_of(assortment, partners)
        known = self._denied.get(days)
        if known is None or known[0] != self.made:
            known = self.made, denied_by_vendors(self.table, assortment, partners, days)
            self._denied.put(days, known)
        return known[1]

    def forget_verdicts(self) -> None:
        """Ask the vendors' rules again: one has failed."""
        self._denied.clear()

    def identities(self, vendor_fact: str | None, merged: bool) -> Identities:
        """The identities of the lots, with this vendor fact."""
        known = self._identities.get(vendor_fact)
        if known is None or known[0] != self.table.order_changes:
            known = self.table.order_changes, identities_of(self.table, vendor_fact, merged)
            self._identities[vendor_fact] = known
        return known[1]

    def _rebuild(
        self, context: ServiceContext, session: Session, buyer: CompanySnapshot, version: CatalogVersion
    ) -> None:
        self._version = None  # until it is complete
        reads = _reads(context, buyer, [vendor for _, vendor in version.linked])
        stocks, rows = stocks_of(context, session, buyer, version, None)
        settings = buyer.company.settings
        sale = Sale(NOBODY)
        nothing = Assortment(context, session, buyer, sale, LotSelection(rows=(), linked=version.linked))
        self.hidden_vendors = nothing.hidden_vendors
        self.table = LotTable(len(rows), reads, settings.grouping, self.hidden_vendors)
        for stock in stocks:
            self.table.put(stock)
        self.table.rank_all()
        self.prices.clear()
        self.names.clear()
        self.named.clear()
        self._identities.clear()
        self._traits = LotTraits()
        self._traits.note(rows)
        version.read_awbs(session, self._traits.on_awbs)
        self.changes += 1
        self.made += 1
        self._changed.clear()
        self._read_of_buyer = _read_of_buyer(context, session, buyer)
        self._until = _end_of_days(session, [buyer, *(vendor for _, vendor in version.linked)])
        self._remember(session, version)

    def _update(
        self,
        context: ServiceContext,
        session: Session,
        buyer: CompanySnapshot,
        version: CatalogVersion,
        before: CatalogVersion,
        changed: Affected,
    ) -> None:
        self._version = None  # until it is complete
        stocks, _ = stocks_of(context, session, buyer, version, changed.rows)
        kinds_known = self.table.kinds_known
        slots = [self.table.remove(changed.refs), *map(self.table.put, stocks)]
        if kinds_known != self.table.kinds_known or version.awbs != before.awbs:
            self.made += 1
            self.prices.clear()
        self._traits.note(changed.rows)
        self.changes += 1
        self._changed.append((self.changes, _different(slots)))
        self._remember(session, version)

    def _remember(self, session: Session, version: CatalogVersion) -> None:
        """They are valid for this version, unless a plugin failed: it may succeed the next time."""
        if not version.plugins_healthy:
            raise NotInColumns
        self._since = session.now
        self._version = version


def _different(slots: Iterable[Slots]) -> Slots:
    """Slots without repetitions. Numpy's own function for that imports a package of 30 ms."""
    return np.asarray(sorted({int(slot) for some in slots for slot in some}), np.int64)


def _end_of_days(session: Session, companies: Sequence[CompanySnapshot]) -> dt.datetime:
    """When the first of the companies' days ends."""
    moment = Moment(session.now)
    for company in companies:
        moment.day_in(company.company.timezone)
    return moment.holds_until


def _read_of_buyer(context: ServiceContext, session: Session, buyer: CompanySnapshot) -> tuple[object, ...]:
    """Everything of the buyer's set-up that the columns are computed from."""
    settings = buyer.company.settings
    return (
        (buyer.code, buyer.company.timezone, settings.auto_map_products, settings.autoconfirm, settings.grouping),
        buyer.products(session),
        buyer.box_types(session),
        buyer.dimensions(session),
        {number: place.code for number, place in buyer.locations_by_id(session).items()},
        {code: (one.company, one.port) for code, one in buyer.vendors(session).items()},
        code_mappings_of(session, buyer),
        context.plugins.registry(buyer.company),
    )


def _reads(context: ServiceContext, buyer: CompanySnapshot, vendors: Sequence[CompanySnapshot]) -> FactsRead:
    """Everything that the rules and formulas of these companies read."""
    found, registry = FactsRead(), context.plugins.registry(buyer.company)
    found.buyer_rules = {reads for rules in registry.all_rules(BUYER) for reads in reads_of(rules)}
    for vendor in vendors:
        theirs = context.plugins.registry(vendor.company)
        found.vendor_rules |= {reads for rules in theirs.all_rules(VENDOR) for reads in reads_of(rules)}
    return found


def stocks_of(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    version: CatalogVersion,
    rows: Sequence[LotRow] | None,
) -> tuple[list[Stock], list[LotRow]]:
    """The lots of the buyer and of its vendors, by owner, and their rows: all, or those of `rows`."""
    awbs = AwbCostReader(session)
    selection = LotSelection(rows=rows, linked=version.linked)
    own_rows, partners = shared_inventories(context, session, buyer, awbs, selection)
    own = OwnLots(session, buyer).lots(own_rows)
    found = [Stock(OWN, own, [lot.unit_cost for lot in own], [None] * len(own))] if own else []
    for number, partner in enumerate(partners.values(), 1):
        if partner.rows:
            prices = finished_prices(context, session, partner, awbs)
            found.append(_offers(number, partner, prices))
    return found, [*own_rows, *(row for partner in partners.values() for row in partner.rows)]


def _offers(number: int, partner: SharedInventory, prices: Sequence[int | None]) -> Stock:
    """A vendor's lots with its prices in the smallest units of its currency."""
    currency = partner.vendor.company.currency
    return Stock(
        number,
        partner.offered,
        prices,
        partner.offers.states(partner.rows),
        partner.lots,
        [None if price is None else minor_to_micros(price, currency) for price in prices],
        [partner.own.location_connected(row) for row in partner.rows],
    )


def unit_values(buyer: CompanySnapshot, partners: Sequence[SharedInventory]) -> list[Exact | None]:
    """What the stored unit cost of a lot stands for, by owner; None without a needed rate."""
    return [Exact(1, MICRO), *(cost_of_minor_unit(one.vendor, buyer, one.record) for one in partners)]


VENDOR_FACTS = {True: SHOWN_VENDOR, False: None}


def vendor_fact(buyer: CompanySnapshot, shown: bool) -> str | None:
    """What the vendor adds to the identity of a line (pricing section 9)."""
    return "vendor" if buyer.company.settings.vendor_in_group == ALWAYS else VENDOR_FACTS[shown]
