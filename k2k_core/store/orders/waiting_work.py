"""Orders, lines and boxes that wait for one side of an order: how many, of how many boxes, until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from peewee import JOIN, SQL, Case, Select, fn

from k2k_core.domain.orders import (
    ACCEPTED,
    BILLED,
    CART_OPEN,
    CHECKED_OUT,
    IN_CART,
    NEEDED,
    PURCHASE_ORDER,
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
_CUSTOMER: Any = tables.Customer
_PARTNER: Any = tables.Company


class WaitingOrder(NamedTuple):
    """One of what waits: its number, its boxes, until when, the customer of the company for whom it is (its code, its
    name and whether its credit is on hold), and the code of the other company, where there is one."""

    number: str
    boxes: int
    until: dt.datetime | None
    customer: str | None
    customer_name: str | None
    credit_hold: bool
    partner: str | None


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
    """What waits of some of the kinds of `ORDERS` and `COUNTED`, all of it in one statement; kinds of which nothing
    waits are left out, and of those that are only counted no orders are named."""
    asked = [_first(kind, company_id, *ORDERS[kind](session.now, company_id)) for kind in ORDERS if kind in kinds]
    asked += [_counted(kind, COUNTED[kind](company_id)) for kind in COUNTED if kind in kinds]
    if not asked:
        return {}
    found: dict[str, list[Any]] = {}
    for kind, *row in session.rows(_together(asked)):
        found.setdefault(kind, []).append(row)
    return {kind: one for kind, rows in found.items() if (one := _waiting(rows)).orders}


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
    mine = (_LINE.vendor_id == vendor_id) & (_LINE.state == _written(CHECKED_OUT))
    mine &= _LINE.sales_order_id.is_null(False)
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
    mine = (_DOCUMENT.vendor_id == vendor_id) & (_DOCUMENT.kind == _written(PURCHASE_ORDER))
    mine &= _DOCUMENT.transfer == state
    lines = _LINE.select().join(_DOCUMENT, on=_LINE.purchase_order_id == _DOCUMENT.id)
    lines = lines.where(mine & _LINE.state.in_((NEEDED, IN_CART, CHECKED_OUT)))
    return lines, _Numbers(_DOCUMENT.id, _LINE.boxes, _LINE.expires_at)


def _unbilled(_now: dt.datetime, company_id: int) -> tuple[Any, _Numbers]:
    """The prebooks of a company of which boxes were received and not billed."""
    return unbilled_lines(company_id), _Numbers(_LINE.prebook_id, _LINE.boxes - _LINE.released, _LINE.expires_at)


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


def unbilled_lines(company_id: int) -> Any:
    """The received lines of a company's prebooks of which boxes were neither released nor billed."""
    mine = (_LINE.buyer_id == company_id) & (_LINE.state == _written(RECEIVED)) & _LINE.prebook_id.is_null(False)
    return _LINE.select().where(mine & _LINE.customer_id.is_null(False) & (_LINE.released < _LINE.boxes))


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


def _written(value: str) -> Any:
    """A value in the text of a statement: a parameter would not be known to be what an index of these rows is of."""
    return SQL(f"'{value}'")


def _one_if(condition: Any) -> Any:
    return Case(None, [(condition, 1)], 0)


def _counted(kind: str, number: Any) -> Any:
    """A kind that is only counted, as a row of `_first` without an order."""
    nothing = [SQL("NULL")] * (len(_ROW) - len(_OF_ALL))
    return Select(columns=[SQL(f"'{kind}'"), *nothing, number, SQL("0"), SQL("NULL")])


def _first(kind: str, company_id: int, lines: Any, numbers: _Numbers) -> Any:
    """The first orders of a kind; what is counted of all of them stands beside each."""
    order, boxes, until, table = numbers
    of_line = (fn.MAX(_LINE.customer_id), fn.MAX(_LINE.vendor_id), fn.MAX(_LINE.buyer_id))
    of_all = (fn.COUNT(SQL("*")).over(), fn.SUM(fn.SUM(boxes)).over(), fn.MIN(fn.MIN(until)).over())
    columns = (order, fn.SUM(boxes), fn.MIN(until), *of_line, *of_all)
    first = lines.select(*(one.alias(name) for name, one in zip(_COLUMNS, columns, strict=True)))
    first = first.where(order.is_null(False)).group_by(order)
    first = first.order_by(fn.MIN(until).is_null(), fn.MIN(until), order).limit(MOST_ORDERS).alias(f"first_{kind}")
    other = Case(None, [(first.c.vendor == company_id, first.c.buyer)], first.c.vendor)
    mine = (_CUSTOMER.id == first.c.customer) & (_CUSTOMER.company_id == company_id) & (first.c.buyer == company_id)
    tables_of = {"first": first.c, "table": table, "partner": _PARTNER, "customer": _CUSTOMER}
    found = [getattr(tables_of[of], name) for of, name in _ROW]
    query = table.select(SQL(f"'{kind}'"), *found).join(first, on=first.c.of_order == table.id)
    query = query.join(_CUSTOMER, JOIN.LEFT_OUTER, on=mine)
    return query.switch(table).join(_PARTNER, JOIN.LEFT_OUTER, on=(_PARTNER.id == other) & (_PARTNER.id != company_id))


def _together(queries: Sequence[Any]) -> Any:
    found, *others = queries
    for one in others:
        found = found.union_all(one)
    return found


def _waiting(rows: Sequence[Any]) -> Waiting:
    """The orders of one kind, what ends first before all else."""
    found = sorted(rows, key=lambda row: (row[3] is None, _moment(row[3]) or 0, row[0]))
    count, total, earliest = found[0][-len(_OF_ALL) :]
    orders = [
        WaitingOrder(number, int(boxes or 0), _moment(until), code, name, bool(on_hold), partner)
        for _, number, boxes, until, code, name, on_hold, partner, *_ in found
        if number is not None
    ]
    return Waiting(int(count), int(total or 0), _moment(earliest), orders)


_OF_ALL = ("orders", "all_boxes", "earliest")
_COLUMNS = ("of_order", "boxes", "until", "customer", "vendor", "buyer", *_OF_ALL)
_ROW = (
    *(("first", "of_order"), ("table", "number"), ("first", "boxes"), ("first", "until")),
    *(("customer", "code"), ("customer", "name"), ("customer", "credit_hold"), ("partner", "code")),
    *(("first", name) for name in _OF_ALL),
)
"""What is answered of each order: of which table, and its column there."""


def _moment(value: Any) -> dt.datetime | None:
    found: dt.datetime | None = MomentField().python_value(value) if isinstance(value, int) else value
    return found
