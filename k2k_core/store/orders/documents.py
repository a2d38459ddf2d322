"""Documents and their lines, of one company: found by number, locked, moved from state to state, listed.

Everything is scoped by company: another company's number is as unknown as one that was never used. Locks are taken in
one order by everybody: carts, documents, lots, lines, boxes, each in ascending id.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from peewee import SQL

from k2k_core.domain.orders import (
    BILLED,
    CANCELLED,
    CHECKED_OUT,
    CONFIRMED,
    DROPPED,
    IN_CART,
    INVOICE,
    INVOICE_ORDER,
    NEEDED,
    PREBOOK,
    PURCHASE_ORDER,
    RECEIVED,
    SALES_ORDER,
    STAGED,
)
from k2k_core.errors import Conflict, NotFound
from k2k_core.messages import Message, joined_by_or
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.queries import any_of, unindexed
from k2k_core.store.database.session import Session
from k2k_core.store.orders.order_ends import approve_orders
from k2k_core.store.orders.order_writes import close_empty_documents, hold_documents_of
from k2k_core.store.orders.rows import DocumentRow, LineRow, columns_of, shown
from k2k_core.store.tables import Document, Lot, OrderLine

_AT_ONCE = 10_000
_NAMED: Any = Document.alias("named_document")

LINE_COLUMN = {
    PREBOOK: "prebook_id",
    PURCHASE_ORDER: "purchase_order_id",
    SALES_ORDER: "sales_order_id",
    INVOICE_ORDER: "invoice_order_id",
}
"""Which column of an order line names its document of a kind."""


SOLD_TO_A_CUSTOMER = (PREBOOK, INVOICE_ORDER, INVOICE)
"""The kinds of documents between a company and its final customer."""


def line_column(document: DocumentRow) -> str:
    """The column of an order line that refers to this document. The prebook of a buyer at its vendor will become the
    sales order, so it uses that column."""
    at_vendor = document["kind"] == PREBOOK and document["vendor_id"] == document["company_id"]
    return LINE_COLUMN[SALES_ORDER if at_vendor else document["kind"]]


ENDED = (CANCELLED, DROPPED)
"""Lines in these states count for nothing any more."""


_KIND_NAMES = {
    PREBOOK: Message("prebook"),
    PURCHASE_ORDER: Message("purchase order"),
    SALES_ORDER: Message("sales order"),
    INVOICE_ORDER: Message("invoice order"),
    INVOICE: Message("invoice"),
}


def find(session: Session, company_id: int, number: str, *kinds: str) -> DocumentRow:
    """The document of a company by number, of one of `kinds` if given. Raises `NotFound`. The reading unit of work of
    several calls reads none twice."""
    known = _known_documents(session).get((company_id, str(number)))
    if known is not None and (not kinds or known["kind"] in kinds):
        return shown(session, [known])[0]
    wanted = Document.company_id == company_id
    if kinds:
        wanted &= Document.kind.in_(kinds)
    named = Document.id.in_(with_number(company_id, [str(number)]))
    found: list[DocumentRow] = session.dicts(Document.select().where(wanted & named).order_by(Document.former_number))
    if not found:
        what = joined_by_or([_KIND_NAMES[kind] for kind in kinds] or [Message("document")])
        raise NotFound("There is no {what} {number}.", what=what, number=str(number))
    remember(session, found)
    return shown(session, found)[0]


def remember(session: Session, found: Iterable[DocumentRow]) -> None:
    """Documents that the reading unit of work of several calls has read: whole rows. One that had another number before
    is not found by its number alone."""
    known = _known_documents(session)
    known.update(((one["company_id"], one["number"]), one) for one in found if not one["former_number"])


def _known_documents(session: Session) -> dict[tuple[int, str], DocumentRow]:
    memory = {} if session.memory is None or session.writable else session.memory
    found: dict[tuple[int, str], DocumentRow] = memory.setdefault("documents", {})
    return found


def with_number(company_id: int, numbers: Sequence[str]) -> Any:
    """The ids of documents of a company that have one of some numbers, or had it before they were accepted: each is
    found by an index. Most have no former number: nothing is the name of one of them, not of all."""
    mine, named = _NAMED.company_id == company_id, _NAMED.select(_NAMED.id)
    former = mine & (_NAMED.former_number != SQL("''")) & _NAMED.former_number.in_(list(numbers))
    return named.where(mine & _NAMED.number.in_(list(numbers))).union_all(named.where(former))


def find_own(session: Session, company_id: int, number: str, *kinds: str) -> DocumentRow:
    """The same, among what the company itself buys and sells: without the prebook of a buyer at its vendor."""
    found = find(session, company_id, number, *kinds)
    if found["kind"] == PREBOOK and found["vendor_id"] == company_id:
        raise NotFound("There is no prebook {number}.", number=str(number))
    return found


def get(session: Session, document_id: int) -> DocumentRow:
    """A document, read after it was locked."""
    found: list[DocumentRow] = session.dicts(Document.select().where(Document.id == document_id))
    return shown(session, found)[0]


def placed_with(session: Session, document: DocumentRow) -> list[DocumentRow]:
    """The orders of own stock that were placed together with a prebook; they have it as their reference."""
    if document["kind"] != PREBOOK:
        return []
    mine = (Document.company_id == document["company_id"]) & (Document.kind == INVOICE_ORDER)
    named = Document.reference_number == document["number"]
    return session.dicts(Document.select().where(mine & named).order_by(Document.id))


def of_company(session: Session, company_id: int) -> list[DocumentRow]:
    """Every document of a company, oldest first."""
    return session.dicts(Document.select().where(Document.company_id == company_id).order_by(Document.id))


def of_customer(session: Session, company_id: int, customer_id: int) -> list[DocumentRow]:
    """What a company sells to one of its customers, oldest first."""
    mine = (Document.company_id == company_id) & sold_to(company_id, customer_id)
    return session.dicts(Document.select().where(mine).order_by(Document.id))


def sold_to(company_id: int, customer_id: int) -> Any:
    """The condition for documents that a company has for one of its customers: prebooks, orders of own stock and the
    invoices that it issued."""
    own = Document.vendor_id.is_null() | (Document.vendor_id == company_id)
    return (Document.customer_id == customer_id) & Document.kind.in_(SOLD_TO_A_CUSTOMER) & own


def is_sold_to(document: DocumentRow, company_id: int, customer_id: int) -> bool:
    """Whether that condition holds for a document of the company."""
    own = document["vendor_id"] in (None, company_id)
    return own and document["customer_id"] == customer_id and document["kind"] in SOLD_TO_A_CUSTOMER


def of_k2k_orders(session: Session, company_id: int) -> list[DocumentRow]:
    """The documents of a company's K2K orders, oldest first."""
    mine = (Document.company_id == company_id) & Document.k2k
    return session.dicts(Document.select().where(mine).order_by(Document.id))


