"""Lines that end without being sold: their boxes return, their documents close when nothing is left on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from k2k_core.domain.orders import CANCELLED
from k2k_core.services.journal import emit
from k2k_core.store import documents, orders, stock
from k2k_core.store.orders import Released
from k2k_core.store.work import Session


def release(
    session: Session, line_ids: Sequence[int], states: Collection[str], *, to: str = CANCELLED, reason: str = ""
) -> list[Released]:
    """End those of the lines that are still in one of `states`, in one conditional UPDATE; their boxes return.

    Answers the lines that this unit of work has ended: one that somebody else has confirmed, cancelled or expired first
    is not among them.
    """
    if not line_ids:
        return []
    ended = orders.end_lines(session, line_ids, states, to, reason)
    for line in ended:
        if line.lot_company_id is not None and line.lot_id is not None:
            stock.give_back(session, line.lot_company_id, line.lot_id, line.boxes, to, line.line_id)
        data = {"line": str(line.line_id), "boxes": line.boxes, "reason": reason}
        emit(session, f"order_line.{to}", data, [line.buyer_id, line.vendor_id])
    if ended:
        prebooks, purchase_orders, sales_orders, invoice_orders = (_documents(ended, place) for place in range(4))
        documents.settle_documents(session, prebooks, purchase_orders, [*sales_orders, *invoice_orders])
    return ended


def _documents(ended: Sequence[Released], place: int) -> list[int]:
    return sorted({document for line in ended if (document := line.documents[place]) is not None})
