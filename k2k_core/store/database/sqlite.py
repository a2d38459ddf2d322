"""SQLite, the embedded engine. A file, or a database in memory for tests and trials."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from peewee import SqliteDatabase

from k2k_core.domain.text_folding import fold
from k2k_core.errors import NotConfigured, StoreDamaged, StoreUnavailable
from k2k_core.store.database import foreign_log, private_files
from k2k_core.store.database.filelock import WriterLock
from k2k_core.store.database.statement_log import log_without_parameters

LARGEST_REST = 16 * 1024**2
"""Bytes that the write-ahead log is truncated to after a checkpoint: a long read transaction lets it grow meanwhile."""

PRAGMAS = {"foreign_keys": 1, "synchronous": "FULL", "temp_store": "MEMORY", "journal_size_limit": LARGEST_REST}
PRAGMAS["secure_delete"] = 1  # what was deleted or replaced, a secret before it was encrypted too, is overwritten
MEMORY = ":memory:"

PREPARED = 1_000
"""How many statements a connection has prepared at the most: about as many as the commands of a shop have."""


def sqlite_path(url: str) -> Path | None:
    """The file of `url`, or None for a database in memory; raises NotConfigured for anything else.

    Three slashes begin a path relative to the working directory, four an absolute one.
    """
    parts = urlsplit(url)
    path = unquote(parts.path).removeprefix("/")
    if parts.netloc or parts.query or parts.fragment:
        raise NotConfigured(
            "{url!r} is no SQLite address. Write sqlite:///file.db or sqlite:////absolute/file.db.", url=url
        )
    if path in ("", MEMORY):
        return None
    folder = Path(path).resolve().parent
    if not folder.is_dir():
        raise NotConfigured(
            "The folder {folder} of the database {url!r} does not exist. Create it, or correct the address "
            "(three slashes begin a relative path, four an absolute one).",
            folder=folder,
            url=url,
        )
    return Path(path).resolve()


class Connections(SqliteDatabase):
    """One connection per thread, all closed together; those of ended threads are closed in passing."""

    def __init__(self, path: Path, wait: float) -> None:
        self._open: dict[threading.Thread, sqlite3.Connection] = {}
        self._gate = threading.Lock()
        # check_same_thread: a connection is used by its own thread only, but may be closed by another one.
        super().__init__(str(path), pragmas=PRAGMAS, timeout=wait, check_same_thread=False, cached_statements=PREPARED)

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Give the calling thread its connection; returns whether it is a new one."""
        if not super().connect(reuse_if_open):
            return False
        connection_of_this_thread: Callable[[], sqlite3.Connection] = self.connection
        with self._gate:
            for thread in [thread for thread in self._open if not thread.is_alive()]:
                self._open.pop(thread).close()
            self._open[threading.current_thread()] = connection_of_this_thread()
        return True

    def close_all(self) -> None:
        """Close the connections of every thread."""
        with self._gate:
            for connection in self._open.values():
                connection.close()
            self._open.clear()


class SameFile:
    """Checks that the file is still the one that this process opened.

    A connection continues to use the file that it opened, even after that was removed: what is written to it is
    acknowledged and lost. A new connection would find another network under the name, or create an empty one.
    """

    def __init__(self, path: Path, lock: WriterLock) -> None:
        self._path = path
        self._lock = lock
        self._known: tuple[int, int] | None = None

    def begin(self) -> None:
        """Before the first use: create the file, for its owner only, where it is not there, warn of one that others can
        read, and set aside the write-ahead log of another file."""
        if self._known is not None:
            return
        if not private_files.create(self._path):
            private_files.warn_of_others(self._path)
        foreign_log.set_aside(self._path, self._lock)

    def require(self) -> None:
        """Raise StoreDamaged after the file was removed or replaced; before its first use it may be missing."""
        try:
            found = os.stat(self._path)
        except OSError as error:
            if self._known is None:
                return
            raise StoreDamaged(
                "The database file {path} was removed while it was in use: {why}.", path=self._path, why=error.strerror
            ) from None
        if self._known is None:
            self._known = found.st_dev, found.st_ino
        elif self._known != (found.st_dev, found.st_ino):
            raise StoreDamaged(
                "The database file {path} was replaced by another one while it was in use.", path=self._path
            )


def _equip(database: SqliteDatabase) -> None:
    """What every connection of a store has: a log without parameters, and the function `folded` that searches call,
    which PostgreSQL has from its step 43 on."""
    log_without_parameters(database)
    database.register_function(lambda text: text and fold(text), "folded", 1)


class SqliteFile:
    """A database file: readers beside one writer (WAL), commits that survive a power cut."""

    name = "sqlite"
    schema: str | None = None
    begin_reading, begin_writing = "BEGIN DEFERRED", "BEGIN IMMEDIATE"

    def __init__(self, path: Path, wait: float) -> None:
        self._lock = WriterLock(path.with_name(path.name + ".lock"), wait)
        self._file = SameFile(path, self._lock)
        self._in_wal_mode = False
        self.database = self._connections = Connections(path, wait)
        _equip(self.database)

    @contextmanager
    def connection(self, writing: bool) -> Iterator[None]:
        """This thread's connection, for writing only with the writer lock."""
        self._file.begin()
        if not writing:
            self._file.require()
            self.database.connect(reuse_if_open=True)
            yield
            return
        with self._lock.held():
            self._file.require()
            self.database.connect(reuse_if_open=True)
            if not self._in_wal_mode:  # the file remembers it, but a restored copy may have forgotten
                self._in_wal_mode = self.database.pragma("journal_mode", "WAL") == "wal"
            yield

    def close(self) -> None:
        """Close every thread's connection."""
        self._connections.close_all()
        self.database.dispose()


class SqliteMemory:
    """A database that lives as long as its store: one connection, used by one thread at a time."""

    name = "sqlite"
    schema: str | None = None
    begin_reading, begin_writing = "BEGIN DEFERRED", "BEGIN IMMEDIATE"

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._turn = threading.Lock()
        self.database = SqliteDatabase(
            MEMORY, pragmas=PRAGMAS, thread_safe=False, check_same_thread=False, cached_statements=PREPARED
        )
        _equip(self.database)

    @contextmanager
    def connection(self, writing: bool) -> Iterator[None]:  # noqa: ARG002 - readers and writers alike take turns
        """The one connection, exclusively."""
        if not self._turn.acquire(timeout=self._wait):
            raise StoreUnavailable("Somebody else has used the database for {seconds:g} seconds.", seconds=self._wait)
        try:
            self.database.connect(reuse_if_open=True)
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Discard the database."""
        self.database.close()