def of_parties(
    session: Session, company_id: int, partners: Collection[int], customers: Collection[int]
) -> list[DocumentRow]:
    """The documents of a company with some partners, or for some of its customers, oldest first."""
    sides = (("vendor_id", partners), ("buyer_id", partners), ("customer_id", customers))
    named = [getattr(Document, column).in_(list(ids)) for column, ids in sides if ids]
    if not named:
        return []
    mine = (Document.company_id == company_id) & any_of(named)
    return session.dicts(Document.select().where(mine).order_by(Document.id))


def confirmed_orders_on(session: Session, vendor_id: int, awbs: Collection[int]) -> list[DocumentRow]:
    """The vendor's orders on some AWBs that are confirmed and not shipped, locked with their buyers' orders, their
    lines and the lots that their boxes leave."""
    on_it = (Document.company_id == vendor_id) & (Document.kind == SALES_ORDER) & Document.awb_id.in_(list(awbs))
    confirmed = on_it & (Document.status == CONFIRMED)
    ids = [row[0] for row in session.rows(Document.select(Document.id).where(confirmed))]
    lines = lines_by(session, "sales_order_id", ids)
    hold(
        session,
        documents=[*ids, *ids_in(lines, "prebook_id", "purchase_order_id")],
        lots=ids_in(lines, "lot_id"),
        lines=[line["id"] for line in lines],
    )
    return session.dicts(Document.select().where(confirmed & Document.id.in_(ids)).order_by(Document.id))


