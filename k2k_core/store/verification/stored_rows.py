"""Checks of rows by themselves: that each value is of its column's kind, and that what a row refers to is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.messages import Message
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fields import DayField, FileField, JsonField
from k2k_core.store.tables.base import BooleanField, TextField
from k2k_core.store.verification import findings

NAMED = 100
"""How many faults of a table are named one by one."""

AT_ONCE = 2_000

LATEST = 253402300800 * 1_000_000
"""The last moment that a date has, in microseconds."""


def kinds(session: Session) -> Iterator[StoredFault]:
    """Each value is of its column's kind. PostgreSQL refuses any other but texts that are no JSON."""
    filled = None if session.engine == "sqlite" else {name for (name,) in session.ready_rows(_FILLED, (), (None,))}
    for table in tables.ALL:
        name = table._meta.table_name
        if filled is None:
            wrong = " OR ".join(_wrong_on_sqlite(field) for field in table._meta.sorted_fields)
            rows = session.ready_rows(f'SELECT rowid FROM "{name}" WHERE {wrong} LIMIT {NAMED}', (), (None,))
            ids = [row[0] for row in rows]
        else:
            ids = list(_unreadable_json(session, table)) if name in filled else []
        for row_id in ids:
            yield findings.fault(
                "unreadable", findings.row(name, row_id), Message("a value is not of its column's kind")
            )


def _wrong_on_sqlite(field: Any) -> str:
    column = f'"{field.column_name}"'
    if isinstance(field, JsonField):
        wrong = f"typeof({column}) <> 'text' OR NOT json_valid({column})"
    elif isinstance(field, DayField):
        wrong = f"typeof({column}) <> 'text' OR date({column}, '+0 days') IS NOT {column}"
    elif isinstance(field, TextField):
        wrong = f"typeof({column}) <> 'text'"
    elif isinstance(field, FileField):
        wrong = f"typeof({column}) <> 'blob'"
    elif isinstance(field, BooleanField):
        wrong = f"{column} NOT IN (0, 1)"
    else:
        wrong = f"typeof({column}) <> 'integer'"
    if type(field).__name__ == "MomentField":
        wrong += f" OR {column} NOT BETWEEN {-LATEST} AND {LATEST}"
    return f"({column} IS NOT NULL AND ({wrong}))"


def _unreadable_json(session: Session, table: Any) -> Iterator[int]:
    names = [field.column_name for field in table._meta.sorted_fields if isinstance(field, JsonField)]
    if not names:
        return
    columns, converters = ", ".join(f'"{name}"' for name in names), (None,) * (len(names) + 1)
    last = -(2**63)
    statement = f'SELECT id, {columns} FROM "{table._meta.table_name}" WHERE id > ? ORDER BY id LIMIT {AT_ONCE}'
    while rows := session.ready_rows(statement, (last,), converters):
        for row_id, *texts in rows:
            if not all(text is None or _is_json(text) for text in texts):
                yield row_id
        last = rows[-1][0]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def integrity(session: Session) -> Iterator[StoredFault]:
    """SQLite's own check of its pages, indexes and constraints."""
    if session.engine != "sqlite":
        return
    for (words,) in session.ready_rows(f"PRAGMA integrity_check({NAMED})", (), (None,)):
        if words != "ok":
            yield findings.fault("integrity", Message("the file"), Message("{what}", what=str(words)))


def references(session: Session) -> Iterator[StoredFault]:
    """What a row refers to is there."""
    if session.engine == "sqlite":
        found = session.ready_rows("PRAGMA foreign_key_check", (), (None,) * 4)
        missing = [(table, row, parent) for table, row, parent, _ in found[:NAMED]]
    else:
        missing = _orphans(session)
    for table, row, parent in missing:
        words = Message("it refers to a row of {parent} that is not there", parent=parent)
        yield findings.fault("references", findings.row(table, row), words)


_FILLED = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
"""The tables of PostgreSQL that may have rows: where nothing was ever written, the file is empty."""

_KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text,
    (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS one (number, place)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
    (SELECT string_agg(attname, ',' ORDER BY place) FROM unnest(confkey) WITH ORDINALITY AS one (number, place)
        JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
FROM pg_constraint
WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND pg_relation_size(conrelid) > 0 ORDER BY oid
"""
"""The foreign keys of tables that may have rows."""


def _orphans(session: Session) -> list[tuple[str, Any, str]]:
    """Table, id and parent of rows whose parent is missing, key by key."""
    keys = session.ready_rows(_KEYS, (), (None,) * 4)
    if not keys:
        return []
    statement = " UNION ALL ".join(_orphans_of(place, *key) for place, key in enumerate(keys))
    found = sorted(session.ready_rows(statement, (), (None, None)), key=itemgetter(0))
    return [(keys[place][0], row_id, keys[place][1]) for place, row_id in found]


def _orphans_of(place: int, table: str, parent: str, columns: str, targets: str) -> str:
    """What finds the rows without a parent of the key at a place of the list."""
    pairs = list(zip(columns.split(","), targets.split(","), strict=True))
    there = " AND ".join(f'child."{column}" IS NOT NULL' for column, _ in pairs)
    same = " AND ".join(f'parent."{target}" = child."{column}"' for column, target in pairs)
    return (
        f"(SELECT {place}, child.id FROM {table} AS child WHERE {there}"
        f" AND NOT EXISTS (SELECT 1 FROM {parent} AS parent WHERE {same}) LIMIT {NAMED})"
    )
