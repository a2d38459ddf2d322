"""Documents and order lines: opened, joined, moved from state to state, each by one conditional UPDATE.

Locks are taken in one order by everybody: carts, documents, lots, lines, boxes, each in ascending id. What else is
waited for has its place in that order too:

* an idempotency key before everything, then the right to look for orders that a purchase can join;
* the numbers of documents between documents and lots, the buyer's before its vendors'; those of invoices after lines;
* a buyer's lots of received boxes are lots as others are where boxes are scanned: before their lines. What bills,
  releases, voids or ships holds them after the lines: it holds the line's prebook, or without one its purchase order,
  from the beginning, as a scan does, so that of two who want such lots and their line one has not begun;
* AWBs after lines, or before the lots that came on them;
* companies after all of these, and places in their feeds at the very end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, NamedTuple, TypedDict, cast

from peewee import JOIN, ModelSelect, fn

from k2k_core.domain.order_ends import OrderEnd
from k2k_core.domain.orders import (
    ACCEPTED,
    APPROVED,
    CANCELLED,
    CHECKED_OUT,
    DRAFT,
    FILLED,
    IN_CART,
    NOT_TRANSFERRED,
    OPEN_LINE_STATES,
    PENDING,
    PENDING_APPROVAL,
    PURCHASE_ORDER,
    SALES_ORDER,
    TRANSFERRED,
    VOIDED,
    document_number,
)
from k2k_core.store.database.company_points import note_points
from k2k_core.store.database.numbering import next_value, next_values
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.queries import unindexed
from k2k_core.store.database.session import Row, Session
from k2k_core.store.orders.rows import DocumentRow, Reference
from k2k_core.store.tables import Document, Lot, OrderLine


@dataclass(frozen=True, slots=True)
class EndedLine:
    """A line that ended, with what its documents and people need to know. One that waited for goods has no lot."""

    line_id: int
    buyer_id: int
    vendor_id: int | None
    lot_company_id: int | None
    lot_id: int | None
    boxes: int
    description: str
    box_type: str
    documents: tuple[int | None, ...]

    @property
    def sales_order_id(self) -> int | None:
        """The order of its vendor."""
        return self.documents[2]


class LineInCart(TypedDict):
    """What a check-out, or a cancellation, must know of a line."""

    id: int
    state: str
    cart_id: Reference
    expires_at: dt.datetime | None
    customer_id: Reference
    prebook_id: Reference
    invoice_order_id: Reference
    purchase_order_id: Reference
    sales_order_id: Reference
    vendor_id: Reference
    lot_id: Reference
    description: str
    boxes: int


class LineToCheckOut(LineInCart):
    """The same with the code of its lot, the versions of its documents by their columns, whether somebody watches one
    of them, and whether something is attached to its prebook or invoice order."""

    lot_code: str | None
    prebook_version: int | None
    purchase_order_version: int | None
    sales_order_version: int | None
    invoice_order_version: int | None
    watched: bool
    attached: bool


class DocumentRef(NamedTuple):
    """A document to which lines can be added."""

    id: int
    number: str
    k2k: bool


class CartDocument(NamedTuple):
    """A document that a cart has opened, with the vendor's pending sales order beside a purchase order."""

    document: DocumentRef
    kind: str
    vendor_id: int | None
    vendor_ship_date: dt.date | None
    sale: DocumentRef | None


def open_documents(
    session: Session, rows: Sequence[dict[str, Any]], taken: Mapping[tuple[int, str], int] | None = None
) -> list[DocumentRef]:
    """Open documents that name the same columns, each under the next number of its company and kind, without gaps.

    The numbers are held in the order of the rows (`k2k_core.store.orders.order_writes`), if they were not `taken`
    before: the last one by company and kind.
    """
    if not rows:
        return []
    counts = Counter((row["company_id"], row["kind"]) for row in rows)
    last = next_values(session, counts) if taken is None else taken
    places = {counter: count(last[counter] - number) for counter, number in counts.items()}
    numbers = [document_number(row["kind"], next(places[(row["company_id"], row["kind"])]), row["k2k"]) for row in rows]
    named = [{**row, "number": number, "created_at": session.now} for row, number in zip(rows, numbers, strict=True)]
    ids = session.insert_in_order(Document, named)
    return [DocumentRef(new_id, row["number"], row["k2k"]) for new_id, row in zip(ids, named, strict=True)]