def order_number_of_line(session: Session, vendor_id: int, line_id: int) -> str | None:
    """The number of the vendor's sales order that a line is on."""
    mine = (OrderLine.id == line_id) & (Document.company_id == vendor_id)
    query = Document.select(Document.number).join(OrderLine, on=OrderLine.sales_order_id == Document.id)
    found: str | None = session.value(query.where(mine))
    return found


def lines_of(session: Session, document: DocumentRow) -> list[LineRow]:
    """The lines of an order, in the order in which they were added."""
    return lines_by(session, line_column(document), [document["id"]])


def lines_by(session: Session, column: str, ids: Iterable[int]) -> list[LineRow]:
    """Order lines whose `column` is one of `ids`, by id."""
    wanted, found = sorted(set(ids)), list[LineRow]()
    for start in range(0, len(wanted), _AT_ONCE):
        found += _lines_by(column).dicts(session, wanted[start : start + _AT_ONCE])
    return sorted(shown(session, found), key=lambda line: int(line["id"]))


@lru_cache
def _lines_by(column: str) -> Prepared:
    field: Any = getattr(OrderLine, column)
    return Prepared(lambda ids: OrderLine.select().where(field.in_(ids)))


def lines_by_document(session: Session, found: Iterable[DocumentRow]) -> dict[int, list[LineRow]]:
    """The lines of several orders, of any kinds, by document."""
    by_document: dict[int, list[LineRow]] = defaultdict(list)
    orders = [document for document in found if document["kind"] != INVOICE]
    for column in LINE_COLUMN.values():
        ids = [document["id"] for document in orders if line_column(document) == column]
        for line in lines_by(session, column, ids):
            by_document[columns_of(line, (column,))[column]].append(line)
    return by_document


def ids_in(rows: Iterable[Mapping[str, Any]], *columns: str) -> list[int]:
    """Every id in some columns of rows, once, ascending."""
    return sorted({row[column] for row in rows for column in columns if row[column] is not None})


def hold(session: Session, documents: Iterable[int] = (), lots: Iterable[int] = (), lines: Iterable[int] = ()) -> None:
    """Lock documents, then lots, then lines, until the end of the unit of work."""
    session.lock(Document, documents)
    session.lock(Lot, lots)
    session.lock(OrderLine, lines)


def hold_order(session: Session, document: DocumentRow, *beside: DocumentRow) -> None:
    """Lock an order, and some in addition, with the other documents of all their lines."""
    orders = (document, *beside)
    lines = any_of([getattr(OrderLine, line_column(one)) == one["id"] for one in orders])
    hold_documents_of(session, lines, *(one["id"] for one in orders))


def move_lines(session: Session, lines: Iterable[LineRow], before: str, **changes: object) -> None:
    """One conditional UPDATE that takes lines out of the state `before`; raises `Conflict` unless all of them were in
    it."""
    ids = [line["id"] for line in lines]
    if not ids:
        return
    there = OrderLine.id.in_(ids) & (unindexed(OrderLine.state) == before)
    if session.change(OrderLine.update(**changes).where(there)) != len(ids):
        raise Conflict("Somebody changed lines of this order at the same time. Nothing was done.")


def move_document(session: Session, document_id: int, before: str, after: str, **changes: object) -> None:
    """One conditional UPDATE of a document's status; raises `Conflict` when it has another status."""
    wanted = (Document.id == document_id) & (Document.status == before)
    if session.change(Document.update(status=after, **changes).where(wanted)) != 1:
        raise Conflict("Somebody changed this document at the same time. Nothing was done.")


def add_needed(session: Session, line: LineRow, **columns: object) -> int:
    """Add a line for the same goods, customer and price that nobody supplies yet; returns its id."""
    copied = columns_of(line, _COPIED_COLUMNS) | columns
    return session.insert(OrderLine, **copied, state=NEEDED, created_at=session.now)


def update_status(session: Session, lines: Iterable[LineRow]) -> None:
    """Update the status of the documents of these lines (`update_statuses`)."""
    touched = list(lines)
    columns = ("prebook_id", "purchase_order_id", "sales_order_id")
    update_statuses(session, *(ids_in(touched, column) for column in columns))


