"""Refuses to make tables among those of another program, before anything is touched.

K2K has a SQLite file, or a schema of PostgreSQL, of its own: `verify` compares every object in it, and a backup is all
of it. An older network in which a host has made tables meanwhile goes on; only their names must be free.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from peewee import Database, SqliteDatabase

from k2k_core.errors import NotConfigured
from k2k_core.store.database.queries import execute

_SQLITE = "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name"
_POSTGRESQL = """
SELECT relname::text FROM pg_class
WHERE relnamespace = to_regnamespace(current_schema()::text) AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
UNION SELECT proname::text FROM pg_proc WHERE pronamespace = to_regnamespace(current_schema()::text)
    AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
ORDER BY 1
"""
"""Everything with a name, but for what extensions bring."""

_MADE = re.compile(r"^CREATE TABLE \"?(\w+)", re.MULTILINE)
NAMED_AT_MOST = 8


def require_own_place(database: Database) -> None:
    """Raise `NotConfigured` unless nobody else has anything where the first step would make its tables."""
    taken = _names(database)
    if not taken:
        return
    if isinstance(database, SqliteDatabase):
        raise NotConfigured(
            "The file has tables of another program ({tables}): K2K needs a file of its own.",
            tables=_first(taken),
            names=taken,
        )
    raise NotConfigured(
        "The schema has tables of another program ({tables}): K2K needs one of its own. Write ?schema=k2k at the end "
        "of the address.",
        tables=_first(taken),
        names=taken,
    )


def require_free_names(database: Database, done: Iterable[str], missing: Iterable[str]) -> None:
    """Raise `NotConfigured` when another program has taken a name that one of the `missing` steps would make."""
    taken = sorted((_made_by(missing) - _made_by(done)) & set(_names(database)))
    if taken:
        raise NotConfigured(
            "Another program has made {tables} among the tables of K2K, which needs the names now: rename them.",
            tables=_first(taken),
            names=taken,
        )


def _names(database: Database) -> list[str]:
    found = execute(database, _SQLITE if isinstance(database, SqliteDatabase) else _POSTGRESQL)
    return [name for (name,) in found.fetchall()]


def _first(names: list[str]) -> str:
    more = ["…"] if len(names) > NAMED_AT_MOST else []
    return ", ".join([*names[:NAMED_AT_MOST], *more])


def _made_by(modules: Iterable[str]) -> set[str]:
    """The tables that steps make, by the names of their modules."""
    here = Path(__file__).parent
    scripts = [path for module in modules for path in sorted(here.glob(f"{module}.*.sql"))]
    return {name for path in scripts for name in _MADE.findall(path.read_text(encoding="utf-8"))}
