"""Engine room: what a database error means to the rest of the house."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from peewee import DatabaseError, InterfaceError, OperationalError, ProgrammingError

from k2k_core.errors import NotConfigured, StoreUnavailable

DEADLOCK, SERIALIZATION_FAILURE, UNDEFINED_TABLE = "40P01", "40001", "42P01"
SHUTDOWN = "57P"
"""How the states begin with which a PostgreSQL server that stops takes its leave."""


class CommitInDoubt(StoreUnavailable):
    """The connection broke while the server was committing: the one case in which nobody knows."""

    hint = "Look whether it was done, or repeat it with the same idempotency key: then it is done once."


@contextmanager
def surfacing() -> Iterator[None]:
    """Turn a database that does not work into StoreUnavailable.

    A broken rule of the data (IntegrityError) and a defect of the caller (wrong SQL, wrong values) pass as they are:
    trying again would not help.
    """
    try:
        yield
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        if _table_is_missing(error):
            raise NotConfigured("The database has no tables yet. Run `k2k migrate`.") from error
        if isinstance(error, ProgrammingError) or _is_wrong_sql(error):
            raise
        raise unavailable(error) from error
    except DatabaseError as error:
        if type(error) is DatabaseError:  # its subclasses speak of the data; itself of the file ("malformed")
            raise unavailable(error) from error
        raise


def unavailable(error: Exception) -> StoreUnavailable:
    """The error as a person reads it: the first line of the driver's own words."""
    words = str(error).strip().splitlines()
    return StoreUnavailable(f"The database did not take the work: {words[0] if words else type(error).__name__}.")


def worth_repeating(error: StoreUnavailable) -> bool:
    """Whether the same unit of work may well succeed now: PostgreSQL chose it as the victim of a deadlock."""
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
    return _sqlstate(error) == UNDEFINED_TABLE or (_is_wrong_sql(error) and "no such table" in str(error))


def _is_wrong_sql(error: BaseException) -> bool:
    code = getattr(_driver_error(error), "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_ERROR
