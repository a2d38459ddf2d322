"""Completes the events of a unit of work, as the last work before they are written: every event gets the version of
what it is about and the facts of its lines, as they are at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import fn

from k2k_core.store import tables
from k2k_core.store.change_events.documents import DocumentVersions, note_documents
from k2k_core.store.change_events.records import note_lots, note_mappings, note_records, note_settings
from k2k_core.store.change_events.row_changes import taken_back
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import BY_LINE
from k2k_core.store.events.offer_changes import FACTS
from k2k_core.store.orders.line_facts import line_facts

_COMPANY: Any = tables.Company
_LINE: Any = tables.OrderLine
_TABLES: Mapping[str, Any] = {table._meta.table_name: table for table in tables.ALL if "version" in table._meta.fields}


def complete(session: Session) -> None:
    """Add the events of what this unit of work has changed, and complete the data of all of its events."""
    changed, versions = taken_back(session), DocumentVersions(session)
    note_records(session, changed)
    note_lots(session, changed)
    note_mappings(session, changed)
    note_documents(session, changed, versions)
    note_settings(session, changed)
    _add_versions(session, versions)
    _add_lines(session)


def _add_versions(session: Session, documents: DocumentVersions) -> None:
    wanted: dict[str, set[int]] = defaultdict(set)
    for event in session.happened:
        if event.subject is not None:
            wanted[event.subject.table].add(event.subject.row_id)
    known = {table: _versions(session, documents, table, sorted(ids)) for table, ids in wanted.items()}
    for event in session.happened:
        if event.subject is not None:
            table, row_id, name = event.subject
            event.data.update(id=name, version=known[table][row_id])


def _versions(session: Session, documents: DocumentVersions, table: str, ids: Sequence[int]) -> Mapping[int, int]:
    if table == "document":
        return documents.of(ids)
    found: dict[int, int] = {}
    for chunk in in_chunks(ids):
        found |= dict(session.rows(_query(table, chunk)))
    return {**dict.fromkeys(ids, 0), **found}


def _query(table: str, ids: Sequence[int]) -> Any:
    if table == FACTS:
        return _COMPANY.select(_COMPANY.id, _COMPANY.change_seq + _COMPANY.lot_seq).where(_COMPANY.id.in_(ids))
    if table == "cart":  # it changes with its lines
        return _LINE.select(_LINE.cart_id, fn.SUM(_LINE.version)).where(_LINE.cart_id.in_(ids)).group_by(_LINE.cart_id)
    versioned = _TABLES[table]
    return versioned.select(versioned.id, versioned.version).where(versioned.id.in_(ids))


def _add_lines(session: Session) -> None:
    wanted = [(event, event.lines) for event in session.happened if event.lines is not None]
    if not wanted:
        return
    known = line_facts(session, [line for _, lines in wanted for line in (*lines.ids, *(lines.dropped or ()))])
    for event, lines in wanted:
        facts = {line: one.of_vendor if lines.of_vendor else one.of_buyer for line, one in known.items()}
        if lines.only_one:
            event.data.update({**facts[lines.ids[0]], **event.data})
            continue
        more = event.data.pop(BY_LINE, {})
        event.data["lines"] = [{**facts[line], **more.get(str(line), {})} for line in lines.ids]
        if lines.dropped is not None:
            event.data["dropped"] = [facts[line] for line in lines.dropped]
