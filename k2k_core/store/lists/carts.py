"""The list of a company's carts, and the lines in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypedDict

from peewee import JOIN, Case

from k2k_core.domain.orders import CART_EXPIRED, CART_OPEN
from k2k_core.store import tables
from k2k_core.store.database.paging import Listing, Stepped
from k2k_core.store.database.session import Session
from k2k_core.store.orders.rows import Reference

_CART: Any = tables.Cart
_CUSTOMER: Any = tables.Customer
_LINE: Any = tables.OrderLine
_LOT: Any = tables.Lot
_VENDOR: Any = tables.Company
_PREBOOK: Any = tables.Document.alias("prebook")
_OWN_ORDER: Any = tables.Document.alias("own_order")


def carts_of(company_id: int, now: dt.datetime) -> Listing:
    """The carts of a company, oldest first. One whose time is over has expired, swept or not."""
    over = (_CART.state == CART_OPEN) & (_CART.expires_at <= now)
    state = Case(None, [(over, CART_EXPIRED)], _CART.state)
    names = ("id", "number", "ship_date", "ship_via", "location", "carrier", "opened_at", "expires_at")
    return Listing(
        source=_CART.select().join(_CUSTOMER, on=_CUSTOMER.id == _CART.customer_id),
        owner=_CART.company_id,
        columns={
            **{name: getattr(_CART, name) for name in names},
            "state": state,
            "customer": _CUSTOMER.code,
            "customer_name": _CUSTOMER.name,
        },
        unique=(_CART.id,),
        sorts={"opened_at": (), "expires_at": Stepped(_CART.expires_at), "ship_date": Stepped(_CART.ship_date)},
        filters={
            "cart": _CART.number.in_,
            "state": lambda named: state == named,
            "customer": lambda code: _CART.customer_id.in_(_coded(company_id, code)),
            "document": lambda number: _CART.id.in_(_of_document(company_id, number)),
            "ship_date_from": lambda day: _CART.ship_date >= day,
            "ship_date_to": lambda day: _CART.ship_date <= day,
        },
        searched=(_CART.number, _CUSTOMER.search),
    )


def _coded(company_id: int, code: str) -> Any:
    """The id of the customer with that code."""
    customer: Any = tables.Customer.alias("named_customer")
    return customer.select(customer.id).where((customer.company_id == company_id) & (customer.code == code))


def _of_document(company_id: int, number: str) -> Any:
    """The ids of the carts whose lines are on the prebook, or on the order of own stock, with that number."""
    document: Any = tables.Document.alias("document_of_cart")
    ids = document.select(document.id).where((document.company_id == company_id) & (document.number == number))
    mine = _LINE.select(_LINE.cart_id).where(_LINE.buyer_id == company_id)
    return mine.where(_LINE.prebook_id.in_(ids)) | mine.where(_LINE.invoice_order_id.in_(ids))


class CartLine(TypedDict):
    """A line of a cart, with the vendor of its lot and the documents of the buyer that it is on."""

    cart_id: int
    line: int
    lot: str | None
    vendor: str | None
    description: str
    box_type: str
    boxes: int
    units_per_box: int
    unit_type: str
    price: int | None
    state: str
    prebook: str | None
    invoice_order: str | None
    vendor_id: Reference


def lines_of(session: Session, company_id: int, cart_ids: Sequence[int]) -> list[CartLine]:
    """The lines of some carts of a company, in the order in which they were added."""
    if not cart_ids:
        return []
    columns = (
        *(_LINE.cart_id, _LINE.id.alias("line"), _LOT.code.alias("lot"), _VENDOR.code.alias("vendor")),
        *(_LINE.description, _LINE.box_type, _LINE.boxes, _LINE.units_per_box, _LINE.unit_type, _LINE.price),
        *(_LINE.state, _PREBOOK.number.alias("prebook"), _OWN_ORDER.number.alias("invoice_order"), _LINE.vendor_id),
    )
    query = _LINE.select(*columns)
    for table, on in (
        (_LOT, _LOT.id == _LINE.lot_id),
        (_VENDOR, _VENDOR.id == _LINE.vendor_id),
        (_PREBOOK, _PREBOOK.id == _LINE.prebook_id),
        (_OWN_ORDER, _OWN_ORDER.id == _LINE.invoice_order_id),
    ):
        query = query.switch(_LINE).join(table, JOIN.LEFT_OUTER, on=on)
    mine = (_LINE.buyer_id == company_id) & _LINE.cart_id.in_(list(cart_ids))
    return session.dicts(query.where(mine).order_by(_LINE.id))
