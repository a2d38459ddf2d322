"""Use case: what a connection would share, hold back and cost once it is active, before it is (domain section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import ConnectionPreview, PreviewedLot
from k2k_core.domain.connection_states import ACCEPTED, ACTIVE, PROPOSED
from k2k_core.domain.disclosure import reader_of, sees_prices
from k2k_core.domain.money import Exact, money, plain, price_text
from k2k_core.domain.parties import WAREHOUSE, Vendor
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.domain.sharing import BUYER, VENDOR, Denial
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.company_access import require_connected_pair
from k2k_core.services.context import ServiceContext
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.pricing.pricer import Pricer, Sale, needs_rate
from k2k_core.services.sharing.lot_pages import LotList, page_of_lots
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.services.sharing.shared_inventory import CompanyPair, SharedInventory
from k2k_core.services.sharing.sharing import detail, reading_side, side_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import AVAILABLE, CODE, LotRow, lot_rows
from k2k_core.store.lists.lots import BY_CODE, BY_GOODS
from k2k_core.store.master_data import connections as rows
from k2k_core.store.master_data.parties import connection_between

PREVIEWED = (PROPOSED, ACCEPTED, ACTIVE)
"""The states in which there is a preview. Whoever has proposed sees one when the other company has accepted."""


@dataclass(frozen=True)
class PreviewQuery:
    """How a connection is previewed: an exchange `rate` that is not stored, and for whom the buyer's prices are: a
    `customer`, or, without one, a customer of type A without markups, and the ship via."""

    rate: object = None
    customer: str | None = None
    ship_via: str = WAREHOUSE


class PreviewedInventory(SharedInventory):
    """A vendor as its buyer would see it if their connection were active."""

    rate: int | None = None

    @property
    def active(self) -> bool:
        return True

    @cached_property
    def record(self) -> Vendor | None:
        """The buyer's vendor record, with the rate; if there is none yet, as it would be."""
        vendor = self.vendor.company
        found = self.buyer.vendor_for(self._session, self.vendor.code)
        record = found or Vendor(0, vendor.code, vendor.name, vendor.code, vendor.currency)
        return record if self.rate is None else replace(record, exchange_rate=self.rate)


def preview(
    context: ServiceContext, vendor: str, buyer: str, query: PreviewQuery, request: PageRequest
) -> ConnectionPreview:
    """A page of the vendor's lots: whether each would be shared, and why not; its price by the vendor, and for the
    buyer its cost, its landed cost and the price that it would be sold at. With `count` also how many would be shared.

    Raises `NotFound` without a connection, `Conflict` for one that has ended or is suspended, and for the company that
    has proposed it, until the other one accepts.
    """
    side = reading_side(context, vendor, buyer)
    rate = None if query.rate is None else parsing.argument("rate", parsing.positive, query.rate)
    with context.store.reading() as session:
        companies = require_connected_pair(context, session, vendor, buyer, proposed=True)
        pair = CompanyPair(*companies, connection_between(session, companies[0].company, companies[1].company))
        _require_previewed(context, session, pair)
        reader = _Preview(context, session, pair, query, rate, side)
        whose = pair.vendor if context.actor.company == vendor else pair.buyer
        about = f"{vendor}/{buyer}/{query}"
        sorts = BY_CODE if side == BUYER else BY_GOODS
        listed = LotList("preview", PreviewedLot, reader.computed, about, pair.vendor.id, sorts)
        found = page_of_lots(context, session, whose, [pair.vendor], listed, request)
        answer: dict[str, Any] = {"vendor": vendor, "buyer": buyer, **reader.terms(), **found}
        if request.count:
            answer |= reader.counts()
        return cast(ConnectionPreview, answer)


def _require_previewed(context: ServiceContext, session: Session, pair: CompanyPair) -> None:
    connection, own = pair.connection, context.actor.company
    names = {"vendor": pair.vendor.code, "buyer": pair.buyer.code}
    if connection is None:
        raise NotFound("There is no connection from {vendor} to {buyer}.", **names, kind="connection")
    if connection.state not in PREVIEWED:
        raise Conflict("The connection from {vendor} to {buyer} is {state:words}.", **names, state=connection.state)
    if connection.state == PROPOSED and own is not None:
        proposer = rows.proposer(session, rows.Pair(pair.vendor.id, pair.buyer.id))
        reader = pair.vendor if own == pair.vendor.code else pair.buyer
        if proposer in (None, reader.id):
            raise Conflict("The connection from {vendor} to {buyer} is not accepted yet.", **names, state=PROPOSED)


