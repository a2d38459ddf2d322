"""Orders, lines and boxes that wait for one side of an order: how many, of how many boxes, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from peewee import SQL, Case, Select, fn

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
from k2k_core.store.database.queries import unindexed
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


class _Numbers(NamedTuple):
    """What is counted of waiting lines: their order (a document's id, or a cart's), their boxes, until when."""

    order: Any
    boxes: Any
    until: Any
    table: Any = tables.Document


def waiting(session: Session, company_id: int, kinds: Collection[str]) -> dict[str, Waiting]:
    """What waits of some of the kinds of `ORDERS`, all of it in one statement; kinds of which nothing waits are left
    out."""
    asked = [_first(kind, *ORDERS[kind](session.now, company_id)) for kind in ORDERS if kind in kinds]
    if not asked:
        return {}
    found: dict[str, list[Any]] = {}
    for kind, *row in session.rows(_together(asked)):
        found.setdefault(kind, []).append(row)
    return {kind: _waiting(rows) for kind, rows in found.items()}


def _open_carts(now: dt.datetime, company_id: int) -> tuple[Any, _Numbers]:
    """The carts of a company's customers that have not run out of time."""
    open_ = (_CART.company_id == company_id) & (_CART.state == CART_OPEN) & (_CART.expires_at > now)
    lines = _LINE.select().join(_CART, on=_CART.id == _LINE.cart_id).where(open_ & (_LINE.state == IN_CART))
    return lines, _Numbers(_CART.id, _LINE.boxes, _CART.expires_at, tables.Cart)


def _unapproved(now: dt.datetime, company_id: int) -> tuple[Any, _Numbers]:
    """The orders of a company that wait for its approval."""
    order = fn.COALESCE(_LINE.purchase_order_id, _LINE.prebook_id, _LINE.invoice_order_id)
    mine = (_LINE.buyer_id == company_id) & UNAPPROVED & (_LINE.expires_at > now)
    return _LINE.select().where(mine), _Numbers(order, _LINE.boxes, _LINE.expires_at)


def _unconfirmed(now: dt.datetime, vendor_id: int, *, overdue: bool) -> tuple[Any, _Numbers]:
    """The orders that a vendor has not confirmed: those that can still leave in time, or those that are overdue."""
    over = _LINE.overdue_at <= now
    until = _LINE.expires_at if overdue else _LINE.overdue_at
    mine = (_LINE.vendor_id == vendor_id) & (_LINE.state == CHECKED_OUT) & _LINE.sales_order_id.is_null(False)
    mine &= over & (_LINE.expires_at > now) if overdue else ~over
    return _LINE.select().where(mine), _Numbers(_LINE.sales_order_id, _LINE.boxes, until)


def _overdue_at_vendors(now: dt.datetime, buyer_id: int) -> tuple[Any, _Numbers]:
    """The orders of a buyer that should have left and that their vendor has not confirmed."""
    mine = (_LINE.buyer_id == buyer_id) & _LINE.state.in_((CHECKED_OUT, NEEDED))
    mine &= (_LINE.overdue_at <= now) & (_LINE.expires_at > now)
    return _LINE.select().where(mine), _Numbers(_LINE.purchase_order_id, _LINE.boxes, _LINE.expires_at)


def _transferred(_now: dt.datetime, vendor_id: int, *, accepted: bool) -> tuple[Any, _Numbers]:
    """The purchase orders that buyers have transferred to a vendor: to be accepted, or accepted and to be filled."""
    state = ACCEPTED if accepted else TRANSFERRED
    mine = (_DOCUMENT.vendor_id == vendor_id) & (_DOCUMENT.transfer == state)
    lines = _LINE.select().join(_DOCUMENT, on=_LINE.purchase_order_id == _DOCUMENT.id)
    lines = lines.where(mine & _LINE.state.in_((NEEDED, IN_CART, CHECKED_OUT)))
    return lines, _Numbers(_DOCUMENT.id, _LINE.boxes, _LINE.expires_at)


def _unbilled(_now: dt.datetime, company_id: int) -> tuple[Any, _Numbers]:
    """The prebooks of a company of which boxes were received and not billed."""
    mine = (_LINE.buyer_id == company_id) & (_LINE.state == RECEIVED) & _LINE.prebook_id.is_null(False)
    mine &= _LINE.customer_id.is_null(False) & (_LINE.released < _LINE.boxes)
    boxes = _LINE.boxes - _LINE.released
    return _LINE.select().where(mine), _Numbers(_LINE.prebook_id, boxes, _LINE.expires_at)


ORDERS: Mapping[str, Callable[[dt.datetime, int], tuple[Any, _Numbers]]] = {
    "carts": _open_carts,
    "to_approve": _unapproved,
    "overdue": partial(_unconfirmed, overdue=True),
    "to_confirm": partial(_unconfirmed, overdue=False),
    "to_accept": partial(_transferred, accepted=False),
    "to_fill": partial(_transferred, accepted=True),
    "overdue_at_vendors": _overdue_at_vendors,
    "to_bill": _unbilled,
}
"""Kind of orders that wait → the lines of which they consist at a moment, and what is counted of them."""


