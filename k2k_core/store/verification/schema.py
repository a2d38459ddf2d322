"""Checks of the tables themselves: columns, keys, indexes, constraints and triggers are those that the migrations make.

They are compared with a database made for that: on SQLite one in memory, on PostgreSQL a schema that is made within a
transaction and rolled back. A process makes it once.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.errors import K2KError
from k2k_core.messages import Message
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.verification import findings

Objects = dict[str, str]
"""The definition of each object by its kind and name."""

_SQLITE = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"

_POSTGRESQL = """
SELECT 'column ' || relname || '.' || attname, format_type(atttypid, atttypmod) || ' ' || attnotnull::text || ' '
    || COALESCE(pg_get_expr(adbin, adrelid), '')
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT 'index ' || relname, pg_get_indexdef(indexrelid) || ' ' || indisvalid::text || ' ' || indisready::text
FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relnamespace = current_schema()::regnamespace
UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname,
    pg_get_constraintdef(oid) || ' ' || convalidated::text
FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid <> 0
UNION ALL SELECT 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) || ' ' || tgenabled::text
FROM pg_trigger WHERE NOT tgisinternal
    AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
UNION ALL SELECT 'disabled key of ' || tgrelid::regclass, min(tgname) FROM pg_trigger
WHERE tgisinternal AND tgenabled <> 'O'
    AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace) GROUP BY tgrelid
UNION ALL SELECT 'row security of ' || relname, relrowsecurity::text || ' ' || relforcerowsecurity::text FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
UNION ALL SELECT 'policy ' || polrelid::regclass || '.' || polname, polcmd::text || ' ' || polpermissive::text || ' '
    || polroles::text || ' ' || COALESCE(pg_get_expr(polqual, polrelid), '') || ' '
    || COALESCE(pg_get_expr(polwithcheck, polrelid), '')
FROM pg_policy WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
UNION ALL SELECT 'function ' || proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
"""

_known: dict[str, Objects] = {}
_gate = threading.Lock()


def faults(store: Store) -> Iterator[StoredFault]:
    """What is missing, added or changed of the tables, indexes, constraints, triggers and functions."""
    try:
        with store.whole_network.reading() as session:
            found = objects(session)
        expected = _expected(store)
    except K2KError as error:
        yield findings.fault(
            "schema", Message("the tables"), Message("they cannot be compared: {why}", why=error.message)
        )
        return
    for name in sorted({*found, *expected}):
        if name not in found:
            yield findings.fault("schema", name, Message("it is missing"))
        elif name not in expected:
            yield findings.fault("schema", name, Message("no migration makes it"))
        elif found[name] != expected[name]:
            yield findings.fault("schema", name, Message("it is not what the migrations make"))


def objects(session: Session) -> Objects:
    """The objects of a database; the order of columns and the white space of definitions are none of them."""
    if session.engine == "sqlite":
        rows = session.ready_rows(_SQLITE, (), (None, None))
    else:
        rows = session.ready_rows(_POSTGRESQL, (), (None, None))
        schema = str(session.ready_rows("SELECT current_schema()::text", (), (None,))[0][0])
        qualified = re.compile(rf"(?<!['\w]){re.escape(schema)}\.")  # names of settings, in quotes, may begin with it
        named = f"{schema}."  # few have it, and are searched: there are thousands
        rows = [tuple(qualified.sub("", text) if named in text else text for text in row) for row in rows]
    return {str(name): " ".join(str(definition).split()) for name, definition in rows}


def _expected(store: Store) -> Objects:
    with _gate:
        if store.engine not in _known:
            _known[store.engine] = _made(store)
        return _known[store.engine]


def _made(store: Store) -> Objects:
    if store.engine == "sqlite":
        fresh = Store("sqlite://")
        try:
            fresh.migrate()
            with fresh.whole_network.reading() as session:
                return objects(session)
        finally:
            fresh.close()
    return store.as_migrated(objects)
