"""The event of a company's documents: `document.changed`, also for those that a changed line belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.store import tables
from k2k_core.store.change_events.row_changes import RowChanges
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import add_event
from k2k_core.store.migrations.version_triggers import DOCUMENTS_OF_A_LINE
from k2k_core.store.orders.document_versions import versions_of
from k2k_core.store.orders.rows import DocumentRow

DOCUMENT_CHANGED = "document.changed"

_DOCUMENT: Any = tables.Document
_LINE: Any = tables.OrderLine
_INVOICE_LINE: Any = tables.InvoiceLine
_COLUMNS = tuple(
    getattr(_DOCUMENT, name) for name in ("id", "company_id", "kind", "number", "status", "vendor_id", "version")
)


class DocumentVersions:
    """Documents with their versions at the end of a unit of work, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._versions: dict[int, int] = {}

    def read(self, ids: Iterable[int]) -> list[DocumentRow]:
        """The documents of these ids, in their order."""
        found: list[DocumentRow] = []
        for chunk in in_chunks(sorted(set(ids))):
            found += self._session.dicts(_DOCUMENT.select(*_COLUMNS).where(_DOCUMENT.id.in_(chunk)))
        self._versions |= versions_of(self._session, found) if found else {}
        return sorted(found, key=lambda document: document["id"])

    def of(self, ids: Iterable[int]) -> Mapping[int, int]:
        """The versions of documents by their ids."""
        self.read(set(ids) - self._versions.keys())
        return self._versions


def note_documents(session: Session, changed: RowChanges, versions: DocumentVersions) -> None:
    """`document.changed` of each document that was written, or a line of it, for the company whose it is."""
    ids = {one for owned in changed.rows.get("document", {}).values() for one in owned}
    lines = [one for owned in changed.rows.get("order_line", {}).values() for one in owned]
    ids |= _of_lines(session, lines)
    for document in versions.read(ids):
        version = versions.of([document["id"]])[document["id"]]
        data = {"id": document["number"], "version": version, "kind": document["kind"], "number": document["number"]}
        data["status"] = document["status"]
        add_event(session, DOCUMENT_CHANGED, data, [document["company_id"]])


def _of_lines(session: Session, lines: list[int]) -> set[int]:
    columns = [getattr(_LINE, name) for name in DOCUMENTS_OF_A_LINE]
    found: set[int] = set()
    for chunk in in_chunks(lines):
        rows = session.rows(_LINE.select(*columns).where(_LINE.id.in_(chunk)))
        rows += session.rows(_INVOICE_LINE.select(_INVOICE_LINE.invoice_id).where(_INVOICE_LINE.line_id.in_(chunk)))
        found |= {document for row in rows for document in row if document is not None}
    return found
