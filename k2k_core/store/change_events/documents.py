"""The event of a company's documents: `document.changed`, also for those that a changed line belongs to."""

from __future__ import annotations

from k2k_core.store.change_events.end_rows import EndRows
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import add_event

DOCUMENT_CHANGED = "document.changed"


def note_documents(session: Session, rows: EndRows) -> None:
    """`document.changed` of each document that was written, or a line of it, for the company whose it is."""
    for _, document in sorted(rows.documents.items()):
        _, company_id, number, version, kind, status, former = document
        data = {"id": number, "version": version, "kind": kind, "number": number, "status": status}
        data |= {"former_number": former} if former else {}
        add_event(session, DOCUMENT_CHANGED, data, [company_id])
