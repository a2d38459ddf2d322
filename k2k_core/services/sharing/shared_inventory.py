"""A vendor company as one buyer company sees it: its lots, offers, their prices and the rules that hold them back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from k2k_core.domain.connection_states import PROPOSED
from k2k_core.domain.items import Lot, aging
from k2k_core.domain.money import Exact, minor_to_micros
from k2k_core.domain.parties import Company, Connection, Customer, Vendor
from k2k_core.domain.pricing import Quote
from k2k_core.domain.sharing import VENDOR, Denial, EligibilityRequest, ShareTerms
from k2k_core.services.company_snapshot import CompanySnapshot, read_together, vendors_of
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import Offers, OwnLots, split_ref
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.price_lists import read_lists_together
from k2k_core.services.pricing.pricer import needs_rate, unit_costs
from k2k_core.services.pricing.vendor_prices import CachedPrice, FinishedPrices
from k2k_core.services.sharing.cached_denials import CachedDenials, Mark, cached_denials
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import AWB, COMPANY, ID, MARK, LotRow, lot_rows
from k2k_core.store.master_data.parties import connection_between


class CompanyPair(NamedTuple):
    """A vendor, a buyer, and their connection, if any."""

    vendor: CompanySnapshot
    buyer: CompanySnapshot
    connection: Connection | None


class LotSelection(NamedTuple):
    """The lots that are read: all, those in `refs`, or `rows` that were read already. `linked` are the vendors with
    their connections, if they were read already."""

    refs: Sequence[str] | None = None
    rows: Sequence[LotRow] | None = None
    linked: Sequence[tuple[Connection, CompanySnapshot]] | None = None


ALL_LOTS = LotSelection()


class SharedInventory:
    """What a vendor shares with a buyer, in one snapshot. `rows` are the vendor's lots; everything else is computed on
    first use."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        pair: CompanyPair,
        rows: Sequence[LotRow],
        awbs: AwbCostReader | None = None,
    ) -> None:
        self.vendor, self.buyer, self.connection = pair
        self.rows = rows
        self._context = context
        self._session = session
        self._awbs = awbs or AwbCostReader(session)

    @property
    def active(self) -> bool:
        return self.connection is not None and self.connection.active

    @property
    def hides_its_name(self) -> bool:
        """Whether the vendor hides its name from the buyer's customers; without a connection it does."""
        return self.connection is None or self.connection.hide_vendor

    @property
    def shows_aging(self) -> bool:
        """Whether the vendor shows this buyer the age of its boxes (`transfer_real_aging_to`)."""
        return self.buyer.code in self.vendor.company.settings.transfer_real_aging_to

    @cached_property
    def today(self) -> dt.date:
        """The vendor's day."""
        return self._session.moment.day_in(self.vendor.company.timezone)

    @cached_property
    def record(self) -> Vendor | None:
        """The buyer's vendor record of the vendor."""
        return self.buyer.vendor_for(self._session, self.vendor.code)

    @cached_property
    def customer(self) -> Customer | None:
        """The vendor's customer record of the buyer."""
        return self.vendor.customer_for(self._session, self.buyer.code)

    @cached_property
    def offers(self) -> Offers:
        return Offers(self._session, self.buyer, self.vendor, self.record)

    @cached_property
    def own(self) -> OwnLots:
        """Reads the rows as the vendor's own lots: nothing of the buyer is needed for that."""
        return OwnLots(self._session, self.vendor)

    @cached_property
    def lots(self) -> list[Lot]:
        """The lots as the vendor sees them, in the order of `rows`."""
        return self.own.lots(self.rows)

    @cached_property
    def lots_by_id(self) -> dict[int, Lot]:
        """The same lots by id."""
        return {lot.id: lot for lot in self.lots}

    @cached_property
    def offered(self) -> list[Lot]:
        """The same lots as the buyer sees them."""
        return self.offers.lots(self.rows)

    @cached_property
    def quotes(self) -> Mapping[int, Quote]:
        """The vendor's finished prices for the buyer, by lot id."""
        return self._prices.of(self.rows, self.own)

    @cached_property
    def _prices(self) -> FinishedPrices:
        return FinishedPrices(self._context, self._session, self.vendor, self.buyer, self._awbs)

    @cached_property
    def unit_costs(self) -> dict[int, Exact | None]:
        """The buyer's unit cost of an offer, in its own currency, by lot id."""
        ids = [row[ID] for row in self.rows]
        costs = unit_costs([self.quotes.get(lot_id) for lot_id in ids], self.vendor, self.buyer, self.record)
        return dict(zip(ids, costs, strict=True))

    def cost_micros(self, lot_id: int) -> int | None:
        """The vendor's price of a lot in its own currency, in micros."""
        quote = self.quotes.get(lot_id)
        if quote is None or quote.price is None:
            return None
        return minor_to_micros(quote.price, self.vendor.company.currency)

    def denials(self, leaves: dt.date | None = None) -> Sequence[Sequence[Denial]]:
        """For each lot every rule of the vendor's side that holds it back, in the order of `rows`: from being shared,
        and with `leaves` also from leaving the vendor on that day."""
        terms = replace(self.terms, leaves=leaves)
        if self._session.writable:  # what it reads may be rolled back
            return self._judged(self.rows, terms)
        cached = self._cached_denials(terms)
        found = cached.of(self.rows, self._cached_prices, lambda rows: self._judged(rows, terms))
        self.vendor.denials.trim()
        return found

    def known_denials(self, marks: Sequence[Mark]) -> Sequence[Sequence[Denial] | None]:
        """The same for lots by their marks, without their rows: None of a lot that is not known, or changed since."""
        if self._session.writable:
            return [None] * len(marks)
        return self._cached_denials(self.terms).of_marks(marks, self._awbs.of(self.vendor.id))

    def note_marks(self, marks: Mapping[int, int]) -> None:
        """Remember the marks of `rows`, which were judged, by lot id."""
        if marks and not self._session.writable:
            self._cached_denials(self.terms).note_marks(self.rows, marks, self._awbs.of(self.vendor.id))

    def _cached_denials(self, terms: ShareTerms) -> CachedDenials:
        return cached_denials(self.vendor, terms, self._context.plugins.registry(self.vendor.company))

    @property
    def _cached_prices(self) -> Mapping[int, CachedPrice]:
        """The prices that are cached, of the lots that have one."""
        return self._prices.cached if self.quotes else {}

    def _judged(self, rows: Sequence[LotRow], terms: ShareTerms) -> list[list[Denial]]:
        """What the rules say of some of the rows."""
        lots = self.lots if len(rows) == len(self.rows) else self.own.lots(rows)
        requests = [
            EligibilityRequest(
                lot,
                aging(terms.today, lot.arrival_date),
                share=terms,
                price=self.cost_micros(lot.id),
                location_connected=self.own.location_connected(row),
            )
            for lot, row in zip(lots, rows, strict=True)
        ]
        return check_rules(self._context, self.vendor.company, VENDOR, requests)

    @cached_property
    def terms(self) -> ShareTerms:
        """The vendor's terms for the buyer, and the day for which the rules are evaluated."""
        return ShareTerms(
            vendor=self.vendor.company,
            buyer=self.buyer.company,
            customer=self.customer,
            today=self.today,
            connected=self.active,
            share_future_sales=self.connection is not None and self.connection.share_future_sales,
            rate_missing=needs_rate(self.buyer, self.record)
            and (self.record is None or self.record.exchange_rate is None),
        )


