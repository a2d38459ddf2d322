"""Preconditions of a vendor's commands on a purchase order: its own document of the order is still at the version that
it has read."""

from __future__ import annotations

from dataclasses import replace

from k2k_core.domain import parsing
from k2k_core.domain.orders import ACCEPTED, FILLED, TRANSFERRED
from k2k_core.services.context import Precondition, ServiceContext
from k2k_core.services.procurement.transfers import document_of, order_at
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.orders import document_versions, documents
from k2k_core.store.orders.documents import get


def at_vendors_version(
    context: ServiceContext, vendor: str, purchase_order: str, version: int | None
) -> ServiceContext:
    """The context for a command of a vendor on a purchase order: raises `VersionMismatch` in its transaction when the
    vendor's document of it has another version. A version of None is not checked."""
    asked = parsing.version(version)
    if asked is None:
        return context

    def require(session: Session) -> None:
        company = context.snapshots.get(session, vendor)
        order = order_at(session, company, str(purchase_order), TRANSFERRED, ACCEPTED, FILLED)
        documents.hold_order(session, order)
        document = get(session, document_of(session, order)["id"])
        present = document_versions.versions_of(session, [document])[document["id"]]
        require_version(f"{document['kind']}s/{document['number']}", present, asked)

    return replace(context, precondition=Precondition(require, {"version": asked}))
