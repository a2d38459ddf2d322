"""Copies a network from one engine to the other, row by row with its ids, in one transaction, and compares both.

Triggers stand still meanwhile: what they would make of the rows (versions, notes of changes, guards of the stock) is
among what is copied.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

from k2k_core.errors import AlreadyThere, BackupFailed
from k2k_core.store.backups import table_rows
from k2k_core.store.database.session import Session
from k2k_core.store.tables import ALL, Secret, Table

Progress = Callable[[str, int], object]
"""Is told the table that was copied, and how many rows it has."""


def copy(source: Session, target: Session, progress: Progress) -> dict[str, str]:
    """Copy every table into a network that has none but its keys; returns a digest of each table, by name."""
    _require_new(target)
    digests = {}
    with _without_triggers(target):
        target.run('DELETE FROM "secret"')
        for table in ALL:
            name, found, rows = table._meta.table_name, sha256(), 0
            for some in table_rows.read(source, table):
                table_rows.write(target, table, some)
                table_rows.add(found, some)
                rows += len(some)
            _set_last_id(target, name, _last_id(source, name))
            digests[name] = found.hexdigest()
            progress(name, rows)
    return digests


def require_equal(target: Session, digests: dict[str, str]) -> None:
    """BackupFailed unless each table has the rows that were copied."""
    for table in ALL:
        if table_rows.digest(target, table) != digests[table._meta.table_name]:
            raise BackupFailed("The table {table} is not the same in the copy.", table=table._meta.table_name)


def _require_new(target: Session) -> None:
    for table in ALL:
        if table is not Secret and target.ready_rows(f'SELECT 1 FROM "{table._meta.table_name}" LIMIT 1', (), (None,)):
            raise AlreadyThere("There is a network in the database already: {table} has rows.", table=_name(table))


def _name(table: type[Table]) -> str:
    return str(table._meta.table_name)


@contextmanager
def _without_triggers(session: Session) -> Iterator[None]:
    if session.engine == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        triggers = session.ready_rows(query, (), (None, None))
        for name, _ in triggers:
            session.run(f'DROP TRIGGER "{name}"')
        yield
        for _, statement in triggers:
            session.run(statement)
        return
    for table in ALL:
        session.run(f'ALTER TABLE "{_name(table)}" DISABLE TRIGGER USER')
    yield
    for table in ALL:
        session.run(f'ALTER TABLE "{_name(table)}" ENABLE TRIGGER USER')


def _last_id(session: Session, table: str) -> int:
    """The highest id that a table has ever given: ids are never used again."""
    if session.engine == "sqlite":
        rows = session.ready_rows("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,), (None,))
        return int(rows[0][0]) if rows else 0
    query = f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {_sequence(session, table)}"
    return int(session.ready_rows(query, (), (None,))[0][0])


def _set_last_id(session: Session, table: str, last: int) -> None:
    if session.engine == "sqlite":
        session.run("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        session.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))
        return
    session.run("SELECT setval(?::regclass, ?, ?)", (_sequence(session, table), max(last, 1), last > 0))


def _sequence(session: Session, table: str) -> str:
    query = "SELECT pg_get_serial_sequence(?, 'id')"
    return str(session.ready_rows(query, (f'"{table}"',), (None,))[0][0])
