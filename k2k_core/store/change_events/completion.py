"""Completes the events of a unit of work, as the last work before they are written: every event gets the version of
what it is about and the facts of its lines, as they are at the end.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from k2k_core.store.change_events.documents import note_documents
from k2k_core.store.change_events.end_rows import DOCUMENT, LINE, LOT, EndRows, invoices_of
from k2k_core.store.change_events.records import few_lots, note_lots, note_mappings, note_records, note_settings
from k2k_core.store.change_events.row_changes import RowChanges, taken_back
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import BY_LINE
from k2k_core.store.orders.line_facts import LineFacts, line_facts

Lines = Mapping[int, LineFacts]


def complete(session: Session) -> None:
    """Add the events of what this unit of work has changed, and complete the data of all of its events."""
    changed, rows = taken_back(session), EndRows(session)
    lines = line_facts(session, [*changed.ids(LINE), *_lines_of_events(session)])
    _read(session, changed, lines, rows)
    note_records(session, changed)
    note_lots(session, changed, rows)
    note_mappings(session, changed)
    note_documents(session, rows)
    note_settings(session, changed)
    _add_versions(session, rows)
    _add_lines(session, lines)


def _lines_of_events(session: Session) -> list[int]:
    carried = [event.lines for event in session.happened if event.lines is not None]
    return [line for lines in carried for line in (*lines.ids, *(lines.dropped or ()))]


def _read(session: Session, changed: RowChanges, lines: Lines, rows: EndRows) -> None:
    """What has changed, and the versions of what events name besides."""
    rows.versions.update({(LINE, one): facts.version for one, facts in lines.items()})
    wanted = [one for one in changed.ids(LINE) if one in lines]
    documents = {*changed.ids(DOCUMENT), *(one for line in wanted for one in lines[line].documents)}
    documents |= invoices_of(session, [line for line in wanted if lines[line].billed])
    named = {table: ids for table, ids in _unread(session, rows).items() if table not in (DOCUMENT, LOT)}
    rows.read(named, sorted(documents), few_lots(changed))


def _unread(session: Session, rows: EndRows) -> dict[str, set[int]]:
    """What the events are about, as far as its version has not been read: ids of rows by table."""
    found: dict[str, set[int]] = defaultdict(set)
    for event in session.happened:
        if event.subject is not None and event.subject[:2] not in rows.versions:
            found[event.subject.table].add(event.subject.row_id)
    return found


def _add_versions(session: Session, rows: EndRows) -> None:
    rows.read(_unread(session, rows))
    for event in session.happened:
        if event.subject is not None:
            table, row_id, name = event.subject
            event.data.update(id=name, version=rows.versions.get((table, row_id), 0))


def _add_lines(session: Session, known: Lines) -> None:
    for event in session.happened:
        if event.lines is None:
            continue
        lines = event.lines
        facts = {line: one.of_vendor if lines.of_vendor else one.of_buyer for line, one in known.items()}
        if lines.only_one:
            event.data.update({**facts[lines.ids[0]], **event.data})
            continue
        more = event.data.pop(BY_LINE, {})
        event.data["lines"] = [{**facts[line], **more.get(str(line), {})} for line in lines.ids]
        if lines.dropped is not None:
            event.data["dropped"] = [facts[line] for line in lines.dropped]
