"""Preconditions of commands on a document: the document is still at the version that the caller has read.

The document is locked with the other documents of its lines before its version is checked: whoever changes one of its
lines locks them too.
"""

from __future__ import annotations

from dataclasses import replace

from k2k_core.domain import parsing
from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.services.context import Precondition, ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.master_data import companies
from k2k_core.store.orders import document_versions, documents
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow


def at_version(
    context: ServiceContext, company: str, number: str | None, version: int | None, *kinds: str
) -> ServiceContext:
    """The context for a command on a document of a company, of one of `kinds`: raises `VersionMismatch` in its
    transaction, and `Invalid` at once for a version without a document. A version of None is not checked."""
    asked = parsing.version(version)
    if asked is None:
        return context
    if number is None:
        message = Message("goes with the number of a document, which is not named")
        raise Invalid("{path}: {problem}", [{"path": "version", "message": message}], path="version", problem=message)

    def require(session: Session) -> None:
        company_id, _ = companies.found(session, company)
        _require(session, documents.find(session, company_id, str(number), *kinds), asked)

    return replace(context, precondition=Precondition(require, {"version": asked}))


def prebook_at_version(context: ServiceContext, company: str, line: str, version: int | None) -> ServiceContext:
    """The same for a command on a line of a prebook: the version is that of the prebook. A line that is on none is left
    to the command to refuse."""
    asked = parsing.version(version)
    if asked is None:
        return context

    def require(session: Session) -> None:
        company_id, _ = companies.found(session, company)
        found = documents.lines_by(session, "id", [parsing.row_id(line)])
        if found and found[0]["buyer_id"] == company_id and found[0]["prebook_id"] is not None:
            _require(session, get(session, found[0]["prebook_id"]), asked)

    return replace(context, precondition=Precondition(require, {"version": asked}))


def _require(session: Session, found: DocumentRow, asked: int) -> None:
    """Lock a document with the others of its lines; raise `VersionMismatch` unless it has this version."""
    if found["kind"] in documents.LINE_COLUMN:
        documents.hold_order(session, found, *documents.placed_with(session, found))
    else:
        documents.hold(session, documents=[found["id"]])
    document = get(session, found["id"])
    present = document_versions.versions_of(session, [document])[document["id"]]
    require_version(f"{document['kind']}s/{document['number']}", present, asked)
