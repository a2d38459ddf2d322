"""The pricer: prices of many lots for one customer, by the company's plugins (pricing sections 1-8).

Everything that a step may read is fetched beforehand, in bulk: a catalog takes a handful of queries whatever its size.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from operator import attrgetter

from k2k_core.domain import price_lists
from k2k_core.domain.costs import AwbCosts, BoxKind, CostSheet, FixedCosts, cost_sheet, received_costs
from k2k_core.domain.explanation import Explanation, PriceRecorder
from k2k_core.domain.items import (
    FUTURE_SALES,
    K2K,
    OPEN_MARKET_BOXES,
    VENDOR_AVAILABILITY,
    LastPrice,
    Lot,
    ReceivedCosts,
)
from k2k_core.domain.money import ONE, Exact, minor_scale
from k2k_core.domain.parties import WAREHOUSE, Customer, Vendor
from k2k_core.domain.pricing import (
    ECOMMERCE,
    Adjustment,
    ListRow,
    PriceRequest,
    PriceTerms,
    Quote,
    Step,
    from_columns,
    price_lines,
    values_of_steps,
)
from k2k_core.errors import NotFound
from k2k_core.hooks import ShipViaHandler
from k2k_core.messages import Message
from k2k_core.runtime.registry import Registry
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.pricing import price_lists as price_list_rows
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.cost_figures import figures
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import lot_rows, on_hand_rows

BATCH = 1000
"""Lots in one call of a step."""

_LISTED_BY = attrgetter("product.code", "box_type", "vendor")
"""What the rows of price lists are found by."""

_kind_of_box = attrgetter("box_type", "product.category", "port", "arrival_date", "fbe", "awb", "awb_id")

Base = tuple[str, tuple[str, str, int, int | None]]
Sheet = CostSheet | FixedCosts | None
Sheets = tuple[Sheet, Sheet]
"""The cost sheets of a kind of box: for the given ship via, and via warehouse."""


@dataclass(frozen=True, slots=True)
class Sale:
    """The terms of a sale. The order date is today by default, the ship date the order date, the location the
    customer's."""

    customer: Customer
    ship_via: str = WAREHOUSE
    order_date: dt.date | None = None
    ship_date: dt.date | None = None
    location: str | None = None
    channel: str = ECOMMERCE