def open_document(session: Session, company_id: int, kind: str, *, k2k: bool, **columns: object) -> int:
    """Open a document of a company under its next number, without gaps; its id."""
    return open_documents(session, [{"company_id": company_id, "kind": kind, "k2k": k2k, **columns}])[0].id


def mark_k2k(session: Session, document_id: int) -> None:
    """A document gets the K2K mark: boxes of a connected vendor are on it."""
    session.change(Document.update(k2k=True).where((Document.id == document_id) & ~Document.k2k))


def set_reference(session: Session, document_id: int, reference: str) -> None:
    """A document names another one as its reference."""
    session.change(Document.update(reference_number=reference).where(Document.id == document_id))


def documents_of_cart(session: Session, buyer_id: int, cart_id: int) -> list[CartDocument]:
    """What a cart has opened and what can be added to: its drafts, and its approved orders that the vendor has not
    confirmed. The caller locks them, and reads them again."""
    wanted = ([SALES_ORDER], [PENDING], [buyer_id], [cart_id], [DRAFT, APPROVED], [NOT_TRANSFERRED])
    return [
        CartDocument(
            DocumentRef(*own), kind, vendor_id, day, None if sale_id is None else DocumentRef(sale_id, number, True)
        )
        for *own, kind, vendor_id, day, sale_id, number in _OF_CART.rows(session, *wanted)
    ]


def _of_cart(*wanted: list[Any]) -> ModelSelect[Any]:
    kind, pending, buyer, cart, statuses, transfer = wanted
    sale: Any = Document.alias()
    both = (OrderLine.purchase_order_id == Document.id) & (OrderLine.sales_order_id == sale.id)
    beside = (sale.cart_id == Document.cart_id) & (sale.company_id == Document.vendor_id)
    beside &= sale.kind.in_(kind) & sale.status.in_(pending) & fn.EXISTS(OrderLine.select(OrderLine.id).where(both))
    columns = (Document.id, Document.number, Document.k2k, Document.kind, Document.vendor_id, Document.vendor_ship_date)
    mine = Document.company_id.in_(buyer) & Document.cart_id.in_(cart)
    query = Document.select(*columns, sale.id, sale.number).join(sale, JOIN.LEFT_OUTER, on=beside)
    usable = mine & Document.status.in_(statuses) & Document.transfer.in_(transfer)
    return query.where(usable).order_by(Document.id, sale.id)


_OF_CART = Prepared(_of_cart)


def joinable_orders(
    session: Session,
    *,
    buyer_id: int,
    vendor_id: int,
    vendor_ship_date: dt.date,
    ship_via: str,
    ship_to: dict[str, str],
) -> tuple[DocumentRef, DocumentRef] | None:
    """The purchase and sales order that a line without a cart joins, if there are any: of that ship-to, pending
    approval (domain section 5), and the vendor has not got them to fill. The caller holds them, so that nobody confirms
    them meanwhile, and reads them again."""
    sale = Document.alias()
    mine = (Document.status == PENDING_APPROVAL) & (Document.ship_to == ship_to)
    same = (
        (Document.company_id == buyer_id)
        & (Document.kind == PURCHASE_ORDER)
        & (Document.vendor_id == vendor_id)
        & (Document.vendor_ship_date == vendor_ship_date)
        & (Document.ship_via == ship_via)
        & (Document.transfer == NOT_TRANSFERRED)
    )
    found = session.first(
        Document.select(Document.id, Document.number, OrderLine.sales_order_id, sale.number)
        .join(OrderLine, on=OrderLine.purchase_order_id == Document.id)
        .join(sale, on=sale.id == OrderLine.sales_order_id)
        .where(same & mine & (sale.kind == SALES_ORDER) & (sale.status == PENDING))
        .order_by(Document.id)
    )
    return None if found is None else (DocumentRef(found[0], found[1], True), DocumentRef(found[2], found[3], True))


