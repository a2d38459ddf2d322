"""The list of a company's documents. What stands on its order lines finds a document too: AWBs, prebooks, the reference
numbers of the vendor's orders (domain section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from peewee import JOIN, SQL, Select

from k2k_core.domain.orders import CHECKED_OUT, IN_CART, INVOICE, NEEDED, PREBOOK, PURCHASE_ORDER, SALES_ORDER
from k2k_core.store import tables
from k2k_core.store.database.paging import FIRST_DAY, Listing, Stepped, nullable
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.searching import code_has
from k2k_core.store.fulfilment.awbs import awbs_named, awbs_with
from k2k_core.store.orders.documents import sold_to
from k2k_core.store.orders.rows import DocumentRow

_DOCUMENT: Any = tables.Document
_LINE: Any = tables.OrderLine
_BILLED: Any = tables.InvoiceLine
_CUSTOMER: Any = tables.Customer
_RECORD: Any = tables.Vendor
_SELLER: Any = tables.Company.alias("seller")
_BUYER: Any = tables.Company.alias("buying_company")
_NAMED: Any = tables.Document.alias("named_document")
_PARTNER: Any = tables.Company.alias("partner")
_LINK: Any = tables.Connection

_DOCUMENTS = (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id, _LINE.invoice_order_id)
_OF_LINE = (_LINE.id, *_DOCUMENTS)

_SOLD, _ORDERED, _NO_NUMBER = SQL(f"'{SALES_ORDER}'"), SQL(f"'{PURCHASE_ORDER}'"), SQL("''")
"""Written into the text of a statement: a parameter would not be known to be what an index of these documents is of."""

K2K_MARK, OVERDUE_MARK = "k2k", "overdue"
"""Words that find the documents of K2K orders, and those that are overdue, beside whatever bears the word."""


def documents_of(company_id: int, now: dt.datetime, customer_id: int | None = None) -> Listing:
    """The documents of a company, oldest first: rows of the table. With a customer what the company sells to it."""
    every = (
        _DOCUMENT.select()
        .join(_SELLER, JOIN.LEFT_OUTER, on=_SELLER.id == _DOCUMENT.vendor_id)
        .switch(_DOCUMENT)
        .join(_BUYER, JOIN.LEFT_OUTER, on=_BUYER.id == _DOCUMENT.buyer_id)
        .switch(_DOCUMENT)
        .join(_CUSTOMER, JOIN.LEFT_OUTER, on=_CUSTOMER.id == _DOCUMENT.customer_id)
    )
    return Listing(
        source=every if customer_id is None else every.where(sold_to(company_id, customer_id)),
        owner=_DOCUMENT.company_id,
        columns={name: getattr(_DOCUMENT, name) for name in DocumentRow.__annotations__},
        unique=(_DOCUMENT.id,),
        sorts={
            "created_at": (),
            "number": (_DOCUMENT.number,),
            "status": Stepped(_DOCUMENT.status),
            "ship_date": nullable(_DOCUMENT.ship_date, FIRST_DAY),
            "vendor_ship_date": nullable(_DOCUMENT.vendor_ship_date, FIRST_DAY),
        },
        filters={
            "number": lambda numbers: _DOCUMENT.id.in_(_with_number(company_id, numbers)),
            "kind": _DOCUMENT.kind.in_,
            "status": _DOCUMENT.status.in_,
            "transfer": _DOCUMENT.transfer.in_,
            "k2k": lambda k2k: _DOCUMENT.k2k == k2k,
            "overdue": lambda overdue: _is_overdue(now) if overdue else ~_is_overdue(now),
            "customer": lambda code: _is_for_customer(company_id, code),
            "partner": lambda code: _with_partner(company_id, _SELLER.code == code, _BUYER.code == code),
            "awb": lambda name: _on_awb(awbs_named(company_id, name)),
            "reference_number": lambda number: _DOCUMENT.reference_number == number,
            "ship_date_from": lambda day: _DOCUMENT.ship_date >= day,
            "ship_date_to": lambda day: _DOCUMENT.ship_date <= day,
            "vendor_ship_date_from": lambda day: _DOCUMENT.vendor_ship_date >= day,
            "vendor_ship_date_to": lambda day: _DOCUMENT.vendor_ship_date <= day,
            "ship_via": _DOCUMENT.ship_via.in_,
            "pending_lines": lambda pending: _has_pending_lines(now) if pending else ~_has_pending_lines(now),
        },
        searched=(_DOCUMENT.number, _DOCUMENT.former_number),
        marked=lambda word: _found_by(company_id, word, now),
    )


def _with_number(company_id: int, numbers: Sequence[str]) -> Any:
    """The ids of documents with some numbers, found by these and not one after the other in the order of the list."""
    return _NAMED.select(_NAMED.id).where((_NAMED.company_id == company_id) & _NAMED.number.in_(list(numbers)))


def _found_by(company_id: int, word: str, now: dt.datetime) -> Any:
    """The condition for a folded word that stands beside the number of a document. The reference of a vendor's invoice
    is the number of its order: it finds the order and not the invoice too.

    What stands elsewhere is looked for there first, once, and not anew beside each document.
    """
    of_vendor = (_DOCUMENT.kind == INVOICE) & _DOCUMENT.vendor_id.is_null(False)
    customers = (_CUSTOMER.company_id == company_id) & _CUSTOMER.search.contains(word)
    awbs = awbs_with(company_id, word)
    found = [
        _DOCUMENT.search.contains(word) & ~of_vendor,
        _DOCUMENT.customer_id.in_(_CUSTOMER.select(_CUSTOMER.id).where(customers)),
        *_with_partner_named(company_id, word),
        _DOCUMENT.awb_id.in_(awbs),
        _with_lines([*_named_lines(company_id, word), _lines_of(_LINE.awb_id, awbs)]),
    ]
    found += [_DOCUMENT.k2k] if word == K2K_MARK else []
    found += [_is_overdue(now)] if word == OVERDUE_MARK else []
    return any_of(found)


def _with_partner_named(company_id: int, word: str) -> list[Any]:
    """Documents whose other company a word names, by its own name or by that of the company's record of it."""
    recorded = (_RECORD.company_id == company_id) & _RECORD.search.contains(word) & _RECORD.company.is_null(False)
    by_record = _PARTNER.code.in_(_RECORD.select(_RECORD.company).where(recorded))
    vendors = _LINK.select(_LINK.vendor_id).where(_LINK.buyer_id == company_id)
    buyers = _LINK.select(_LINK.buyer_id).where(_LINK.vendor_id == company_id)
    sells = _PARTNER.id.in_(vendors) & (_PARTNER.search.contains(word) | by_record)
    buys = _PARTNER.id.in_(buyers) & _PARTNER.search.contains(word)
    return [
        _DOCUMENT.vendor_id.in_(_PARTNER.select(_PARTNER.id).where(sells)),
        _DOCUMENT.buyer_id.in_(_PARTNER.select(_PARTNER.id).where(buys)),
    ]


