"""The event of a confirmed sales order, in the feeds of both of its companies: to each about its own document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.services.journal import emit_with_lines, of_document
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import BY_LINE, EventLines
from k2k_core.store.orders import documents, order_writes
from k2k_core.store.orders.rows import DocumentRow, LineRow


def emit_confirmed(
    session: Session,
    order: DocumentRow,
    data: Mapping[str, Any],
    confirmed: Sequence[LineRow],
    dropped: Sequence[LineRow],
    codes: Mapping[int, Sequence[str]],
) -> None:
    """Emit `order.confirmed` with the lines that were confirmed and those that were dropped, `codes` by line."""
    by_line = {str(line["id"]): {"box_codes": list(codes.get(line["id"], ()))} for line in confirmed}
    told = {"sales_order": order["number"], BY_LINE: by_line, **data}
    lines = EventLines(_ids(confirmed), dropped=_ids(dropped))
    at_vendor = lines._replace(of_vendor=True)
    emit_with_lines(session, "order.confirmed", told, order["company_id"], of_document(order), at_vendor)
    bought = _bought_with(session, order, confirmed)
    emit_with_lines(session, "order.confirmed", told, order["buyer_id"], of_document(bought), lines)


def _ids(lines: Sequence[LineRow]) -> tuple[int, ...]:
    return tuple(line["id"] for line in lines)


def _bought_with(session: Session, order: DocumentRow, lines: Sequence[LineRow]) -> DocumentRow:
    """The buyer's purchase order of the lines, or the order itself where there is none."""
    ids = documents.ids_in(lines, "purchase_order_id")
    return order_writes.documents_by_id(session, ids[:1])[ids[0]] if ids else order
