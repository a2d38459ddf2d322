"""The store: a network's database and its units of work (architecture section 3).

Every read is a consistent snapshot, every write one transaction that is committed completely or not at all. Only this
package knows which engine it is.
"""

from __future__ import annotations

import logging
import os
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from peewee import Database, IntegrityError

from k2k_core.errors import NotConfigured, StoreUnavailable
from k2k_core.store import migrations, secret_keys
from k2k_core.store.change_events.completion import complete
from k2k_core.store.database.errors import surfacing, worth_repeating
from k2k_core.store.database.postgresql import Postgresql
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.store.database.shared_reading import SharedReading
from k2k_core.store.database.sqlite import SqliteFile, SqliteMemory, sqlite_path
from k2k_core.store.database.transaction import Transaction
from k2k_core.store.encryption import Encryption, read_encryption

T = TypeVar("T")

WAIT = 30.0
"""Seconds to wait for the writer lock, for a connection or for a row."""

ATTEMPTS = 5
"""How often `transact` runs a unit of work that PostgreSQL aborts because of another transaction."""

_PASSES = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"

log = logging.getLogger("k2k.store")


class Engine(Protocol):
    """What differs between the engines."""

    name: str
    schema: str | None
    begin_reading: str
    begin_writing: str

    @property
    def database(self) -> Database: ...

    def connection(self, writing: bool) -> AbstractContextManager[None]:
        """A connection for the calling thread."""

    def close(self) -> None:
        """Close every connection."""


class Listener(Protocol):
    """Is notified when this store has committed an event."""

    def notify(self) -> None:
        """An event was committed. Called in the committing thread, so it must be quick."""

    def close(self) -> None:
        """The store is being closed."""