def _named_lines(company_id: int, word: str) -> list[Any]:
    """Lines of a prebook, of a vendor's order with a reference, and for the vendor of a purchase order, that a word
    names: those that the company buys, and those that it sells. The companies of a document are those of its lines."""
    own = _NAMED.company_id == company_id
    prebooks = own & (_NAMED.kind == PREBOOK) & _NAMED.number.contains(word)
    bought = (_NAMED.buyer_id == company_id) & (_NAMED.kind == _SOLD) & _NAMED.search.contains(word)
    # Not by the column itself, of which there is an index: few documents have a reference.
    sold = own & (_NAMED.reference_number > _NO_NUMBER) & (_NAMED.kind.concat("") == SALES_ORDER)
    sold &= _NAMED.search.contains(word)
    ordered = (_NAMED.vendor_id == company_id) & (_NAMED.kind == _ORDERED) & _NAMED.number.contains(word)
    wanted = _LINE.select(*_OF_LINE).join(_NAMED, on=_NAMED.id == _LINE.prebook_id)
    return [
        _lines_of(_LINE.prebook_id, _NAMED.select(_NAMED.id).where(prebooks)),
        _lines_of(_LINE.sales_order_id, _NAMED.select(_NAMED.id).where(bought)),
        _lines_of(_LINE.sales_order_id, _NAMED.select(_NAMED.id).where(sold)),
        _lines_of(_LINE.purchase_order_id, _NAMED.select(_NAMED.id).where(ordered)),
        wanted.where((_LINE.vendor_id == company_id) & _NAMED.number.contains(word)),
    ]


