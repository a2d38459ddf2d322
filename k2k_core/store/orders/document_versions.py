"""The versions of documents: a document's own, which its row, links and invoice lines move, plus those of its order
lines. Changed lines move the versions of both companies' documents without a write to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import fn

from k2k_core.domain.orders import INVOICE
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import LINE_COLUMN, line_column
from k2k_core.store.orders.invoices import shown_lines
from k2k_core.store.orders.rows import DocumentRow, LineRow
from k2k_core.store.tables import Document, OrderLine


def version_with(document: DocumentRow, lines: Iterable[LineRow | None]) -> int:
    """The version of a document with these order lines; a line that occurs twice counts once."""
    versions = {line["id"]: line["version"] for line in lines if line is not None}
    return int(document["version"] + sum(versions.values()))


def versions_of(session: Session, found: Sequence[DocumentRow]) -> Mapping[int, int]:
    """The versions of documents of one company, by id: one query for each kind, whatever their number."""
    ids = [document["id"] for document in found]
    if not ids:
        return {}
    own: dict[int, int] = dict(session.rows(Document.select(Document.id, Document.version).where(Document.id.in_(ids))))
    for column in LINE_COLUMN.values():
        mine = [one["id"] for one in found if one["kind"] != INVOICE and line_column(one) == column]
        for document_id, moved in _moved(session, getattr(OrderLine, column), mine):
            own[document_id] += int(moved)
    for document in [one for one in found if one["kind"] == INVOICE]:
        billed = shown_lines(session, document["company_id"], [document])[document["id"]]
        own[document["id"]] = version_with({**document, "version": own[document["id"]]}, [line for _, line in billed])
    return own


def _moved(session: Session, column: Any, ids: Sequence[int]) -> list[tuple[int, int]]:
    if not ids:
        return []
    query = OrderLine.select(column, fn.SUM(OrderLine.version)).where(column.in_(list(ids))).group_by(column)
    return [(row[0], row[1]) for row in session.rows(query)]
