"""Use case: a customer puts boxes into a cart (domain section 5, the verb `add`).

Boxes are reserved at once, with all documents of both companies, in one transaction.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.field_types import FINAL_CUSTOMER, STAFF
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.disclosure import CART, disclosed, reader_of
from k2k_core.domain.hidden_vendor_numbers import numbers_of
from k2k_core.domain.orders import CART_EXPIRED, CART_OPEN
from k2k_core.domain.parties import Customer, weekday
from k2k_core.domain.roles import ORDERS
from k2k_core.errors import CartExpired, Conflict, HeaderLocked, InsufficientStock, Invalid, NotFound
from k2k_core.messages import Message
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.catalog.catalog_keys import CatalogKey
from k2k_core.services.catalog.same_goods import hidden_vendor_lines_of
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.ordering.cart_expiry import cart_end
from k2k_core.services.ordering.expiry_sweep import with_freed_boxes
from k2k_core.services.ordering.order_documents import Address, Header, address_of
from k2k_core.services.ordering.order_lines import emit_lines_added, placed_order, write_lines
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    line_of,
    plan_and_write,
    plan_catalog_line,
    plan_lot,
    versions_of,
    with_sources,
)
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts
from k2k_core.store.orders.carts import CartRow, NewCart

MAX_ATTEMPTS = 20
"""How often a line is planned again when its boxes were taken meanwhile. Each time another buyer got boxes, so this
terminates."""


@dataclass(frozen=True, slots=True)
class CartRequest:
    """The customer's request. Exactly one of `lot` and `line`; without a cart a new one is opened."""

    buyer: str
    customer: str
    lot: str | None
    line: str | None
    boxes: int
    ship_date: dt.date | None
    ship_via: str | None
    location: str | None
    cart: str | None

    def as_json(self) -> dict[str, Any]:
        """The request as JSON, for the idempotency record."""
        day = parsing.iso_text(self.ship_date)
        return {name: getattr(self, name) for name in self.__slots__} | {"ship_date": day}


@dataclass(frozen=True, slots=True)
class CartPlan:
    """Everything that the transaction needs. Without a `cart` it opens a new one."""

    snapshot: CompanySnapshot
    customer: Customer
    cart: CartRow | None
    lines: tuple[PlannedLine, ...]
    versions: Versions
    ship_date: dt.date
    ship_via: str
    location: str | None
    ship_to: Address
    expires_at: dt.datetime


class _TakenMeanwhile(Exception):
    """The planned boxes of a line have been sold to somebody else meanwhile."""


def add(context: ServiceContext, request: CartRequest, key: str | None = None) -> PlacedOrder:
    """Put boxes of a lot, or of a catalog line's lots, into a cart.

    Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible` and the errors of dates, `HeaderLocked`,
    `CartExpired`, `Conflict`. A refusal changes nothing.
    """
    context.actor.require(ORDERS, request.buyer, request.customer)
    parsing.box_count(request.boxes)
    reader = reader_of(context.actor)
    if (request.lot is None) == (request.line is None) or (reader == FINAL_CUSTOMER and request.lot is not None):
        # A customer knows lines only: names of lots are names of vendors.
        raise Invalid("Name a line of the catalog; a company's own people may name a lot instead.")
    command = IdempotentCommand(context, request.buyer, "add", key, request.as_json())
    answer = with_freed_boxes(context, lambda: _add(command, request))
    return answer if reader == STAFF else disclosed(answer, CART, reader)


def _add(command: IdempotentCommand, request: CartRequest) -> PlacedOrder:
    """Plan and write; repeated when the boxes of a line were taken meanwhile, because the line may have other lots."""

    def plan(session: Session) -> CartPlan:
        return _plan(command.context, session, request)

    for _ in range(MAX_ATTEMPTS if request.line is not None else 0):
        with suppress(_TakenMeanwhile):
            return plan_and_write(command, plan, _write_line)
    return plan_and_write(command, plan, _write)


def _write_line(session: Session, plan: CartPlan) -> PlacedOrder:
    try:
        return _write(session, plan)
    except InsufficientStock as refused:
        raise _TakenMeanwhile from refused


