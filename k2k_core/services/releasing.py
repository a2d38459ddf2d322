"""Lines that end without being sold: their boxes return, their documents close when nothing is left on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from peewee import Expression

from k2k_core.domain.orders import CANCELLED, IN_CART
from k2k_core.services.journal import emit
from k2k_core.services.order_lines import close_empty_documents
from k2k_core.store import stock
from k2k_core.store.fields import Json
from k2k_core.store.tables import Document, Lot, OrderLine
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Released:
    """A line that ended, with what its documents and people need to know."""

    line_id: int
    buyer_id: int
    vendor_id: int | None
    lot_company_id: int
    lot_id: int
    boxes: int
    description: str
    box_type: str
    documents: tuple[int | None, ...]


def release(
    session: Session, line_ids: Sequence[int], states: Collection[str], *, to: str = CANCELLED, reason: str = ""
) -> list[Released]:
    """End those of the lines that are still in one of `states`, in one conditional UPDATE; their boxes return.

    Answers the lines that this unit of work has ended: one that somebody else has confirmed, cancelled or expired first
    is not among them.
    """
    if not line_ids:
        return []
    rows = session.rows(OrderLine.select(*_COLUMNS).where(OrderLine.id.in_(list(line_ids))).order_by(OrderLine.id))
    lines = [Released(*(*row[:8], tuple(row[8:]))) for row in rows]
    session.lock(Document, [document for line in lines for document in line.documents if document is not None])
    session.lock(Lot, [line.lot_id for line in lines])
    still = OrderLine.id.in_([line.line_id for line in lines]) & OrderLine.state.in_(list(states))
    update = OrderLine.update(state=to, reason=reason).where(still).returning(OrderLine.id)
    gone = {line_id for (line_id,) in session.changed(update)}
    ended = [line for line in lines if line.line_id in gone]
    for line in sorted(ended, key=lambda line: line.lot_id):
        stock.give_back(session, line.lot_company_id, line.lot_id, line.boxes, to, line.line_id)
        data: dict[str, Json] = {"line": str(line.line_id), "boxes": line.boxes, "reason": reason}
        emit(session, f"order_line.{to}", data, [line.buyer_id, line.vendor_id])
    close_empty_documents(session, [document for line in ended for document in line.documents])
    return ended


def in_cart_of(cart_id: int) -> Expression:
    """The lines of a cart that nobody has checked out."""
    expression: Expression = (OrderLine.cart_id == cart_id) & (OrderLine.state == IN_CART)
    return expression


_COLUMNS = (
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