def update_statuses(
    session: Session, prebooks: Collection[int], purchase_orders: Collection[int], others: Collection[int] = ()
) -> None:
    """Update the status of documents from the states of their lines (domain section 5).

    Without an open line a document is cancelled; a purchase order of which no line waits for its approval any more is
    approved; when every open line is confirmed, so are the buyer's documents. A needed line keeps a prebook from being
    confirmed, but not the purchase order of which it fell short. A confirmed prebook stays confirmed while anything
    that was confirmed is left of it, and is checked out again when only needed lines are left.
    """
    close_empty_documents(session, [*prebooks, *purchase_orders, *others])
    approve_orders(session, purchase_orders)
    for column, ids in (("prebook_id", prebooks), ("purchase_order_id", purchase_orders)):
        found = _states_on(session, column, ids)
        whole = [one for one, states in found.items() if states & _GIVEN and not states & _WAITING[column]]
        if whole:
            ready = Document.id.in_(whole) & Document.status.not_in((CONFIRMED, CANCELLED))
            session.change(Document.update(status=CONFIRMED).where(ready))
    states_on = _states_on(session, "prebook_id", prebooks)
    short = [one for one, states in states_on.items() if NEEDED in states and not states & _GIVEN]
    if short:
        reopened = Document.id.in_(short) & (Document.status == CONFIRMED)
        session.change(Document.update(status=CHECKED_OUT).where(reopened))


def _states_on(session: Session, column: str, ids: Collection[int]) -> dict[int, set[str]]:
    """The states of the lines of some documents, by document."""
    found: dict[int, set[str]] = defaultdict(set)
    if ids:
        field: Any = getattr(OrderLine, column)
        for document, state in session.rows(OrderLine.select(field, OrderLine.state).where(field.in_(list(ids)))):
            found[document].add(state)
    return found


def is_pending(line: LineRow, session: Session) -> bool:
    """Whether a line waits for its check-out. One whose cart has run out of time waits for nothing any more."""
    expires = line["expires_at"]
    return bool(line["state"] == IN_CART and (expires is None or expires > session.now))


def is_settled(line: LineRow) -> bool:
    """Whether a line has been confirmed by the vendor or gone further."""
    return line["state"] in _GIVEN


def lot_codes(session: Session, lines: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Plain lot codes by lot id. A unit of work of several calls reads none twice: they never change."""
    found = _known_lot_codes(session)
    wanted = [one for one in ids_in(lines, "lot_id") if one not in found]
    for start in range(0, len(wanted), _AT_ONCE):
        found.update(session.rows(Lot.select(Lot.id, Lot.code).where(Lot.id.in_(wanted[start : start + _AT_ONCE]))))
    return found


def remember_lot_codes(session: Session, codes: Mapping[int, str]) -> None:
    """Lot codes that a unit of work of several calls has read with something else."""
    _known_lot_codes(session).update(codes)


def _known_lot_codes(session: Session) -> dict[int, str]:
    found: dict[int, str] = {} if session.memory is None else session.memory.setdefault("lot_codes", {})
    return found


def arrival_dates(session: Session, lines: Iterable[LineRow]) -> dict[int, dt.date]:
    """The current arrival dates of the lots of these lines, by lot id."""
    wanted = ids_in(lines, "lot_id")
    found: dict[int, dt.date] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        query = Lot.select(Lot.id, Lot.arrival_date).where(Lot.id.in_(wanted[start : start + _AT_ONCE]))
        found.update(session.rows(query))
    return found


def ship_days(order: DocumentRow) -> tuple[dt.date, dt.date]:
    """The ship date of an order and the day on which its boxes leave the vendor; orders of own stock leave on the ship
    date."""
    if order["ship_date"] is None:
        raise TypeError(f"{order['number']} is no order that ships")
    return order["ship_date"], order["vendor_ship_date"] or order["ship_date"]


def leave_on(session: Session, document_ids: Iterable[int], day: dt.date) -> None:
    """Change the vendor ship date of orders."""
    session.change(Document.update(vendor_ship_date=day).where(Document.id.in_(list(document_ids))))


_WAITING = {"prebook_id": {IN_CART, CHECKED_OUT, NEEDED}, "purchase_order_id": {IN_CART, CHECKED_OUT}}
_GIVEN = {STAGED, RECEIVED, BILLED}
_COPIED_COLUMNS = (
    *("buyer_id", "prebook_id", "customer_id", "product_id", "description", "inventory_type", "box_type", "boxes"),
    *("units_per_box", "unit_type", "stems_per_bunch", "price", "mark_code", "explanation", "charges"),
)