def hold_documents(session: Session, ids: Iterable[int]) -> bool:
    """Lock documents before lines are added to them, or their lines change; whether what is locked must be read
    again.
    """
    return session.lock(Document, ids)


def serialize_joining(session: Session, buyer_id: int) -> None:
    """Wait until nobody else looks for orders of this buyer that wait for approval: of two first purchases at once, the
    second finds what the first has opened."""
    next_value(session, buyer_id, "joining", 0)


def lock_lots(session: Session, lot_ids: Iterable[int]) -> None:
    """Hold lots before boxes are taken from several of them."""
    session.lock(Lot, lot_ids)


def add_lines(session: Session, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Add order lines in a cart, or waiting for approval; their ids."""
    waiting = {"state": IN_CART, "created_at": session.now}
    return session.insert_in_order(OrderLine, [row | waiting for row in rows])


def document_numbers(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Numbers of documents by id."""
    if not ids:
        return {}
    return dict(session.rows(Document.select(Document.id, Document.number).where(Document.id.in_(list(ids)))))


def documents_by_id(session: Session, ids: Collection[int]) -> dict[int, DocumentRow]:
    """Whole documents by id."""
    if not ids:
        return {}
    return {row["id"]: row for row in _BY_ID.dicts(session, sorted(set(ids)))}


_BY_ID = Prepared(lambda ids: Document.select().where(Document.id.in_(ids)).order_by(Document.id))


def lines_of_buyer(
    session: Session, buyer_id: int, *, cart: str | None = None, line_id: int | None = None
) -> list[LineToCheckOut]:
    """The lines of one of the buyer's carts by number, or one of its lines; by id. The sequences of their companies are
    read with them, where those are read once."""
    wanted = (_OF_LINE, (line_id or 0, buyer_id)) if cart is None else (_OF_NUMBER, (buyer_id, cart))
    rows = session.ready_rows(_TO_CHECK_OUT + wanted[0], wanted[1], _CONVERTERS)
    for row in rows:
        note_points(session, [point for point in (row[-8:-4], row[-4:]) if point[0] is not None])
    lines = sorted((_to_check_out(row[:-8]) for row in rows), key=lambda line: line["id"])
    session.reach(line["vendor_id"] for line in lines if line["vendor_id"] is not None)
    return lines


def _to_check_out(row: Row) -> LineToCheckOut:
    named: Any = dict(zip(LineToCheckOut.__annotations__, row, strict=True))
    return cast(LineToCheckOut, named)


_TO_CHECK_OUT = f"""
SELECT {", ".join(f"l.{name}" for name in LineInCart.__annotations__)}, lot.code,
    p.version, o.version, s.version, i.version,
    EXISTS (SELECT 1 FROM watch w WHERE w.document_id IN (p.id, o.id, s.id, i.id)),
    EXISTS (SELECT 1 FROM link k WHERE k.company_id = l.buyer_id AND k.document_id IN (p.id, i.id)),
    buyer.id, buyer.code, buyer.change_seq, buyer.lot_seq, vendor.id, vendor.code, vendor.change_seq, vendor.lot_seq
FROM order_line l JOIN company buyer ON buyer.id = l.buyer_id LEFT JOIN company vendor ON vendor.id = l.vendor_id
LEFT JOIN lot ON lot.id = l.lot_id
LEFT JOIN document p ON p.id = l.prebook_id LEFT JOIN document o ON o.id = l.purchase_order_id
LEFT JOIN document s ON s.id = l.sales_order_id LEFT JOIN document i ON i.id = l.invoice_order_id
WHERE """
_OF_LINE, _OF_NUMBER = (
    "l.id = ? AND l.buyer_id = ?",
    "l.cart_id = (SELECT c.id FROM cart c WHERE c.company_id = ? AND c.number = ?)",
)
"""With `IN` the cart would be one more table to join, and PostgreSQL puts no more than eight in an order of its own: it
would join every line there is before it looks for those of the cart."""
_CONVERTERS = [
    *(OrderLine.expires_at.python_value if name == "expires_at" else None for name in LineToCheckOut.__annotations__),
    *[None] * 8,
]


def lines_in_cart(session: Session, cart_id: int) -> list[int]:
    """The lines of a cart that nobody has checked out, by id."""
    waiting = (OrderLine.cart_id == cart_id) & (OrderLine.state == IN_CART)
    return [row[0] for row in session.rows(OrderLine.select(OrderLine.id).where(waiting).order_by(OrderLine.id))]


def check_out_lines(session: Session, ends: Sequence[tuple[OrderEnd, Sequence[int]]]) -> set[int]:
    """Check out lines that are in the cart and in time, each with the moments at which it ends from now on; those that
    this unit of work has moved."""
    stored = OrderLine.expires_at.db_value
    wanted = [(line, *map(stored, end)) for end, lines in ends for line in lines]
    ids, values = [line for _, lines in ends for line in lines], [value for one in wanted for value in one]
    if session.engine == "sqlite":
        statement, locked = _CHECK_OUT_ON_SQLITE.format(wanted=_places("?", wanted)), list[int]()
    else:
        places = _places("?::bigint", wanted)
        statement, locked = _CHECK_OUT_ON_POSTGRESQL.format(wanted=places, held=", ".join("?" * len(ids))), ids
    return {row[0] for row in session.run(statement, [*locked, *values, stored(session.now)]).fetchall()}


def _places(mark: str, rows: Sequence[Sequence[object]]) -> str:
    return ", ".join(f"({', '.join([mark] * len(row))})" for row in rows)


_MOMENTS = OrderEnd._fields
_CHECK_OUT = f"""wanted (id, {", ".join(_MOMENTS)}) AS (VALUES {{wanted}})
UPDATE order_line SET state = '{CHECKED_OUT}', {", ".join(f"{name} = wanted.{name}" for name in _MOMENTS)}
FROM {{source}} WHERE order_line.id = wanted.id AND COALESCE(order_line.state, order_line.state) = '{IN_CART}'
    AND (order_line.expires_at IS NULL OR order_line.expires_at > ?)
RETURNING order_line.id
"""
"""The state is compared as in `unindexed`."""
_CHECK_OUT_ON_SQLITE = f"WITH {_CHECK_OUT.replace('{source}', 'wanted')}"
_CHECK_OUT_ON_POSTGRESQL = f"""
WITH held AS MATERIALIZED (SELECT id FROM order_line WHERE id IN ({{held}}) ORDER BY id FOR NO KEY UPDATE),
{_CHECK_OUT.replace("{source}", "wanted JOIN held ON held.id = wanted.id")}"""
"""The lines are locked in the order of everybody (`Session.lock`), in the same statement that changes them."""


def agree_documents(
    session: Session, documents: Collection[DocumentRow], terms: Mapping[int, dict[str, Any]]
) -> dict[int, DocumentRow]:
    """Some lines of these documents, which the caller holds, were checked out: drafts are drafts no longer, and those
    without terms of charges get these. The documents as they are now."""
    agreed = {row["id"]: _agreed(row, terms.get(row["id"])) for row in documents}
    changed = [agreed[row["id"]] for row in documents if agreed[row["id"]] is not row]
    if changed:
        stored = Document.charge_terms.db_value
        statuses = [value for row in changed for value in (row["id"], row["status"])]
        charged = [value for row in changed for value in (row["id"], stored(row["charge_terms"]))]
        each, places = " ".join(["WHEN ? THEN ?"] * len(changed)), ", ".join("?" * len(changed))
        session.run(_AGREE.format(each=each, places=places), [*statuses, *charged, *(row["id"] for row in changed)])
    return agreed


_AGREE = """
UPDATE document SET status = CASE id {each} END, charge_terms = CASE id {each} END WHERE id IN ({places})
"""


def _agreed(row: DocumentRow, terms: dict[str, Any] | None) -> DocumentRow:
    status = CHECKED_OUT if row["status"] == DRAFT else row["status"]
    charged = row["charge_terms"] if terms is None or row["charge_terms"] is not None else terms
    if (status, charged) == (row["status"], row["charge_terms"]):
        return row
    return {**row, "status": status, "charge_terms": charged, "version": row["version"] + 1}


def check_out_drafts(session: Session, document_ids: Collection[int]) -> None:
    """Prebooks and invoice orders whose lines were checked out are no longer drafts."""
    draft = Document.id.in_(list(document_ids)) & (Document.status == DRAFT)
    session.change(Document.update(status=CHECKED_OUT).where(draft))


def set_end_of_order(session: Session, document_id: int, ends_at: dt.datetime) -> None:
    """An order of own stock ends by itself at a moment."""
    session.change(Document.update(ends_at=ends_at).where(Document.id == document_id))


def end_lines(
    session: Session, line_ids: Sequence[int], states: Collection[str], to: str, reason: str
) -> list[EndedLine]:
    """End those of the lines that are still in one of `states`; the lines that this unit of work has ended, by lot.

    Their documents and lots are held; the boxes are for the caller to give back.
    """
    wanted = OrderLine.id.in_(list(line_ids))
    hold_documents_of(session, wanted)
    rows = session.rows(OrderLine.select(*_RELEASED).where(wanted).order_by(OrderLine.id))
    lines = [EndedLine(*(*row[:8], tuple(row[8:]))) for row in rows]
    session.reach(one for row in rows for one in row[1:4] if one is not None)
    session.lock(Lot, [line.lot_id for line in lines if line.lot_id is not None])
    session.lock(OrderLine, [line.line_id for line in lines])
    still = OrderLine.id.in_([line.line_id for line in lines]) & unindexed(OrderLine.state).in_(list(states))
    update = OrderLine.update(state=to, reason=reason).where(still).returning(OrderLine.id)
    gone = {row[0] for row in session.changed(update)}
    return sorted((line for line in lines if line.line_id in gone), key=lambda line: line.lot_id or 0)


def hold_documents_of_lines(session: Session, line_ids: Collection[int]) -> None:
    """Hold every document that some lines are on."""
    hold_documents_of(session, OrderLine.id.in_(list(line_ids)))


def hold_documents_of(session: Session, lines: Any, *more: int) -> None:
    """Hold every document that lines are on, and some more. Repeated until no document is added: a line may come onto
    a document of its vendor, or onto an order, while the others are waited for."""
    held: set[int] = set()
    query = OrderLine.select(*_DOCUMENTS).where(lines)
    while wanted := {one for row in session.rows(query) for one in row if one is not None}.union(more) - held:
        session.lock(Document, wanted)
        held |= wanted


def close_empty_documents(session: Session, documents: Iterable[int | None]) -> None:
    """Give documents whose last open line has ended their final status: cancelled, or voided for a sales order."""
    ids = sorted({document for document in documents if document is not None})
    if not ids:
        return
    session.lock(Document, ids)
    prebook, purchase_order, sales_order, invoice_order = _DOCUMENTS
    touching = prebook.in_(ids) | purchase_order.in_(ids) | sales_order.in_(ids) | invoice_order.in_(ids)
    rows = session.rows(
        OrderLine.select(*_DOCUMENTS).where(touching & unindexed(OrderLine.state).in_(OPEN_LINE_STATES))
    )
    still_open = {document for row in rows for document in row}
    empty = [document for document in ids if document not in still_open]
    if empty:
        gone, is_order = Document.id.in_(empty), Document.kind == SALES_ORDER
        session.change(Document.update(status=VOIDED).where(gone & is_order))
        session.change(Document.update(status=CANCELLED).where(gone & ~is_order))
        sent = gone & Document.transfer.in_((TRANSFERRED, ACCEPTED, FILLED))
        session.change(Document.update(transfer=CANCELLED).where(sent))


_DOCUMENTS = (
    OrderLine.prebook_id,
    OrderLine.purchase_order_id,
    OrderLine.sales_order_id,
    OrderLine.invoice_order_id,
)
_RELEASED = (
    OrderLine.id,
    OrderLine.buyer_id,
    OrderLine.vendor_id,
    OrderLine.lot_company_id,
    OrderLine.lot_id,
    OrderLine.boxes,
    OrderLine.description,
    OrderLine.box_type,
    OrderLine.prebook_id,
    OrderLine.purchase_order_id,
    OrderLine.sales_order_id,
    OrderLine.invoice_order_id,
)