def staged_awbs(session: Session, buyer_id: int, most: int) -> list[StagedAwb]:
    """The AWBs with boxes in a buyer's staging area, in the order in which they arrive; up to `most`."""
    staged, here = (_BOX.state == STAGED), fn.SUM(_one_if(_BOX.state == STAGED))
    left = fn.SUM(_one_if(staged & _BOX.missing.is_null()))
    order = (_AWB.arrival_date.is_null(), _AWB.arrival_date, _AWB.id)
    first = (
        _CLAIM.select(_AWB.id, _AWB.number, _AWB.arrival_date, here.alias("here"), left.alias("waiting"))
        .join(_BOX, on=_BOX.id == _CLAIM.box_id)
        .switch(_CLAIM)
        .join(_LINE, on=_LINE.id == _CLAIM.line_id)
        .join(_AWB, on=_AWB.id == _LINE.awb_id)
        .where((_CLAIM.buyer_id == buyer_id) & _CLAIM.open)
        .group_by(_AWB.id, _AWB.number, _AWB.arrival_date)
        .having(left > 0)
        .order_by(*order)
        .limit(most)
        .alias("staged")
    )
    query = _AWB.select(_AWB.number, _boxes_of(buyer_id), first.c.here, first.c.waiting, _AWB.arrival_date)
    rows = session.rows(query.join(first, on=first.c.id == _AWB.id).order_by(*order))
    return [
        StagedAwb(number, int(boxes), int(boxes) - int(here), int(left), day) for number, boxes, here, left, day in rows
    ]


def _boxes_of(buyer_id: int) -> Any:
    """How many boxes of a buyer went on an AWB."""
    given = Case(None, [(_LINE.state.in_((STAGED, RECEIVED, BILLED)), _LINE.boxes)], 0)
    return _LINE.select(fn.COALESCE(fn.SUM(given), 0)).where(of_buyer(buyer_id) & (_LINE.awb_id == _AWB.id))


def counted(session: Session, company_id: int, kinds: Collection[str]) -> dict[str, int]:
    """How many there are of some of the kinds of `COUNTED`, all of them in one statement."""
    asked = [kind for kind in COUNTED if kind in kinds]
    if not asked:
        return {}
    (row,) = session.rows(Select(columns=[COUNTED[kind](company_id) for kind in asked]))
    return dict(zip(asked, map(int, row), strict=True))


def _reported_missing(vendor_id: int) -> Any:
    """The boxes that the buyers of a vendor report as missing."""
    query = _BOX.select(fn.COUNT(_BOX.id)).join(_CLAIM, on=(_CLAIM.box_id == _BOX.id) & _CLAIM.open)
    return query.where((_CLAIM.vendor_id == vendor_id) & _BOX.missing.is_null(False))


def _dead_deliveries(company_id: int) -> Any:
    """The deliveries of a company that have failed for good."""
    table: Any = tables.Delivery
    return table.select(fn.COUNT(table.id)).where((table.company_id == company_id) & (table.state == "dead"))


COUNTED: Mapping[str, Callable[[int], Any]] = {"missing": _reported_missing, "dead_deliveries": _dead_deliveries}
"""Kind of what is only counted → the query that counts it."""


def of_buyer(buyer_id: int) -> Any:
    """Lines of a buyer, of some that are named by something else."""
    return unindexed(_LINE.buyer_id) == buyer_id


def _one_if(condition: Any) -> Any:
    return Case(None, [(condition, 1)], 0)


def _first(kind: str, lines: Any, numbers: _Numbers) -> Any:
    """The first orders of a kind; what is counted of all of them stands beside each."""
    order, boxes, until, table = numbers
    of_line = (fn.MAX(_LINE.customer_id), fn.MAX(_LINE.vendor_id), fn.MAX(_LINE.buyer_id))
    of_all = (fn.COUNT(SQL("*")).over(), fn.SUM(fn.SUM(boxes)).over(), fn.MIN(fn.MIN(until)).over())
    columns = (order, fn.SUM(boxes), fn.MIN(until), *of_line, *of_all)
    first = lines.select(*(one.alias(name) for name, one in zip(_COLUMNS, columns, strict=True)))
    first = first.where(order.is_null(False)).group_by(order)
    first = first.order_by(fn.MIN(until).is_null(), fn.MIN(until), order).limit(MOST_ORDERS).alias(f"first_{kind}")
    found = [getattr(first.c, name) for name in _COLUMNS]
    return table.select(SQL(f"'{kind}'"), table.number, *found).join(first, on=first.c.of_order == table.id)


def _together(queries: Sequence[Any]) -> Any:
    found, *others = queries
    for one in others:
        found = found.union_all(one)
    return found


def _waiting(rows: Sequence[Any]) -> Waiting:
    """The orders of one kind, what ends first before all else."""
    found = sorted(rows, key=lambda row: (row[3] is None, _moment(row[3]) or 0, row[1]))
    count, total, earliest = found[0][-3:]
    orders = [WaitingOrder(row[0], int(row[2] or 0), _moment(row[3]), *row[4:7]) for row in found]
    return Waiting(int(count), int(total or 0), _moment(earliest), orders)


_COLUMNS = ("of_order", "boxes", "until", "customer", "vendor", "buyer", "orders", "all_boxes", "earliest")


def _moment(value: Any) -> dt.datetime | None:
    found: dt.datetime | None = MomentField().python_value(value) if isinstance(value, int) else value
    return found