def known_denials(
    rows: Sequence[tuple[Any, ...]], shared: Callable[[int], SharedInventory]
) -> Iterator[Sequence[Denial] | None]:
    """For each row of `MARKED` what is known to hold its lot back from a buyer, None where that is not known; `shared`
    answers what a vendor of an id shares with the buyer."""
    by_vendor: dict[int, list[Mark]] = defaultdict(list)
    for row in rows:
        by_vendor[row[COMPANY]].append((row[ID], row[MARK]))
    found = {vendor: iter(shared(vendor).known_denials(marks)) for vendor, marks in by_vendor.items()}
    return (next(found[row[COMPANY]]) for row in rows)


def check_rules(
    context: ServiceContext, company: Company, side: str, requests: Sequence[EligibilityRequest]
) -> list[list[Denial]]:
    """Every denial of each request by the rules of one side of a company."""
    registry = context.plugins.registry(company)
    found: list[list[Denial]] = [[] for _ in requests]
    by_type: dict[str, list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        by_type[request.lot.inventory_type].append(place)
    for inventory_type, places in by_type.items():
        batch = [requests[place] for place in places]
        for rule in registry.rules(side, inventory_type):
            for place, denial in zip(places, rule.check_batch(batch), strict=True):
                if denial is not None:
                    found[place].append(denial)
    return found


def shared_inventory(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    buyer: CompanySnapshot,
    refs: Sequence[str] | None = None,
) -> SharedInventory:
    """One pair of companies, connected or not. `refs` restrict the lots: plain codes or `VENDOR/LOT`."""
    codes = None if refs is None else [split_ref(ref)[1] for ref in refs]
    rows = [] if codes == [] else lot_rows(session, [vendor.id], codes)
    connection = connection_between(session, vendor.company, buyer.company)
    return SharedInventory(context, session, CompanyPair(vendor, buyer, connection), rows)


def shared_inventories(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    awbs: AwbCostReader,
    selection: LotSelection = ALL_LOTS,
) -> tuple[list[LotRow], dict[str, SharedInventory]]:
    """The buyer's own lot rows, and its vendors by code with theirs, in one query for all lots.

    Without `refs` only vendors with an active connection; with them every vendor that a ref names and that has a
    connection in any state.
    """
    refs, rows, linked = selection
    wanted = None if refs is None else [split_ref(ref) for ref in refs]
    names = None if wanted is None else {vendor for vendor, _ in wanted if vendor is not None}
    if linked is None:
        linked = active_vendors(context, session, buyer) if names is None else _named(context, session, buyer, names)
    companies = [buyer, *(vendor for _, vendor in linked)]
    read_together(session, companies)
    read_lists_together(session, companies)
    if rows is None:
        codes = None if wanted is None else {code for _, code in wanted}
        rows = lot_rows(session, [company.id for company in companies], codes)
    by_company: dict[int, list[LotRow]] = defaultdict(list)
    for row in rows:
        by_company[row[COMPANY]].append(row)
    awbs.expect(company_id for company_id, mine in by_company.items() if any(row[AWB] for row in mine))
    found = {
        vendor.code: SharedInventory(
            context, session, CompanyPair(vendor, buyer, connection), by_company[vendor.id], awbs
        )
        for connection, vendor in linked
    }
    return by_company[buyer.id], found


def active_vendors(
    context: ServiceContext, session: Session, buyer: CompanySnapshot
) -> list[tuple[Connection, CompanySnapshot]]:
    """The vendors that share with the buyer, oldest connection first."""
    linked = vendors_of(session, context.snapshots, buyer)
    return [(connection, vendor) for connection, vendor in linked if connection.active]


def _named(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, names: set[str]
) -> list[tuple[Connection, CompanySnapshot]]:
    linked = vendors_of(session, context.snapshots, buyer)
    person = context.actor.company is not None
    known = [one for one in linked if not (person and one[0].state == PROPOSED)]
    return [(connection, vendor) for connection, vendor in known if vendor.code in names]
