"""Translates database errors into the errors of K2K."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from peewee import DatabaseError, IntegrityError, InterfaceError, OperationalError

from k2k_core.errors import NotConfigured, StoreDamaged, StoreFull, StoreReadOnly, StoreUnavailable
from k2k_core.store.database.row_security import NAME_PARTNERS

DEADLOCK, SERIALIZATION_FAILURE, UNDEFINED_TABLE, UNDEFINED_FUNCTION = "40P01", "40001", "42P01", "42883"
UNIQUE_VIOLATION = "23505"
SHUTDOWN = "57P"
"""The classes of the states with which a PostgreSQL server that stops ends its connections."""

OF_SQLITE: dict[int, type[StoreUnavailable]] = {
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_IOERR_SHMSIZE: StoreFull,  # no room for the index of the write-ahead log
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CORRUPT: StoreDamaged,
    sqlite3.SQLITE_NOTADB: StoreDamaged,
}
"""What SQLite's result codes mean, extended codes before primary ones; any other is a store that is unavailable."""

OF_POSTGRESQL: dict[str, type[StoreUnavailable]] = {
    "53100": StoreFull,  # disk_full
    "XX001": StoreDamaged,  # data_corrupted
    "XX002": StoreDamaged,  # index_corrupted
}
"""The same for PostgreSQL's states."""

ONLY_TO_BE_READ = "25006"
"""The state `read_only_sql_transaction`: of a reading unit of work it would be a defect of the program."""


class CommitInDoubt(StoreUnavailable):
    """The connection broke while the server was committing: the one case in which the result is unknown."""

    hint = "Look whether it was done, or repeat it with the same idempotency key: then it is done once."


@contextmanager
def surfacing(writing: bool) -> Iterator[None]:
    """Turn a failure of the database into StoreUnavailable, or into the subclass for its cause.

    Integrity errors and defects of the caller (wrong SQL, wrong values) are passed on: repeating would not help.
    """
    try:
        yield
    except DatabaseError as error:
        kind = _kind(error, writing)
        if kind is not None:
            raise _unavailable(error, kind) from error
        if _table_is_missing(error):
            raise NotConfigured("The database has no tables yet. Run `k2k migrate`.") from error
        if _is_about_the_database(error):
            raise _unavailable(error) from error
        raise
    except InterfaceError as error:
        raise _unavailable(error) from error


def _is_about_the_database(error: DatabaseError) -> bool:
    """Whether the error is neither about the data (integrity, a wrong value) nor about a statement."""
    if isinstance(error, OperationalError):
        return not _is_wrong_sql(error)
    return type(error) is DatabaseError  # its subclasses are about the data, the class itself about the file


def _kind(error: Exception, writing: bool) -> type[StoreUnavailable] | None:
    """The cause of the failure, if the driver names it."""
    state, code = _sqlstate(error), _sqlite_code(error)
    if state is not None:
        if writing and state == ONLY_TO_BE_READ:
            return StoreReadOnly
        return OF_POSTGRESQL.get(state)
    if code is None:
        return None
    return OF_SQLITE.get(code) or OF_SQLITE.get(code & 0xFF)  # the lowest byte is the primary code


def _unavailable(error: Exception, kind: type[StoreUnavailable] = StoreUnavailable) -> StoreUnavailable:
    """The error with a readable message: the first line of the driver's."""
    words = str(error).strip().splitlines()
    return kind("The database did not take the work: {why}.", why=words[0] if words else type(error).__name__)


def worth_repeating(error: StoreUnavailable | IntegrityError) -> bool:
    """Whether the same unit of work may succeed now: PostgreSQL chose it as the victim of a deadlock, or another one
    has added the same name, and the next attempt sees its row. On SQLite there is one writer, who sees it at once."""
    if isinstance(error, IntegrityError):
        return _sqlstate(error) == UNIQUE_VIOLATION
    return error.__cause__ is not None and _sqlstate(error.__cause__) in (DEADLOCK, SERIALIZATION_FAILURE)


def leaves_commit_in_doubt(error: Exception) -> bool:
    """Whether PostgreSQL may have committed before `error`: its refusal is certain, a broken connection is not."""
    state = _sqlstate(error)
    is_broken = state is None or state.startswith(SHUTDOWN)
    return isinstance(error, OperationalError | InterfaceError) and is_broken


def _driver_error(error: BaseException) -> object:
    return getattr(error, "orig", None)  # where peewee keeps the driver's own exception


def _sqlstate(error: BaseException) -> str | None:
    state = getattr(_driver_error(error), "sqlstate", None)
    return state if isinstance(state, str) else None


def _table_is_missing(error: BaseException) -> bool:
    if _sqlstate(error) == UNDEFINED_FUNCTION:
        return NAME_PARTNERS in str(error)  # the tables of an older program
    return _sqlstate(error) == UNDEFINED_TABLE or (_is_wrong_sql(error) and "no such table" in str(error))


def _is_wrong_sql(error: BaseException) -> bool:
    return _sqlite_code(error) == sqlite3.SQLITE_ERROR


def _sqlite_code(error: BaseException) -> int | None:
    code = getattr(_driver_error(error), "sqlite_errorcode", None)
    return code if isinstance(code, int) else None