class Pricer:
    """Prices lots of one company for one sale."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        company: CompanySnapshot,
        sale: Sale,
        awbs: AwbCostReader | None = None,
    ) -> None:
        self.snapshot = company
        self.customer = sale.customer
        self.sale = sale
        self._session = session
        self._registry: Registry = context.plugins.registry(company.company)
        self._handler: ShipViaHandler = self._registry.ship_via(sale.ship_via)
        self._warehouse: ShipViaHandler = self._registry.ship_via(WAREHOUSE)
        today = session.moment.day_in(company.company.timezone)
        ordered = sale.order_date or today
        gpm, source = k2k_gpm(company, sale.customer, sale.location)
        self._terms = PriceTerms(
            company=company.company,
            customer=sale.customer,
            inventory_type=K2K,
            ship_via=sale.ship_via,
            order_date=ordered,
            ship_date=sale.ship_date or ordered,
            today=today,
            gpm=company.company.settings.gpm,
            k2k_gpm=gpm,
            k2k_gpm_source=source,
            fob_applies=self._handler.adjusts_fob,
            channel=sale.channel,
        )
        self._lists = price_list_rows.lists(session, company)
        self._sheets: dict[tuple[object, ...], Sheets] = {}
        self._awbs = awbs or AwbCostReader(session)

    def quotes(
        self,
        lots: Sequence[Lot],
        unit_costs: Mapping[int, Exact | None] | None = None,
        bases: Mapping[Base, Exact] | None = None,
    ) -> list[Quote]:
        """A quote for each lot, in order. `unit_costs` are those of offers, by lot id; own lots have theirs. `bases`
        are the highest base prices on hand by product and pack, if they are known already."""
        return self._each_type(lots, unit_costs, None, bases)

    def explained(
        self, lots: Sequence[Lot], unit_costs: Mapping[int, Exact | None] | None = None
    ) -> list[tuple[Quote, Explanation]]:
        """The same quotes, each with its explanation, by the same code."""
        explanations: list[Explanation | None] = [None] * len(lots)
        quotes = self._each_type(lots, unit_costs, explanations)
        return [
            (quote, explanation)
            for quote, explanation in zip(quotes, explanations, strict=True)
            if explanation is not None
        ]

    def values_of_steps(
        self, lots: Sequence[Lot], unit_costs: Mapping[int, Exact | None] | None = None
    ) -> list[dict[str, Exact]]:
        """For each lot the value of every step of its hierarchy that has one, also of those that its price does not
        reach."""
        found: dict[int, dict[str, Exact]] = {}
        by_type = _by_type(lots)
        bases = self._open_market_bases([lots[place] for place in by_type.get(FUTURE_SALES, ())], {})
        for batch, requests in self._batches(lots, by_type, unit_costs, bases):
            found.update(zip(batch, values_of_steps(requests, self.steps_of(requests[0].terms)), strict=True))
        return [found[place] for place in range(len(lots))]

    def landed_costs(
        self, lots: Sequence[Lot], unit_costs: Mapping[int, Exact | None] | None = None
    ) -> list[Exact | None]:
        """The landed cost on which the price of each lot is based, for the ship via, in order; None if unknown."""
        found: dict[int, Exact | None] = {}
        for places in _by_type(lots).values():
            terms = self.terms_for(lots[places[0]].inventory_type)
            requests = self._requests([lots[place] for place in places], terms, unit_costs, {})
            found.update(zip(places, (request.landed_cost for request in requests), strict=True))
        return [found[place] for place in range(len(lots))]

    def _each_type(
        self,
        lots: Sequence[Lot],
        unit_costs: Mapping[int, Exact | None] | None,
        explanations: list[Explanation | None] | None,
        bases: Mapping[Base, Exact] | None = None,
    ) -> list[Quote]:
        quotes: dict[int, Quote] = {}
        by_type = _by_type(lots)
        future = {FUTURE_SALES: by_type.pop(FUTURE_SALES)} if FUTURE_SALES in by_type else {}
        for batch, requests in self._batches(lots, by_type, unit_costs, {}):
            quotes.update(zip(batch, self._price(batch, requests, explanations), strict=True))
        if future and bases is None:
            bases = self._open_market_bases(
                [lots[place] for place in future[FUTURE_SALES]],
                {lots[place].id: (lots[place], quotes[place]) for place in by_type.get(OPEN_MARKET_BOXES, ())},
            )
        for batch, requests in self._batches(lots, future, unit_costs, bases or {}):
            quotes.update(zip(batch, self._price(batch, requests, explanations), strict=True))
        return [quotes[place] for place in range(len(lots))]

    def _batches(
        self,
        lots: Sequence[Lot],
        by_type: Mapping[str, Sequence[int]],
        unit_costs: Mapping[int, Exact | None] | None,
        bases: Mapping[Base, Exact],
    ) -> Iterator[tuple[Sequence[int], list[PriceRequest]]]:
        """The requests of some lots by inventory type, so many at once, each batch with the places of its lots."""
        for inventory_type, places in by_type.items():
            terms = self.terms_for(inventory_type)
            for start in range(0, len(places), BATCH):
                batch = places[start : start + BATCH]
                yield batch, self._requests([lots[place] for place in batch], terms, unit_costs, bases)

    def _price(
        self, places: Sequence[int], requests: Sequence[PriceRequest], explanations: list[Explanation | None] | None
    ) -> list[Quote]:
        """The quotes of a batch; if `explanations` is given, each explanation is put at the place of its lot."""
        terms = requests[0].terms
        steps = self.steps_of(terms)
        adjustments = self.adjustments_of(terms)
        if explanations is None:
            return price_lines(requests, steps, adjustments)
        explanation = PriceRecorder(steps)
        quotes = price_lines(requests, steps, adjustments, explanation)
        for line, (place, quote) in enumerate(zip(places, quotes, strict=True)):
            explanations[place] = self._explanation(line, requests[line], quote, explanation)
        return quotes

    def steps_of(self, terms: PriceTerms) -> tuple[Step, ...]:
        """The steps of the hierarchy under these terms."""
        return self._registry.price_steps(
            terms.inventory_type, terms.customer.type, terms.ship_via, terms.company.settings, terms.channel
        )

    def adjustments_of(self, terms: PriceTerms) -> tuple[Adjustment, ...]:
        """The adjustments under these terms."""
        return self._registry.adjustments(
            terms.inventory_type, terms.customer.type, terms.ship_via, terms.company.settings, terms.channel
        )

    def is_by_formulas(self, inventory_type: str, without: str) -> bool:
        """Whether every step and adjustment for an inventory type is a formula that does not read a fact of the lot."""
        terms = self.terms_for(inventory_type)
        formulas = [step.formula for step in self.steps_of(terms)]
        formulas += [adjustment.formula for adjustment in self.adjustments_of(terms)]
        return all(one is not None and without not in one.reads for one in formulas)

    def row_finder(self, terms: PriceTerms) -> price_lists.RowFinder | None:
        """Finds the price-list rows of lots under these terms; None where none applies."""
        return self._lists.finder(self.customer, terms)

    def sheets_for(self, lot: Lot) -> Sheets:
        """The cost sheets of a lot's kind of box: for the given ship via, and via warehouse."""
        return self._sheets_for(lot, replace(self._terms, inventory_type=lot.inventory_type))

    def _explanation(self, line: int, request: PriceRequest, quote: Quote, explanation: PriceRecorder) -> Explanation:
        company, lot = self.snapshot.company, request.lot
        sheet, _ = self._sheets_for(lot, request.terms)
        cost = request.unit_cost
        parts = {} if sheet is None or cost is None else sheet.components(cost, lot.units_per_box)
        return Explanation(
            company.code,
            company.currency,
            lot.ref,
            explanation.steps(line),
            explanation.adjustments(line),
            company.settings.rounding,
            quote.price,
            quote.reason,
            request.landed_cost,
            parts,
            {name: made for name, made in self._figures(lot, request.terms).items() if name in parts},
            channel=request.terms.channel,
        )

    def _figures(self, lot: Lot, terms: PriceTerms) -> dict[str, Message]:
        return figures(lot, terms.company.settings, self._awb_of(lot), _received_on(lot, terms))

    def terms_for(self, inventory_type: str) -> PriceTerms:
        """The terms of all lots of an inventory type."""
        terms = self._terms
        day = price_lists.date_for(inventory_type, terms.order_date, terms.ship_date)
        return replace(
            terms,
            inventory_type=inventory_type,
            lists=self._lists.assigned(self.customer, day),
        )

    def _requests(
        self,
        lots: Sequence[Lot],
        terms: PriceTerms,
        unit_costs: Mapping[int, Exact | None] | None,
        bases: Mapping[Base, Exact],
    ) -> list[PriceRequest]:
        count, is_future = len(lots), terms.inventory_type == FUTURE_SALES
        finder = self.row_finder(terms)
        rows: list[tuple[ListRow, ...]] = [()] * count
        if finder is not None:
            rows = list(starmap(finder.rows_for, map(_LISTED_BY, lots)))
        costs = self._unit_costs(lots, terms, unit_costs or {}, rows)
        landed, warehouse = self._landed_costs(lots, terms, costs)
        reminders = self._reminders(terms.inventory_type)
        return from_columns(
            PriceRequest,
            lots,
            [terms] * count,
            costs,
            landed,
            warehouse,
            rows,
            [bases.get((lot.product.code, lot.pack)) for lot in lots] if is_future else [None] * count,
            [reminders.get((lot.product.code, lot.pack)) for lot in lots] if reminders else [None] * count,
        )

    def _unit_costs(
        self,
        lots: Sequence[Lot],
        terms: PriceTerms,
        offered: Mapping[int, Exact | None],
        rows: Sequence[tuple[ListRow, ...]],
    ) -> list[Exact | None]:
        """The unit cost of each lot: for an offer the vendor's price, for an own lot its own cost."""
        if terms.inventory_type == K2K:
            return [offered.get(lot.id) for lot in lots]
        return [
            self._cost_from_list(lot, its_rows, terms) if lot.unit_cost is None else Exact.micros(lot.unit_cost)
            for lot, its_rows in zip(lots, rows, strict=True)
        ]

    def _landed_costs(
        self, lots: Sequence[Lot], terms: PriceTerms, costs: Sequence[Exact | None]
    ) -> tuple[list[Exact | None], list[Exact | None]]:
        """The landed cost of each lot, for the given ship via and via warehouse."""
        sheets = self._sheets_of(lots, terms)
        asked = _landed(lots, costs, [one for one, _ in sheets])
        if self._handler.cost_components == self._warehouse.cost_components:
            return asked, asked
        return asked, _landed(lots, costs, [plain for _, plain in sheets])

    def _sheets_of(self, lots: Sequence[Lot], terms: PriceTerms) -> list[Sheets]:
        """The cost sheets of each lot; lots of the same kind of box share them."""
        known: dict[tuple[object, ...], Sheets] = {}
        found = []
        for lot in lots:
            if lot.received is not None:
                found.append(self._sheets_for(lot, terms))
                continue
            group = (_kind_of_box(lot), id(lot.cubes), lot.awb and lot.vendor)
            sheets = known.get(group)
            if sheets is None:
                sheets = known[group] = self._sheets_for(lot, terms)
            found.append(sheets)
        return found

    def _cost_from_list(self, lot: Lot, rows: tuple[ListRow, ...], terms: PriceTerms) -> Exact | None:
        """A vendor availability lot without a cost takes the one in the price list (pricing section 5)."""
        if lot.inventory_type != VENDOR_AVAILABILITY or not rows:
            return None
        cost = price_lists.cost_from(rows, lot.inventory_type, terms.lists)
        return None if cost is None else Exact.micros(cost)

    def _sheets_for(self, lot: Lot, terms: PriceTerms) -> Sheets:
        """The cost sheets of a lot's kind of box: for the given ship via, and via warehouse."""
        if lot.received is not None:
            return self._received(lot, lot.received)
        received = _received_on(lot, terms)
        cubes = None if lot.cubes is None else (lot.cubes.n, lot.cubes.d)
        came_on = (lot.awb, lot.awb_id, lot.vendor) if lot.awb else None
        key = (lot.fbe, cubes, lot.product.category, lot.port, came_on, received)
        found = self._sheets.get(key)
        if found is None:
            awb = self._awb_of(lot)
            kind = BoxKind(lot.fbe, lot.cubes, lot.product.category, lot.port, received, awb)
            settings = terms.company.settings
            asked = cost_sheet(settings, kind, self._handler.cost_components)
            same = self._handler.cost_components == self._warehouse.cost_components
            found = asked, asked if same else cost_sheet(settings, kind, self._warehouse.cost_components)
            self._sheets[key] = found
        return found

    def _received(self, lot: Lot, costs: ReceivedCosts) -> Sheets:
        """The costs of boxes that were received with their costs: for the given ship via, and via warehouse."""
        awb, units = self._awb_of(lot), lot.units_per_box
        asked = received_costs(costs, awb, units, self._handler.cost_components)
        return asked, received_costs(costs, awb, units, self._warehouse.cost_components)

    def _awb_of(self, lot: Lot) -> AwbCosts | None:
        """The real costs of the AWB of an own lot."""
        return self._awbs.of(self.snapshot.id).of_lot(lot.awb, lot.awb_id, lot.vendor) if lot.awb else None

    def _reminders(self, inventory_type: str) -> Mapping[Base, LastPrice]:
        """The latest entered price of each product and pack, if a hierarchy may need it."""
        if inventory_type != FUTURE_SALES or not self.snapshot.company.settings.price_reminder:
            return {}
        return last_prices(self._session, self.snapshot)

    def _open_market_bases(self, future: Sequence[Lot], priced: Mapping[int, tuple[Lot, Quote]]) -> dict[Base, Exact]:
        """The highest base price that this customer would get on hand, by product and pack, for future lots. `priced`
        are the lots, by id, whose quotes are known already."""
        if not future:
            return {}
        wanted = {lot.product.code for lot in future}
        own = OwnLots(self._session, self.snapshot)
        on_hand = [lot for lot in own.lots(on_hand_rows(self._session, self.snapshot.id)) if lot.product.code in wanted]
        left = [lot for lot in on_hand if lot.id not in priced or priced[lot.id][0] != lot]
        quotes = {lot.id: quote for lot, quote in zip(left, self.quotes(left), strict=True)}
        bases: dict[Base, Exact] = {}
        for lot in on_hand:
            quote = quotes[lot.id] if lot.id in quotes else priced[lot.id][1]
            key = (lot.product.code, lot.pack)
            if quote.base is not None and (key not in bases or bases[key] < quote.base):
                bases[key] = quote.base
        return bases