def _plan(context: ServiceContext, session: Session, request: CartRequest) -> CartPlan:
    company = context.snapshots.get(session, request.buyer)
    customer = company.customer(session, request.customer)
    cart = open_cart(session, company, customer, request.cart) if request.cart is not None else None
    ship_date, ship_via, location = _header(request, cart, company, session)
    line = same_goods = None
    if request.lot is None:
        key = CatalogKey(customer.code, ship_date, ship_via, location)
        line, same_goods = line_of(context, session, company, key, request.line or "")
    refs = [goods.lot.ref for goods in line.goods] if line else [request.lot or ""]
    sale = Sale(customer, ship_via, ship_date=ship_date, location=location)
    assortment = Assortment(context, session, company, sale, LotSelection(refs))
    if line:
        lines = plan_catalog_line(assortment, line, request.boxes)
    else:
        lines = plan_lot(assortment, refs[0], request.boxes)
        same_goods = hidden_vendor_lines_of(assortment, sale, assortment.articles[refs[0]])
    if same_goods is not None:
        held = carts.numbers_fixed_last(session, company.id, customer.id, same_goods.goods)
        numbers = numbers_of(same_goods, {same_goods.goods: held})
        lines = with_sources(lines, {"goods": same_goods.goods, "numbers": numbers})
    vendors = [one.owner for one in lines if one.vendor is not None]
    return CartPlan(
        company,
        customer,
        cart,
        tuple(lines),
        versions_of([company, *vendors]),
        ship_date,
        ship_via,
        location,
        address_of(assortment.handler, company, customer) if vendors else {},
        cart_end(session, assortment, lines, cart),
    )


def _header(
    request: CartRequest, cart: CartRow | None, company: CompanySnapshot, session: Session
) -> tuple[dt.date, str, str | None]:
    """Ship date, ship via and location: fixed by the cart's first line."""
    if cart is None:
        ship_date = request.ship_date or company.company.today(session.now)
        return ship_date, request.ship_via or "warehouse", request.location
    for name, given, fixed in (
        (Message("ship date"), request.ship_date, cart.ship_date),
        (Message("ship via"), request.ship_via, cart.ship_via),
        (Message("location"), request.location, cart.location),
    ):
        if given is not None and given != fixed:
            raise HeaderLocked(
                "The {name} of cart {cart} is {fixed}; it was fixed by its first line.",
                name=name,
                cart=cart.number,
                fixed=fixed,
            )
    return cart.ship_date, cart.ship_via, cart.location


def open_cart(session: Session, company: CompanySnapshot, customer: Customer | None, number: str) -> CartRow:
    """An open cart of the company (and of the customer, if given). Raises `NotFound`, `CartExpired`, `Conflict`."""
    found = carts.find_cart(session, company.id, number, customer.id if customer else None)
    if found is None:
        raise NotFound("There is no cart {cart} of this customer.", cart=number, kind="cart")
    if found.state == CART_EXPIRED or (found.state == CART_OPEN and found.expires_at <= session.now):
        raise expired(number)
    if found.state != CART_OPEN:
        raise Conflict("Cart {cart} is {state} already.", cart=number, state=found.state)
    return found


def expired(number: str) -> CartExpired:
    """The refusal for a cart that ran out of time."""
    return CartExpired("Cart {cart} has expired; its boxes went back.", cart=number)


def _write(session: Session, plan: CartPlan) -> PlacedOrder:
    cart_id, number, expires_at = _hold_cart(session, plan)
    written = write_lines(session, _written_header(plan, cart_id, expires_at), plan.versions, plan.lines)
    if plan.cart is not None and expires_at < plan.cart.expires_at:
        carts.shorten_lines(session, cart_id, expires_at)
    emit_lines_added(session, plan.snapshot, written)
    return placed_order(plan.snapshot, written, number, expires_at)


def _written_header(plan: CartPlan, cart_id: int, expires_at: dt.datetime) -> Header:
    return Header(
        plan.snapshot,
        plan.customer,
        plan.ship_date,
        plan.ship_via,
        plan.ship_to,
        _carrier(plan.cart, plan.customer, plan.ship_date),
        cart_id,
        approved=True,
        expires_at=expires_at,
        alone=plan.cart is None,
    )


def _carrier(cart: CartRow | None, customer: Customer, ship_date: dt.date) -> str:
    """The carrier: fixed by the first line, as ship date and ship via are."""
    return cart.carrier if cart else customer.days_of_service.get(weekday(ship_date), "")


def _hold_cart(session: Session, plan: CartPlan) -> tuple[int, str, dt.datetime]:
    """Open a cart, or lock the given one: whether it is still open, and when it ends, is decided here."""
    if plan.cart is None:
        new = NewCart(
            customer_id=plan.customer.id,
            ship_date=plan.ship_date,
            ship_via=plan.ship_via,
            location=plan.location,
            carrier=_carrier(None, plan.customer, plan.ship_date),
            expires_at=plan.expires_at,
        )
        cart_id, number = carts.new_cart(session, plan.snapshot.id, new)
        return cart_id, number, plan.expires_at
    expires_at = carts.hold_open(session, plan.cart.id, plan.expires_at)
    if expires_at is None:
        open_cart(session, plan.snapshot, plan.customer, plan.cart.number)  # raises the reason
        raise expired(plan.cart.number)
    return plan.cart.id, plan.cart.number, expires_at
