"""SQLite: a consistent copy of a file that is in use, and a file put in the place of a database.

A write-ahead log that lies beside a database belongs to it: beside another file of the same name SQLite would play it
into that one. So whatever lies at the place is moved aside before a file is put there, all of it together.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from k2k_core.errors import AlreadyThere, StoreUnavailable
from k2k_core.store.backups.files import partial, publish
from k2k_core.store.database import foreign_log, private_files
from k2k_core.store.database.errors import OF_SQLITE
from k2k_core.store.database.filelock import WriterLock

WAIT = 10.0
"""Seconds to wait for a writer."""

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database file."""


def dump(database: Path, target: Path) -> None:
    """Write what the database holds at this moment into a file that is not there yet. Others go on writing."""
    foreign_log.set_aside(database, _writer_lock(database))
    with _surfacing(), closing(sqlite3.connect(database, timeout=WAIT, isolation_level=None)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))


def restore(backup: Path, target: Path) -> None:
    """Copy the data of a backup into a file that is not there yet."""
    private_files.create(target)
    shutil.copyfile(backup, target)


def place(written: Path, target: Path, now: datetime, over: bool) -> list[Path]:
    """Put a written file in the place of a database; returns what lay there and where it is now.

    Raises AlreadyThere when there is a database, unless it may be `over` it, and StoreUnavailable while another
    process uses that one.
    """
    with _writer_lock(target).held():
        if target.exists():
            require_replaceable(target, over)
            _settle(target)
        moved = list(_move_aside(target, now))
        publish(written, target)
    return moved


def require_replaceable(target: Path, over: bool) -> None:
    """AlreadyThere when there is a database at a place, unless a file may be put over it."""
    if target.exists() and not over:
        raise AlreadyThere("There is a database at {path} already.", path=target)


def staging_of(target: Path) -> Path:
    """Where a file is made ready that will be put in the place of a database."""
    path = partial(target)
    for end in BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
    return path


def _writer_lock(database: Path) -> WriterLock:
    return WriterLock(database.with_name(database.name + ".lock"), WAIT)


def _settle(database: Path) -> None:
    """Bring the write-ahead log into the database that is going to be moved, which fails while others have it open. A
    damaged one is moved as it is, and one with the log of another file beside that."""
    if foreign_log.is_foreign(database):
        if foreign_log.is_in_use(database):
            raise _in_use(database)
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database, timeout=0)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise _in_use(database) from None


def _in_use(database: Path) -> StoreUnavailable:
    return StoreUnavailable("{path} is in use: end every process that has it open first.", path=database)


def _move_aside(target: Path, now: datetime) -> Iterator[Path]:
    mark = f".replaced-{now:%Y%m%dT%H%M%S%fZ}"
    for end in ("", *BESIDE):
        path = target.with_name(target.name + end)
        if path.exists():
            yield path.rename(target.with_name(target.name + mark + end))


@contextmanager
def _surfacing() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        kind = OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF, StoreUnavailable)
        raise kind("The database did not take the work: {why}.", why=str(error)) from error
