"""Use case: one order line as a company may see it (`line`)."""

from __future__ import annotations

from typing import Any, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document, OrderLine
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.orders import PURCHASE_ORDER, awb_id
from k2k_core.domain.roles import READING
from k2k_core.errors import NotFound
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts, documents
from k2k_core.store.orders.rows import LineRow

BOUGHT = ("prebook_id", "invoice_order_id", "purchase_order_id")
SOLD = ("sales_order_id",)


def line(context: ServiceContext, company: str, line_id: str) -> OrderLine:
    """A line by its id, as it stands on the company's first document of it (of a buyer the prebook or the order of own
    stock, else the purchase order); `cost` is what the buyer pays its vendor. `NotFound`."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        row = _found(session, snapshot.id, line_id)
        columns = BOUGHT if row["buyer_id"] == snapshot.id else SOLD
        ids = [cast(Any, row)[column] for column in columns]
        orders = [documents.get(session, one) for one in ids if one is not None]
        shown = document_view.answers(context, session, snapshot, orders, explained=True)
        return disclosed(_answer(session, row, shown), rules_of(OrderLine), reader_of(context.actor))


def _found(session: Session, company_id: int, named: str) -> LineRow:
    found = documents.lines_by(session, "id", [parsing.row_id(named)])
    if not found or company_id not in (found[0]["buyer_id"], found[0]["vendor_id"]):
        raise NotFound("There is no line {line}.", line=str(named))
    return found[0]


def _answer(session: Session, row: LineRow, shown: list[Document]) -> OrderLine:
    first = shown[0]
    own = _line_of(first, row)
    numbers = {document["kind"]: document["number"] for document in shown}
    bought = [document for document in shown[1:] if document["kind"] == PURCHASE_ORDER]
    cost = {"cost": _line_of(bought[0], row)["price"]} if bought and "price" in _line_of(bought[0], row) else {}
    header = {name: cast(Any, first).get(name) for name in _OF_DOCUMENT}
    return cast(
        OrderLine,
        {
            **own,
            **header,
            **cost,
            **{kind: numbers.get(kind) for kind in ("prebook", "invoice_order", "purchase_order", "sales_order")},
            "version": row["version"],
            "cart": None if row["cart_id"] is None else carts.cart_number(session, row["cart_id"]),
            "expires_at": parsing.iso_text(row["expires_at"]),
            "awb_id": None if row["awb_id"] is None else awb_id(row["awb_id"]),
        },
    )


_OF_DOCUMENT = ("vendor", "buyer", "customer", "ship_date", "vendor_ship_date", "ship_via", "carrier", "awb")


def _line_of(document: Document, row: LineRow) -> dict[str, Any]:
    """The line as it stands on a document; nothing of it for a reader who sees no lines."""
    lines = document.get("lines", [])
    return next((dict(one) for one in lines if one["line"] == str(row["id"])), {})
