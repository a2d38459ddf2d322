"""Events of a purchase order for both of its companies: to each about its own document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from k2k_core.services.journal import emit, of_document
from k2k_core.store.database.session import Session
from k2k_core.store.orders.procurement import vendor_document
from k2k_core.store.orders.rows import DocumentRow


def emit_of_purchase(session: Session, event: str, order: DocumentRow, data: Mapping[str, Any]) -> None:
    """Emit an event of a buyer's purchase order to the buyer, and to the vendor about what it has of it."""
    told = {"purchase_order": order["number"], **data}
    emit(session, event, told, [order["company_id"]], of_document(order))
    if order["vendor_id"] is not None:
        emit(session, event, told, [order["vendor_id"]], of_document(vendor_document(session, order["id"]) or order))