def _received_on(lot: Lot, terms: PriceTerms) -> dt.date:
    """The day that decides about duties: an offer comes on the ship date."""
    return terms.ship_date if terms.inventory_type == K2K else lot.arrival_date


def _by_type(lots: Sequence[Lot]) -> dict[str, list[int]]:
    """The places of lots by inventory type."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, lot in enumerate(lots):
        found[lot.inventory_type].append(place)
    return found


def _landed(lots: Sequence[Lot], costs: Sequence[Exact | None], sheets: Sequence[Sheet]) -> list[Exact | None]:
    return [
        None if cost is None or sheet is None else sheet.landed(cost, lot.units_per_box)
        for lot, cost, sheet in zip(lots, costs, sheets, strict=True)
    ]


def k2k_gpm(company: CompanySnapshot, customer: Customer, location: str | None) -> tuple[int | None, str]:
    """The K2K GPM (micros) of the given location, else of the customer's, else of the company; and whose it is.

    Raises `NotFound` for a location that the company does not have.
    """
    if location is not None and location not in company.company.locations:
        raise NotFound(
            "There is no location {location} in {company}.", location=location, company=company.code, kind="location"
        )
    place = company.company.locations.get(location or customer.location or "")
    if place is not None and place.k2k_gpm is not None:
        return place.k2k_gpm, Message("location {place}", place=place.code)
    return company.company.settings.k2k_gpm, company.code


def unit_costs(
    quotes: Sequence[Quote | None], vendor: CompanySnapshot, buyer: CompanySnapshot, record: Vendor | None
) -> list[Exact | None]:
    """The vendor's prices in the buyer's currency (pricing section 1); None without a price or without a needed
    rate."""
    each = cost_of_minor_unit(vendor, buyer, record)
    if each is None:
        return [None] * len(quotes)
    prices = {quote.price for quote in quotes if quote is not None and quote.price is not None}
    costs = {price: Exact(price * each.n, each.d) for price in prices}
    return [None if quote is None or quote.price is None else costs[quote.price] for quote in quotes]


def cost_of_minor_unit(vendor: CompanySnapshot, buyer: CompanySnapshot, record: Vendor | None) -> Exact | None:
    """What the smallest unit of the vendor's currency costs the buyer; None without a needed rate."""
    rate: Exact | None = ONE
    if needs_rate(buyer, record):
        rate = None if record is None or record.exchange_rate is None else Exact.micros(record.exchange_rate).reduced()
    return None if rate is None else Exact(rate.n, minor_scale(vendor.company.currency) * rate.d)


def needs_rate(buyer: CompanySnapshot, record: Vendor | None) -> bool:
    """Whether the vendor's currency has to be converted."""
    multicurrency = buyer.company.settings.multicurrency
    return multicurrency and record is not None and record.currency != buyer.company.currency


def last_prices(session: Session, company: CompanySnapshot) -> dict[Base, LastPrice]:
    """The latest price that a person entered for each product and pack, on any lot of it (pricing section 4)."""
    own = OwnLots(session, company)
    latest: dict[Base, LastPrice] = {}
    for lot in own.lots(lot_rows(session, [company.id])):
        typed, kind = lot.last_price, (lot.product.code, lot.pack)
        if typed is not None and (kind not in latest or typed.is_later_than(latest[kind])):
            latest[kind] = typed
    return latest
