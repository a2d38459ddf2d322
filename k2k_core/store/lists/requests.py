"""The list of the purchase orders that buyers have sent to a vendor, as the vendor's own documents of them (domain
section 6, "Procurement")."""

from __future__ import annotations

import datetime as dt
from typing import Any

from peewee import JOIN, OP, SQL, Expression, fn

from k2k_core.domain.orders import CHECKED_OUT, NEEDED, PREBOOK
from k2k_core.store import tables
from k2k_core.store.database.paging import FIRST_DAY, Listing, nullable
from k2k_core.store.orders import documents

_DOCUMENT: Any = tables.Document
_PURCHASE: Any = tables.Document.alias("purchase")
_BUYER: Any = tables.Company.alias("buying_company")
_LINE: Any = tables.OrderLine

_PREBOOK, _NO_NUMBER = SQL(f"'{PREBOOK}'"), SQL("''")
"""Written into the text of a statement: a parameter would not be known to be what the indexes of requests are of."""


def requests_of(company_id: int, now: dt.datetime) -> Listing:
    """The documents that purchase orders of buyers made at a vendor, oldest first: prebooks, and the sales orders that
    they became."""
    sent = (_DOCUMENT.kind == _PREBOOK) | (_DOCUMENT.former_number != _NO_NUMBER)
    # Joined so that the buyer is not read for rows that are only counted or sorted; every document has one.
    sent &= Expression(_of_purchase_lines(SQL("1")).limit(1), OP.IS_NOT, None)
    number, transfer = _of_purchase(_PURCHASE.number), _of_purchase(_PURCHASE.transfer)
    return Listing(
        source=_DOCUMENT.select()
        .join(_BUYER, JOIN.LEFT_OUTER, on=_BUYER.id == _DOCUMENT.buyer_id)
        .where((_DOCUMENT.vendor_id == company_id) & (_DOCUMENT.company_id == company_id) & sent),
        owner=None,
        columns={
            **{name: getattr(_DOCUMENT, name) for name in ("id", "kind", "company_id", "vendor_id")},
            **{name: getattr(_DOCUMENT, name) for name in ("ship_date", "vendor_ship_date", "ship_via", "carrier")},
            **{name: getattr(_DOCUMENT, name) for name in ("number", "status", "reason", "version")},
            "purchase_order": number,
            "state": transfer,
            "buyer": _BUYER.code,
            "buyer_name": _BUYER.name,
        },
        unique=(_DOCUMENT.id,),
        sorts={
            "created_at": (),
            "ship_date": nullable(_DOCUMENT.ship_date, FIRST_DAY),
            "vendor_ship_date": nullable(_DOCUMENT.vendor_ship_date, FIRST_DAY),
        },
        filters={
            "document": lambda numbers: _DOCUMENT.id.in_(documents.with_number(company_id, numbers)),
            "purchase_order": number.in_,
            "state": transfer.in_,
            "buyer": lambda code: _BUYER.code == code,
            "unknown": lambda unknown: _with_lines(unknown, _LINE.vendor_product_id.is_null()),
            "waiting": lambda waiting: _with_lines(waiting, _LINE.state == NEEDED),
            "overdue": lambda overdue: _with_lines(overdue, _is_overdue(now)),
            "ship_date_from": lambda day: _DOCUMENT.ship_date >= day,
            "ship_date_to": lambda day: _DOCUMENT.ship_date <= day,
            "vendor_ship_date_from": lambda day: _DOCUMENT.vendor_ship_date >= day,
            "vendor_ship_date_to": lambda day: _DOCUMENT.vendor_ship_date <= day,
        },
        searched=(_DOCUMENT.number, _DOCUMENT.former_number, number, _BUYER.search),
    )


def _of_purchase_lines(column: Any) -> Any:
    """A column of the lines of purchase orders that made a document. Asked for one of them: of what only has to be
    there PostgreSQL makes a join with all such lines, whatever the page shows."""
    return _LINE.select(column).where((_LINE.sales_order_id == _DOCUMENT.id) & _LINE.purchase_order_id.is_null(False))


def _of_purchase(column: Any) -> Any:
    """A column of the first purchase order that made a document. It is looked up for each row: row-level security lets
    PostgreSQL use no index for a join with what a subquery answers."""
    first = _of_purchase_lines(column).join(_PURCHASE, on=_PURCHASE.id == _LINE.purchase_order_id)
    return fn.COALESCE(first.order_by(_LINE.purchase_order_id).limit(1), _NO_NUMBER)


def _with_lines(wanted: bool, condition: Any) -> Any:
    """Documents with a line that waits for the vendor, or has got its boxes, for which a condition holds; or without
    one."""
    open_ = _LINE.state.in_((NEEDED, CHECKED_OUT))
    found = _DOCUMENT.id.in_(
        _LINE.select(_LINE.sales_order_id).where(open_ & condition & _LINE.sales_order_id.is_null(False))
    )
    return found if wanted else ~found


def _is_overdue(now: dt.datetime) -> Any:
    return (_LINE.overdue_at <= now) & (_LINE.expires_at.is_null() | (_LINE.expires_at > now))