def _lines_of(column: Any, ids: Any) -> Any:
    """Lines of which a column is one of some ids."""
    return _LINE.select(*_OF_LINE).where(column.in_(ids))


def _with_lines(lines: Sequence[Any]) -> Any:
    """Documents that have one of some lines, and invoices that bill one. Each query for lines is done once."""
    found = _together(lines).cte("named_lines", columns=[column.name for column in _OF_LINE])
    columns = [getattr(found.c, column.name) for column in _DOCUMENTS]
    every = [Select([found], [one]).where(one.is_null(False)) for one in columns]
    billed = _BILLED.select(_BILLED.invoice_id).where(_BILLED.line_id.in_(Select([found], [found.c.id])))
    ids = _together([*every, billed]).alias("of_lines")
    return _DOCUMENT.id.in_(Select([ids], [getattr(ids.c, _DOCUMENTS[0].name)]).with_cte(found))


def _together(queries: Sequence[Any]) -> Any:
    found, *others = queries
    for one in others:
        found = found.union_all(one)
    return found


def _on_awb(awbs: Any) -> Any:
    """Documents on one of some AWBs of the company."""
    return _DOCUMENT.awb_id.in_(awbs) | _with_lines([_lines_of(_LINE.awb_id, awbs)])


def _with_partner(company_id: int, sells: Any, buys: Any) -> Any:
    """Documents whose other company fulfils a condition, as the vendor or as the buyer."""
    return ((_DOCUMENT.vendor_id != company_id) & sells) | ((_DOCUMENT.buyer_id != company_id) & buys)


def _is_for_customer(company_id: int, code: str) -> Any:
    """Documents of a customer: also sales orders to the company that it is, and purchase orders with a line for it."""
    mine = (_CUSTOMER.company_id == company_id) & (_CUSTOMER.code == code)
    customers = tables.Customer.alias("named_customer")
    named: Any = (customers.company_id == company_id) & (customers.code == code)
    sold = (_DOCUMENT.kind == SALES_ORDER) & _BUYER.code.in_(
        customers.select(customers.company).where(named & customers.company.is_null(False))
    )
    lines = _LINE.select(_LINE.purchase_order_id).where(
        (_LINE.buyer_id == company_id) & _LINE.customer_id.in_(customers.select(customers.id).where(named))
    )
    bought = (_DOCUMENT.kind == PURCHASE_ORDER) & _DOCUMENT.id.in_(lines.where(_LINE.purchase_order_id.is_null(False)))
    return mine | sold | bought


def _has_pending_lines(now: dt.datetime) -> Any:
    """Documents with a line in a cart that has not run out."""
    waits = (_LINE.state == IN_CART) & (_LINE.expires_at.is_null() | (_LINE.expires_at > now))
    columns = (_LINE.prebook_id, _LINE.invoice_order_id, _LINE.purchase_order_id, _LINE.sales_order_id)
    return any_of(_DOCUMENT.id.in_(_LINE.select(column).where(waits & column.is_null(False))) for column in columns)


def _is_overdue(now: dt.datetime) -> Any:
    """Documents with a line that its vendor should have confirmed by now, and still can."""
    late = _LINE.state.in_((CHECKED_OUT, NEEDED)) & (_LINE.overdue_at <= now)
    late &= _LINE.expires_at.is_null() | (_LINE.expires_at > now)
    columns = (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id)
    return any_of(_DOCUMENT.id.in_(_LINE.select(column).where(late & column.is_null(False))) for column in columns)


def with_former_number(company_id: int) -> Any:
    """The query for the ids of a company's documents that had another number before."""
    return _NAMED.select(_NAMED.id).where((_NAMED.company_id == company_id) & (_NAMED.former_number != _NO_NUMBER))


def numbered_like(company_id: int, word: str) -> Any:
    """The query for the ids of a company's documents of which a number contains a folded word: their own, the one that
    they had before, or their reference. Each is found in an index, without the rows."""
    own = _NAMED.select(_NAMED.id).where((_NAMED.company_id == company_id) & code_has(_NAMED.number, word))
    former = with_former_number(company_id).where(code_has(_NAMED.former_number, word))
    named = (_NAMED.company_id == company_id) & (_NAMED.reference_number > _NO_NUMBER)
    return own.union_all(former).union_all(
        _NAMED.select(_NAMED.id).where(named & code_has(_NAMED.reference_number, word))
    )
