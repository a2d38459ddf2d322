"""Orders, lines and boxes that wait for one side of an order: how many, of how many boxes, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import SQL, Case, fn

from k2k_core.domain.orders import (
    ACCEPTED,
    BILLED,
    CART_OPEN,
    CHECKED_OUT,
    IN_CART,
    NEEDED,
    RECEIVED,
    STAGED,
    TRANSFERRED,
)
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fields import MomentField
from k2k_core.store.orders.order_ends import UNAPPROVED

_LINE: Any = tables.OrderLine
_CART: Any = tables.Cart
_DOCUMENT: Any = tables.Document
_CLAIM: Any = tables.BoxClaim
_BOX: Any = tables.Box
_AWB: Any = tables.Awb


class WaitingOrder(NamedTuple):
    """One of what waits: its number, its boxes, until when, the customer for whom it is, and its companies (ids)."""

    number: str
    boxes: int
    until: dt.datetime | None
    customer_id: int | None
    vendor_id: int | None
    buyer_id: int


class Waiting(NamedTuple):
    """How many wait, of how many boxes, the moment until which the first of them does, and the first of them."""

    orders: int
    boxes: int = 0
    until: dt.datetime | None = None
    first: Sequence[WaitingOrder] = ()


MOST_ORDERS = 10
"""How many of what waits are named."""


class StagedAwb(NamedTuple):
    """The boxes of an AWB: how many there are, how many were scanned, how many are still to be (without those that are
    reported missing), and when they arrive."""

    number: str
    expected: int
    scanned: int
    waiting: int
    arrival_date: dt.date | None


def open_carts(session: Session, company_id: int) -> Waiting:
    """The carts of a company's customers that have not run out of time."""
    open_ = (_CART.company_id == company_id) & (_CART.state == CART_OPEN) & (_CART.expires_at > session.now)
    lines = _LINE.select().join(_CART, on=_CART.id == _LINE.cart_id).where(open_ & (_LINE.state == IN_CART))
    return _waiting(session, lines, _Numbers(_CART.id, _LINE.boxes, _CART.expires_at, tables.Cart))


def unapproved(session: Session, company_id: int) -> Waiting:
    """The orders of a company that wait for its approval."""
    order = fn.COALESCE(_LINE.purchase_order_id, _LINE.prebook_id, _LINE.invoice_order_id)
    mine = (_LINE.buyer_id == company_id) & UNAPPROVED & (_LINE.expires_at > session.now)
    return _waiting(session, _LINE.select().where(mine), _Numbers(order, _LINE.boxes, _LINE.expires_at))


def unconfirmed(session: Session, vendor_id: int, *, overdue: bool) -> Waiting:
    """The orders that a vendor has not confirmed: those that can still leave in time, or those that are overdue."""
    over = _LINE.overdue_at <= session.now
    until = _LINE.expires_at if overdue else _LINE.overdue_at
    mine = (_LINE.vendor_id == vendor_id) & (_LINE.state == CHECKED_OUT) & _LINE.sales_order_id.is_null(False)
    mine &= over & (_LINE.expires_at > session.now) if overdue else ~over
    return _waiting(session, _LINE.select().where(mine), _Numbers(_LINE.sales_order_id, _LINE.boxes, until))


def overdue_at_vendors(session: Session, buyer_id: int) -> Waiting:
    """The orders of a buyer that should have left and that their vendor has not confirmed."""
    mine = (_LINE.buyer_id == buyer_id) & _LINE.state.in_((CHECKED_OUT, NEEDED))
    mine &= (_LINE.overdue_at <= session.now) & (_LINE.expires_at > session.now)
    numbers = _Numbers(_LINE.purchase_order_id, _LINE.boxes, _LINE.expires_at)
    return _waiting(session, _LINE.select().where(mine), numbers)


def transferred(session: Session, vendor_id: int, *, accepted: bool) -> Waiting:
    """The purchase orders that buyers have transferred to a vendor: to be accepted, or accepted and to be filled."""
    state = ACCEPTED if accepted else TRANSFERRED
    mine = (_DOCUMENT.vendor_id == vendor_id) & (_DOCUMENT.transfer == state)
    lines = _LINE.select().join(_DOCUMENT, on=_LINE.purchase_order_id == _DOCUMENT.id)
    lines = lines.where(mine & _LINE.state.in_((NEEDED, IN_CART, CHECKED_OUT)))
    return _waiting(session, lines, _Numbers(_DOCUMENT.id, _LINE.boxes, _LINE.expires_at))


def unbilled(session: Session, company_id: int) -> Waiting:
    """The prebooks of a company of which boxes were received and not billed."""
    mine = (_LINE.buyer_id == company_id) & (_LINE.state == RECEIVED) & _LINE.prebook_id.is_null(False)
    mine &= _LINE.customer_id.is_null(False) & (_LINE.released < _LINE.boxes)
    boxes = _LINE.boxes - _LINE.released
    return _waiting(session, _LINE.select().where(mine), _Numbers(_LINE.prebook_id, boxes, _LINE.expires_at))


