"""Use case: a customer puts boxes into a cart (domain section 5, the verb `add`).

Boxes are reserved at once, with all documents of both companies, in one transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.field_types import FINAL_CUSTOMER, STAFF
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.disclosure import CART, disclosed, reader_of
from k2k_core.domain.parties import Customer, weekday
from k2k_core.domain.roles import ORDERS
from k2k_core.errors import InsufficientStock, Invalid
from k2k_core.messages import Message
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.ordering.cart_planning import (
    CartPlan,
    CartRequest,
    WantedLine,
    each_row,
    expired,
    open_cart,
    plan_cart,
)
from k2k_core.services.ordering.expiry_sweep import with_freed_boxes
from k2k_core.services.ordering.order_documents import Header, Numbers, numbers_of_cart
from k2k_core.services.ordering.order_lines import emit_lines_added, placed_order, write_lines
from k2k_core.services.ordering.order_planning import StalePlan, plan_and_write
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts
from k2k_core.store.orders.carts import CartRow, NewCart

MOST_LINES = 200
"""How many lines are added at once."""

_FIELDS = frozenset(WantedLine._fields)


def wanted_lines(lines: Sequence[Mapping[str, Any]]) -> tuple[WantedLine, ...]:
    """The lines of a request as it names them: `{lot, boxes}` or `{line, boxes}`. Raises `Invalid`, `InvalidQuantity`;
    the fact `faults` names every line that is wrong."""
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid(Message("Name 1 to {most} lines.", most=MOST_LINES)).at("lines")
    return tuple(each_row(lines, _wanted_line, together=True))


def _wanted_line(given: Mapping[str, Any]) -> WantedLine:
    lot, line = given.get("lot"), given.get("line")
    texts = all(one is None or isinstance(one, str) for one in (lot, line))
    if not texts or not given.keys() <= _FIELDS or (lot is None) == (line is None):
        raise Invalid("Each line is {lot, boxes}, or {line, boxes} with a line of the catalog.")
    return WantedLine(lot, line, parsing.box_count(given.get("boxes", 1)))


def add(context: ServiceContext, request: CartRequest, key: str | None = None) -> PlacedOrder:
    """Put boxes of lots, or of a catalog line's lots, into a cart.

    Raises `InvalidQuantity`, `InsufficientStock`, `NoPrice`, `NotVisible` and the errors of dates, `HeaderLocked`,
    `CartExpired`, `Conflict`. A refusal changes nothing.
    """
    context.actor.require(ORDERS, request.buyer, request.customer)
    reader = reader_of(context.actor)
    for one in request.lines:
        parsing.box_count(one.boxes)
        if (one.lot is None) == (one.line is None) or (reader == FINAL_CUSTOMER and one.lot is not None):
            # A customer knows lines only: names of lots are names of vendors.
            raise Invalid("Name a line of the catalog; a company's own people may name a lot instead.").at("line")
    command = IdempotentCommand(context, request.buyer, "add", key, request.as_json())
    answer = with_freed_boxes(context, lambda: _add(command, request))
    return answer if reader == STAFF else disclosed(answer, CART, reader)


def _add(command: IdempotentCommand, request: CartRequest) -> PlacedOrder:
    """Plan and write; planned again when the boxes of a catalog line were taken meanwhile: it may have other lots."""
    from_catalog = any(one.line is not None for one in request.lines)

    def write(session: Session, plan: CartPlan) -> PlacedOrder:
        try:
            return _write(session, plan)
        except InsufficientStock as refused:
            if from_catalog:
                raise StalePlan(refused) from refused
            raise

    return plan_and_write(command, lambda session: plan_cart(command.context, session, request), write)


def _write(session: Session, plan: CartPlan) -> PlacedOrder:
    new = plan.cart is None
    numbers = numbers_of_cart(session, plan.snapshot, plan.customer, plan.lines) if new else None
    cart_id, number, expires_at = _hold_cart(session, plan) if numbers is None else _new_cart(session, plan, numbers)
    header = _written_header(plan, cart_id, expires_at, numbers)
    written = write_lines(session, header, plan.versions, plan.lines)
    if plan.cart is not None and expires_at < plan.cart.expires_at:
        carts.shorten_lines(session, cart_id, expires_at)
    emit_lines_added(session, plan.snapshot, written)
    return placed_order(plan.snapshot, written, number, expires_at, plan.rows)


def _written_header(plan: CartPlan, cart_id: int, expires_at: dt.datetime, numbers: Numbers | None) -> Header:
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
        numbers=numbers,
        hiding=plan.hiding,
    )


def _carrier(cart: CartRow | None, customer: Customer, ship_date: dt.date) -> str:
    """The carrier: fixed by the first line, as ship date and ship via are."""
    return cart.carrier if cart else customer.days_of_service.get(weekday(ship_date), "")


def _new_cart(session: Session, plan: CartPlan, numbers: Numbers) -> tuple[int, str, dt.datetime]:
    new = NewCart(
        customer_id=plan.customer.id,
        ship_date=plan.ship_date,
        ship_via=plan.ship_via,
        location=plan.location,
        carrier=_carrier(None, plan.customer, plan.ship_date),
        expires_at=plan.expires_at,
    )
    buyer_id = plan.snapshot.id
    return *carts.new_cart(session, buyer_id, numbers[(buyer_id, carts.COUNTER)], new), plan.expires_at


def _hold_cart(session: Session, plan: CartPlan) -> tuple[int, str, dt.datetime]:
    """Lock the given cart: whether it is still open, and when it ends, is decided here."""
    if plan.cart is None:
        raise TypeError("a new cart is held by nobody else")
    expires_at = carts.hold_open(session, plan.cart.id, plan.expires_at)
    if expires_at is None:
        open_cart(session, plan.snapshot, plan.customer, plan.cart.number)  # raises the reason
        raise expired(plan.cart.number)
    return plan.cart.id, plan.cart.number, expires_at
