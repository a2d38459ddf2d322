"""The event of a company's documents: `document.changed`, also for those that a changed line belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from k2k_core.domain.orders import INVOICE
from k2k_core.store.change_events.row_changes import RowChanges
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import add_event
from k2k_core.store.migrations.version_triggers import DOCUMENTS_OF_A_LINE

DOCUMENT_CHANGED = "document.changed"

_OF_COLUMNS = " + ".join(
    f"COALESCE((SELECT SUM(l.version) FROM order_line l WHERE l.{column} = d.id), 0)" for column in DOCUMENTS_OF_A_LINE
)
_BILLED = """COALESCE((SELECT SUM(l.version) FROM order_line l WHERE l.id IN (
    SELECT i.line_id FROM invoice_line i WHERE i.invoice_id = d.id)), 0)"""
_READ = f"""
SELECT d.id, d.company_id, d.kind, d.number, d.status,
    d.version + CASE WHEN d.kind = '{INVOICE}' THEN {_BILLED} ELSE {_OF_COLUMNS} END
FROM document d WHERE d.id IN ({{places}}) ORDER BY d.id
"""
"""Documents with their versions (`store.orders.document_versions`), in one statement: every order reads them."""

_OF_LINES = " UNION ".join(
    [
        *(f"SELECT {column} FROM order_line WHERE id IN ({{places}})" for column in DOCUMENTS_OF_A_LINE),
        "SELECT invoice_id FROM invoice_line WHERE line_id IN ({places})",
    ]
)
_LINES_AT_ONCE = 1_000


class ChangedDocument(NamedTuple):
    """A document at the end of a unit of work."""

    id: int
    company_id: int
    kind: str
    number: str
    status: str
    version: int


class DocumentVersions:
    """Documents with their versions at the end of a unit of work, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[int, ChangedDocument] = {}

    def read(self, ids: Iterable[int]) -> list[ChangedDocument]:
        """The documents of these ids, in their order."""
        wanted = sorted(set(ids))
        for chunk in in_chunks([one for one in wanted if one not in self._known]):
            statement = _READ.format(places=", ".join("?" * len(chunk)))
            found = [ChangedDocument(*row) for row in self._session.run(statement, chunk).fetchall()]
            self._known |= {one.id: one._replace(version=int(one.version)) for one in found}
        return [self._known[one] for one in wanted]

    def of(self, ids: Iterable[int]) -> Mapping[int, int]:
        """The versions of documents by their ids."""
        return {document.id: document.version for document in self.read(ids)}


def note_documents(session: Session, changed: RowChanges, versions: DocumentVersions) -> None:
    """`document.changed` of each document that was written, or a line of it, for the company whose it is."""
    ids = {one for owned in changed.rows.get("document", {}).values() for one in owned}
    ids |= _of_lines(session, [one for owned in changed.rows.get("order_line", {}).values() for one in owned])
    for document in versions.read(ids):
        _, company_id, kind, number, status, version = document
        data = {"id": number, "version": version, "kind": kind, "number": number, "status": status}
        add_event(session, DOCUMENT_CHANGED, data, [company_id])


def _of_lines(session: Session, lines: list[int]) -> set[int]:
    found: set[int] = set()
    for chunk in in_chunks(lines, _LINES_AT_ONCE):
        statement = _OF_LINES.format(places=", ".join("?" * len(chunk)))
        rows = session.run(statement, chunk * (len(DOCUMENTS_OF_A_LINE) + 1)).fetchall()
        found |= {row[0] for row in rows if row[0] is not None}
    return found