class Store:
    """One network's database, open. Threads share it; each process opens its own (after a fork, not before)."""

    def __init__(
        self,
        url: str,
        *,
        wait: float = WAIT,
        connections: int = 20,
        clock: Callable[[], datetime] | None = None,
        encryption: Encryption | None = None,
    ) -> None:
        """Open `url`: `sqlite:///file.db`, `sqlite://` (in memory, for this store only) or `postgresql://...`, perhaps
        with `?schema=k2k`; else raises NotConfigured.

        `wait` is in seconds, `connections` the greatest number of PostgreSQL connections, `clock` the time of
        `Session.now`, `encryption` how secrets are stored: with the keys of the environment.
        """
        self.encryption = read_encryption() if encryption is None else encryption
        self._engine = _open(url, wait, connections)
        self._clock = clock or _utc_now
        self._here = threading.local()
        self._process = os.getpid()
        self._closed = False
        self._noting = False
        self.secrets: dict[str, bytes] = {}
        """The network's random keys, once they have been read: they never change."""
        self.listeners: list[Listener] = []

    @property
    def engine(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.name

    @property
    def whole_network(self) -> WholeNetwork:
        """The same store for work that is of no company: what it reads and writes are the rows of every company."""
        return WholeNetwork(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A reading unit of work: one consistent snapshot, whatever others write meanwhile. Within `reading_once` it is
        that of the block."""
        with self._reading(whole_network=False) as session:
            yield session

    @contextmanager
    def reading_once(self) -> Iterator[None]:
        """A block in which everything that this thread reads, call after call, is read in one snapshot, and nothing
        twice (`Session.ready_rows`). What it writes ends the snapshot: what is read afterwards sees it."""
        if getattr(self._here, "shared", None) is not None:
            yield
            return
        with SharedReading(lambda: self._unit(writing=False, whole_network=False)) as shared:
            self._here.shared = shared
            try:
                yield
            finally:
                self._here.shared = None

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A writing unit of work: committed at the end of the block, rolled back when the block raises."""
        with self._writing(whole_network=False) as session:
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """Run `work` in `writing()` and return its result.

        A unit of work that PostgreSQL aborted for a deadlock, or because another one had just added the same name, is
        repeated, at most five times in all: so `work` must do nothing but use its session.
        """
        return self._transact(work, whole_network=False)

    def migrate(self) -> bool:
        """Bring the tables to the version of this program; returns whether they were behind. One process at a time;
        repeating it changes nothing. Raises `NotConfigured` among the tables of another program, of which nothing is
        touched."""
        behind = not self.migrated()  # before anything is written: the first connection that writes changes a file
        if behind:
            with self._connected(writing=True) as database, self._transaction(database, True, whole_network=True):
                migrations.apply(database, self._engine.name, self._clock(), self._engine.schema)
        if migrations.STEPS[-1].number >= migrations.SECRETS_SINCE:
            with self.reading() as session:
                secret_keys.read(session)
        return behind

    def migrated(self) -> bool:
        """Whether the tables are those of this program. Raises `NotConfigured` where another program has its own."""
        with self._connected(writing=False) as database, self._transaction(database, False, whole_network=True):
            return not migrations.missing(database)

    def passes_policies(self) -> bool:
        """Whether the user of the database is above row-level security, as a superuser is."""
        if self.engine == "sqlite":
            return False
        with self.whole_network.reading() as session:
            found = session.ready_rows(_PASSES, (), (None,))
        return bool(found[0][0])

    def as_migrated(self, read: Callable[[Session], T]) -> T:
        """What `read` finds in tables as the migrations make them, on PostgreSQL: in a schema that is made for it and
        rolled back. The user of the database must be allowed to create one."""
        with self._connected(writing=True) as database:
            transaction = Transaction(database, self._engine.begin_writing, policies=True, whole_network=True)
            try:
                name = f"k2k_{secrets.token_hex(8)}"
                execute(database, f"CREATE SCHEMA {name}")
                execute(database, f"SET LOCAL search_path TO {name}")
                migrations.make(database)
                return read(Session(database, transaction, self._engine.name, self._clock(), False))
            finally:
                transaction.roll_back()

    def close(self) -> None:
        """Close every connection; the store cannot be used afterwards. Closing twice is harmless."""
        for listener in tuple(self.listeners):
            listener.close()
        if not self._closed:
            self._closed = True
            self._engine.close()

    @contextmanager
    def _reading(self, whole_network: bool) -> Iterator[Session]:
        shared: SharedReading | None = getattr(self._here, "shared", None)
        if shared is None:
            with self._unit(writing=False, whole_network=whole_network) as session:
                yield session
            return
        with shared.session() as session, session.of_whole_network() if whole_network else nullcontext():
            yield session

    @contextmanager
    def _writing(self, whole_network: bool) -> Iterator[Session]:
        shared: SharedReading | None = getattr(self._here, "shared", None)
        if shared is not None:
            shared.end()
        with self._unit(writing=True, whole_network=whole_network) as session:
            yield session
        for callback in session.end():
            _call_back(callback)
        for listener in tuple(self.listeners) if session.happened else ():
            _call_back(listener.notify)

    def _transact(self, work: Callable[[Session], T], whole_network: bool) -> T:
        for attempt in range(1, ATTEMPTS):
            try:
                with self._writing(whole_network) as session:
                    return work(session)
            except (StoreUnavailable, IntegrityError) as error:
                if not worth_repeating(error):
                    raise
                time.sleep(random.uniform(0, 0.01 * 2**attempt))
        with self._writing(whole_network) as session:
            return work(session)

    @contextmanager
    def _unit(self, writing: bool, whole_network: bool) -> Iterator[Session]:
        with self._connected(writing) as database:
            notes, now = writing and self._notes_changes(database), self._clock()
            with self._transaction(database, writing, whole_network) as transaction:
                session = Session(database, transaction, self._engine.name, now, writing)
                session.secrets = self.secrets
                session.encryption = self.encryption
                if notes:
                    session.before_commit(lambda: complete(session))
                try:
                    yield session
                    session.settle()
                finally:
                    session.end()

    def _notes_changes(self, database: Database) -> bool:
        """Whether the triggers are there that note changed rows: a database of an older program has none yet."""
        self._noting = self._noting or database.table_exists("row_change")
        return self._noting

    @contextmanager
    def _connected(self, writing: bool) -> Iterator[Database]:
        self._require_free()
        self._here.busy = True
        try:
            with surfacing(writing), self._engine.connection(writing):
                yield self._engine.database
        finally:
            self._here.busy = False

    @contextmanager
    def _transaction(self, database: Database, writing: bool, whole_network: bool) -> Iterator[Transaction]:
        begin = self._engine.begin_writing if writing else self._engine.begin_reading
        policies = self.engine == "postgresql"
        transaction = Transaction(database, begin, policies=policies, whole_network=whole_network)
        try:
            yield transaction
            transaction.commit()
        except BaseException:
            transaction.roll_back()
            raise

    def _require_free(self) -> None:
        if self._closed:
            raise RuntimeError("this store is closed")
        if self._process != os.getpid():
            raise RuntimeError("a store does not survive a fork: open it in the new process")
        if getattr(self._here, "busy", False):
            raise RuntimeError("this thread is inside a unit of work already: pass its session on")


class WholeNetwork:
    """A store for work on the rows of every company: the sweeper's, the worker's, `verify`'s, an operator's, and
    finding out who somebody is. Nothing that is done for a company alone uses it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """As `Store.reading`."""
        with self._store._reading(whole_network=True) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """As `Store.writing`."""
        with self._store._writing(whole_network=True) as session:
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """As `Store.transact`."""
        return self._store._transact(work, whole_network=True)


def _open(url: str, wait: float, connections: int) -> Engine:
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        path = sqlite_path(url)
        return SqliteFile(path, wait) if path else SqliteMemory(wait)
    if scheme in ("postgresql", "postgres"):
        return Postgresql(url, wait, connections)
    raise NotConfigured("The address of the database begins with sqlite:// or postgresql://.", given=scheme)


def _call_back(callback: Callable[[], object]) -> None:
    # The work is done and stays done: a failing callback is reported, and neither undoes it nor stops the others.
    try:
        callback()
    except Exception:
        log.exception("a callback after a commit failed")


def _utc_now() -> datetime:
    return datetime.now(UTC)