class _Preview:
    """What is computed for the lots of a page, as one side reads it."""

    def __init__(
        self,
        context: ServiceContext,
        session: Session,
        pair: CompanyPair,
        query: PreviewQuery,
        rate: int | None,
        side: str,
    ) -> None:
        self._context, self._session, self._pair, self._query = context, session, pair, query
        self._rate, self._side = rate, side
        self._prices = sees_prices(reader_of(context.actor))
        self._costs = context.actor.host or context.actor.has(SEEING_COSTS)

    def terms(self) -> dict[str, Any]:
        """The currencies, and the rate that the prices are converted with; None if they are not."""
        record = self._inventory([]).record
        rate = record.exchange_rate if record is not None and needs_rate(self._pair.buyer, record) else None
        shown = rate is not None and self._side != VENDOR and self._costs
        return {
            "state": "" if self._pair.connection is None else self._pair.connection.state,
            "currency": self._pair.vendor.company.currency,
            "buyer_currency": self._pair.buyer.company.currency,
            "rate": parsing.number_text(rate) if rate is not None and shown else None,
        }

    def counts(self) -> dict[str, int]:
        """How many of all lots would be shared, and how many held back."""
        denials = self._inventory(lot_rows(self._session, [self._pair.vendor.id])).denials()
        shared = sum(not one for one in denials)
        return {"shared": shared, "held_back": len(denials) - shared}

    def computed(self, rows_: Sequence[LotRow]) -> list[PreviewedLot]:
        """The rows of the page, in their order."""
        inventory = self._inventory(rows_)
        found = [
            self._lot(inventory, place, row, denials)
            for place, (row, denials) in enumerate(zip(rows_, inventory.denials(), strict=True))
        ]
        if self._side != VENDOR:
            self._add_prices(inventory, found)
        return found

    def _inventory(self, rows_: Sequence[LotRow]) -> PreviewedInventory:
        inventory = PreviewedInventory(self._context, self._session, self._pair, rows_)
        inventory.rate = self._rate
        return inventory

    def _lot(self, inventory: PreviewedInventory, place: int, row: LotRow, denials: Sequence[Denial]) -> PreviewedLot:
        vendor, buyer = self._pair.vendor, self._pair.buyer
        sides = [side_of(one, vendor.code, buyer.code, VENDOR) for one in denials]
        lot: PreviewedLot = {
            "lot": row[CODE] if self._side == VENDOR else f"{vendor.code}/{row[CODE]}",
            "shared": not denials,
            "reasons": sorted({one.code for one in denials}),
            "details": [detail(one, side, self._side) for one, side in zip(denials, sides, strict=True)],
        }
        if self._side == BUYER and VENDOR in sides:
            return lot
        seen = inventory.offered[place]
        lot["description"], lot["available"] = seen.product.description, row[AVAILABLE]
        lot["box_type"], lot["units_per_box"], lot["unit_type"] = seen.box_type, seen.units_per_box, seen.unit_type
        if self._prices and (self._side == VENDOR or self._costs):
            cost = inventory.cost_micros(seen.id)
            lot["vendor_price"] = None if cost is None else money(cost, vendor.company.currency)
        return lot

    def _add_prices(self, inventory: PreviewedInventory, found: Sequence[PreviewedLot]) -> None:
        """The buyer's costs and prices of the lots that it sees."""
        pricer = Pricer(self._context, self._session, self._pair.buyer, self._sale())
        costs, currency = inventory.unit_costs, self._pair.buyer.company.currency
        landed = pricer.landed_costs(inventory.offered, costs)
        quotes = pricer.quotes(inventory.offered, costs)
        for lot, seen, cost, quote in zip(found, inventory.offered, landed, quotes, strict=True):
            if "description" not in lot:
                continue
            if self._costs:
                lot["unit_cost"], lot["landed_cost"] = _text(costs.get(seen.id)), _text(cost)
            if self._prices:
                lot["price"] = price_text(quote.price, currency)
                lot["why_no_price"] = quote.reason or None

    def _sale(self) -> Sale:
        buyer = self._pair.buyer
        if self._query.customer is not None:
            return Sale(buyer.customer(self._session, self._query.customer), self._query.ship_via)
        return Sale(NOBODY, self._query.ship_via)


def _text(amount: Exact | None) -> str | None:
    return None if amount is None else plain(amount)