def reported_missing(session: Session, vendor_id: int) -> int:
    """How many boxes the buyers of a vendor report as missing."""
    query = _BOX.select(fn.COUNT(_BOX.id)).join(_CLAIM, on=(_CLAIM.box_id == _BOX.id) & _CLAIM.open)
    return int(session.value(query.where((_CLAIM.vendor_id == vendor_id) & _BOX.missing.is_null(False))))


def staged_awbs(session: Session, buyer_id: int, most: int) -> list[StagedAwb]:
    """The AWBs with boxes in a buyer's staging area, in the order in which they arrive; up to `most`."""
    staged, here = (_BOX.state == STAGED), fn.SUM(_one_if(_BOX.state == STAGED))
    waiting = fn.SUM(_one_if(staged & _BOX.missing.is_null()))
    query = (
        _CLAIM.select(_AWB.id, _AWB.number, _AWB.arrival_date, here, waiting)
        .join(_BOX, on=_BOX.id == _CLAIM.box_id)
        .switch(_CLAIM)
        .join(_LINE, on=_LINE.id == _CLAIM.line_id)
        .join(_AWB, on=_AWB.id == _LINE.awb_id)
        .where((_CLAIM.buyer_id == buyer_id) & _CLAIM.open)
        .group_by(_AWB.id, _AWB.number, _AWB.arrival_date)
        .having(waiting > 0)
        .order_by(_AWB.arrival_date.is_null(), _AWB.arrival_date, _AWB.id)
        .limit(most)
    )
    found = session.rows(query)
    expected = _boxes_of(session, buyer_id, [row[0] for row in found])
    return [
        StagedAwb(number, expected[awb_id], expected[awb_id] - int(staged_), int(left), day)
        for awb_id, number, day, staged_, left in found
    ]


def _boxes_of(session: Session, buyer_id: int, awb_ids: Sequence[int]) -> dict[int, int]:
    """How many boxes of a buyer went on each of some AWBs."""
    given = Case(None, [(_LINE.state.in_((STAGED, RECEIVED, BILLED)), _LINE.boxes)], 0)
    mine = of_buyer(buyer_id) & _LINE.awb_id.in_(list(awb_ids))
    query = _LINE.select(_LINE.awb_id, fn.SUM(given)).where(mine).group_by(_LINE.awb_id)
    return {awb_id: int(boxes) for awb_id, boxes in session.rows(query)}


def dead_deliveries(session: Session, company_id: int) -> int:
    """How many deliveries of a company have failed for good."""
    table: Any = tables.Delivery
    query = table.select(fn.COUNT(table.id)).where((table.company_id == company_id) & (table.state == "dead"))
    return int(session.value(query))


def of_buyer(buyer_id: int) -> Any:
    """Lines of a buyer. Not by the column itself, of which there is an index: lines of some AWBs are found by these."""
    buyer: Any = _LINE.buyer_id + 0
    return buyer == buyer_id


def _one_if(condition: Any) -> Any:
    return Case(None, [(condition, 1)], 0)


class _Numbers(NamedTuple):
    """What is counted of waiting lines: their order (a document's id, or a cart's), their boxes, until when."""

    order: Any
    boxes: Any
    until: Any
    table: Any = tables.Document


def _waiting(session: Session, lines: Any, numbers: _Numbers) -> Waiting:
    """All of it in one statement: what is counted stands beside the first orders."""
    order, boxes, until, table = numbers
    of_line = (fn.MAX(_LINE.customer_id), fn.MAX(_LINE.vendor_id), fn.MAX(_LINE.buyer_id))
    of_all = (fn.COUNT(SQL("*")).over(), fn.SUM(fn.SUM(boxes)).over(), fn.MIN(fn.MIN(until)).over())
    columns = (order, fn.SUM(boxes), fn.MIN(until), *of_line, *of_all)
    first = lines.select(*(one.alias(name) for name, one in zip(_COLUMNS, columns, strict=True)))
    first = first.where(order.is_null(False)).group_by(order)
    first = first.order_by(fn.MIN(until).is_null(), fn.MIN(until), order).limit(MOST_ORDERS).alias("waiting")
    found = [getattr(first.c, name) for name in _COLUMNS]
    query = table.select(table.number, *found[1:]).join(first, on=first.c.of_order == table.id)
    rows = session.rows(query.order_by(first.c.until.is_null(), first.c.until, first.c.of_order))
    if not rows:
        return Waiting(0)
    count, total, earliest = rows[0][-3:]
    orders = [WaitingOrder(row[0], int(row[1] or 0), _moment(row[2]), *row[3:6]) for row in rows]
    return Waiting(int(count), int(total or 0), _moment(earliest), orders)


_COLUMNS = ("of_order", "boxes", "until", "customer", "vendor", "buyer", "orders", "all_boxes", "earliest")


def _moment(value: Any) -> dt.datetime | None:
    found: dt.datetime | None = MomentField().python_value(value) if isinstance(value, int) else value
    return found
