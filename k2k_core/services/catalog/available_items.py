"""Use case: what a company has to sell, of every inventory type, with typed and computed prices (pricing section 4,
`available_items`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.items import AvailableItem, AvailableItems
from k2k_core.domain.items import (
    FUTURE_SALES,
    K2K,
    OPEN_MARKET_BOXES,
    OPEN_MARKET_UNITS,
    VENDOR_AVAILABILITY,
    Lot,
)
from k2k_core.domain.money import Exact, money, plain, price_text
from k2k_core.domain.pricing import Quote
from k2k_core.domain.roles import READING
from k2k_core.services.catalog.prices import step_answer
from k2k_core.services.company_snapshot import CompanySnapshot, read_together
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.price_lists import read_lists_together
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.sharing.lot_pages import marks_of, named_lots
from k2k_core.services.sharing.offer_list import is_offered
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory, active_vendors, known_denials
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COMPANY, ID, MARK, TYPE, LotRow
from k2k_core.store.lists.lots import BY_GOODS, lots_of

TYPED = {
    OPEN_MARKET_BOXES: "web_price",
    OPEN_MARKET_UNITS: "unit_price",
    FUTURE_SALES: "purchase_order_price",
    VENDOR_AVAILABILITY: "va_price",
    K2K: "va_price",
}
"""Inventory type → the field whose price a person types for this lot or offer."""


def available_items(
    context: ServiceContext, company: str, inventory_type: str | None, explained: bool, request: PageRequest
) -> AvailableItems:
    """A page of what a company has to sell: its own lots by code, then those of its vendors that it sells."""
    context.actor.require(READING, company)
    wanted = (
        None
        if inventory_type is None
        else parsing.argument("inventory_type", parsing.choice, inventory_type, tuple(TYPED))
    )
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        reader = _Items(context, session, snapshot, wanted, explained)
        listed = PagedList(
            "available_items",
            lots_of([snapshot.id, *reader.vendors], snapshot.id, BY_GOODS),
            AvailableItem,
            reader.answers,
            {"lot": named_lots},
            sieve=reader.sold,
            marks=marks_of(session, reader.known),
            about=f"{company}/{wanted}/{explained}",
        )
        return cast(AvailableItems, page(context, session, snapshot.id, listed, request))


class _Priced(NamedTuple):
    """The lots of a page with their landed costs and quotes: as they sell, and as they would without a typed price."""

    lots: Sequence[Lot]
    landed: Sequence[Exact | None]
    quotes: Sequence[Quote]
    computed: Sequence[Quote]


class _Items:
    """What is computed for the rows of the list, the company's own and those of its vendors."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        company: CompanySnapshot,
        wanted: str | None,
        explained: bool,
    ) -> None:
        self._context, self._session, self._company = context, session, company
        self._wanted, self._explained = wanted, explained
        linked = active_vendors(context, session, company) if wanted in (None, K2K) else []
        self._linked = {vendor.id: (connection, vendor) for connection, vendor in linked}
        together = [company, *(vendor for _, vendor in self._linked.values())]
        read_together(session, together)
        read_lists_together(session, together)
        self._awbs = AwbCostReader(session)
        self._lots: dict[int, Lot] = {}
        self._marks: dict[int, int] = {}
        self._costs: dict[int, Exact | None] = {}

    @property
    def vendors(self) -> list[int]:
        """The vendors that share with the company."""
        return list(self._linked)

    def sold(self, rows: Sequence[LotRow]) -> list[bool]:
        """Whether each row is the company's own, or one of a vendor that is shared with it, mapped and confirmed."""
        by_company: dict[int, list[LotRow]] = defaultdict(list)
        for row in rows:
            by_company[row[COMPANY]].append(row)
        for company_id, lots in by_company.items():
            if company_id == self._company.id:
                self._add_own(lots)
            else:
                self._add_offers(company_id, lots)
        return [row[ID] in self._lots for row in rows]

    def known(self, rows: Sequence[tuple[Any, ...]]) -> list[bool | None]:
        """The same of the company's own, and of lots of vendors that have not changed since it was asked before; None
        of others."""
        offered = [row for row in rows if row[COMPANY] != self._company.id]
        self._marks = {row[ID]: row[MARK] for row in offered}
        pairs = {one: self._shared_by(one, ()) for one in {row[COMPANY] for row in offered}}
        denied = known_denials(offered, pairs.__getitem__)
        return [
            self._wanted in (None, row[TYPE])
            if row[COMPANY] == self._company.id
            else None
            if (denials := next(denied)) is None
            else is_offered(denials) and pairs[row[COMPANY]].offers.is_sold(row)
            for row in rows
        ]

    def _shared_by(self, vendor_id: int, rows: Sequence[LotRow]) -> SharedInventory:
        connection, vendor = self._linked[vendor_id]
        return SharedInventory(
            self._context, self._session, CompanyPair(vendor, self._company, connection), rows, self._awbs
        )

    def _add_own(self, rows: Sequence[LotRow]) -> None:
        for lot in OwnLots(self._session, self._company).lots(rows):
            if self._wanted in (None, lot.inventory_type):
                self._lots[lot.id] = lot

    def _add_offers(self, vendor_id: int, rows: Sequence[LotRow]) -> None:
        read = self._shared_by(vendor_id, rows)
        for row, lot, denials in zip(rows, read.offered, read.denials(), strict=True):
            if is_offered(denials) and read.offers.is_sold(row):
                self._lots[lot.id], self._costs[lot.id] = lot, read.unit_costs[row[ID]]
        read.note_marks(self._marks)

    def answers(self, rows: Rows) -> Rows:
        """The rows as they are answered, priced together."""
        lots = [self._lots[row["id"]] for row in rows]
        untyped = [lot._replace(**cast(Any, {TYPED[lot.inventory_type]: None})) for lot in lots]
        pricer = Pricer(self._context, self._session, self._company, Sale(NOBODY), self._awbs)
        priced = _Priced(
            lots,
            pricer.landed_costs(lots, self._costs),
            pricer.quotes(lots, self._costs),
            pricer.quotes(untyped, self._costs),
        )
        found = [dict(self._answer(priced, place)) for place in range(len(lots))]
        if self._explained:
            explanations = [one for _, one in pricer.explained(lots, self._costs)]
            for answer, explanation in zip(found, explanations, strict=True):
                answer["explanation"] = [step_answer(step) for step in explanation.steps]
        return found

    def _answer(self, priced: _Priced, place: int) -> AvailableItem:
        lot, landed, quote = priced.lots[place], priced.landed[place], priced.quotes[place]
        currency = self._company.company.currency
        typed: Any = getattr(lot, TYPED[lot.inventory_type])
        return {
            "lot": lot.ref,
            "inventory_type": lot.inventory_type,
            "product": lot.product.code,
            "description": lot.product.description,
            "box_type": lot.box_type,
            "units_per_box": lot.units_per_box,
            "unit_type": lot.unit_type,
            "available": lot.available,
            "currency": currency,
            "typed_field": TYPED[lot.inventory_type],
            "typed": None if typed is None else money(typed, currency),
            "landed_cost": None if landed is None else plain(landed),
            "computed": price_text(priced.computed[place].price, currency),
            "price": price_text(quote.price, currency),
            "step": quote.step,
        }
