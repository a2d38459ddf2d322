"""Copies of one network on several engines: every command goes to each of them, and their answers must be equal."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from k2k_core.store import tables
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.testing.postgres import PrivatePostgres
from tests.conftest import sqlite_url
from tests.damage import past_the_guards
from tests.properties.state_machine.network import NOW, network

T = TypeVar("T")
OpenCopies = Callable[[], AbstractContextManager["NetworkCopies"]]


class Refused(NamedTuple):
    """How a command was refused: the same on every engine."""

    code: str
    message: str


class NetworkCopy:
    """The network on one engine."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime]) -> None:
        self.url = url
        self.net = K2K.open(url, clock=clock)
        self._store = self.net.context.store
        self._transact = self._store.transact
        self._store.transact = self._transact_or_forget

    def rows(self, query: Any) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._store.whole_network.reading() as session:
            return session.rows(query)

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but for what each engine has of its own; counters without their ids, which nobody
        sees."""
        with self._store.whole_network.reading() as session:
            rows = {table.__name__: session.rows(_seen(table)) for table in tables.ALL}
        found = {name: [tuple(map(_without_versions, row)) for row in of_table] for name, of_table in rows.items()}
        return found | {"Counter": sorted(row[1:] for row in found["Counter"])}

    def digest(self) -> str:
        """What stands in all tables, in short."""
        return hashlib.sha256(repr(self.contents()).encode()).hexdigest()

    def take_secrets(self, other: NetworkCopy) -> None:
        """Have the random keys of another network: ids of catalog lines are derived with one."""
        keys = other.rows(tables.Secret.select(tables.Secret.name, tables.Secret.value))
        with self._store.whole_network.writing() as session, past_the_guards(session):
            for name, value in keys:
                session.change(tables.Secret.update(value=value).where(tables.Secret.name == name))
        self._store.secrets.clear()

    def _transact_or_forget(self, work: Callable[[Session], T]) -> T:
        """A command that is refused and given once more by itself takes the same numbers on every engine."""
        try:
            return self._transact(work)
        except K2KError:
            self.forget_lost_numbers()
            raise

    def forget_lost_numbers(self) -> None:
        """PostgreSQL never gives a number again that an undone unit of work has taken, SQLite one that was taken for a
        row which was there already. Ids stand in answers, so that the engines are brought to the same next number."""
        names = [table._meta.table_name for table in tables.ALL if "id" in table._meta.fields]
        with self._store.whole_network.writing() as session:
            for name in names:
                last = f"SELECT COALESCE(MAX(id), 0) FROM {name}"
                if self._store.engine == "postgresql":
                    sequence = f"pg_get_serial_sequence('{name}', 'id')"
                    execute(session._database, f"SELECT setval({sequence}, ({last}) + 1, false)", ())
                else:
                    execute(session._database, f"UPDATE sqlite_sequence SET seq = ({last}) WHERE name = '{name}'", ())


OF_ITS_OWN = {("Lot", "mark"), ("Delivery", "message_id"), ("Idempotency", "id"), ("Secret", "value")}
"""Columns that differ between engines: a count of changes, what is drawn by lot, and ids that a repeated key takes."""

VERSIONS = {"version", "settings_version"}
"""A version says that something has changed, not how often: one engine counts rows, the other statements of many rows.
Their tests say when one moves."""


def _seen(table: Any) -> Any:
    columns = [
        field
        for field in table._meta.sorted_fields
        if (table.__name__, field.name) not in OF_ITS_OWN and field.name not in VERSIONS
    ]
    return table.select(*columns).order_by(table._meta.primary_key)


def _without_versions(answer: Any) -> Any:
    if isinstance(answer, dict):
        return {name: _without_versions(each) for name, each in answer.items() if name not in VERSIONS}
    return [_without_versions(each) for each in answer] if isinstance(answer, list) else answer


class NetworkCopies:
    """Several engines with the same network and the same clock."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.now = NOW
        self.all = {engine: NetworkCopy(url, lambda: self.now) for engine, url in urls.items()}

    @property
    def first(self) -> NetworkCopy:
        """The engine whose answer stands for all of them."""
        return next(iter(self.all.values()))

    def ask(self, command: str, *args: Any, **named: Any) -> Any:
        """The answer to a command, or how it was refused: the same on every engine."""
        answers = {engine: self._answer(copy, command, args, named) for engine, copy in self.all.items()}
        first = next(iter(answers.values()))
        for engine, answer in answers.items():
            assert answer == first, f"{command} {args} {named}: {answers}"
            self.all[engine].forget_lost_numbers()
        return first

    @staticmethod
    def _answer(copy: NetworkCopy, command: str, args: tuple[Any, ...], named: Mapping[str, Any]) -> Any:
        try:
            return _without_versions(getattr(copy.net, command)(*args, **named))
        except K2KError as error:
            return Refused(error.code, error.message)

    def digests(self) -> dict[str, str]:
        """What stands in all tables, by engine."""
        return {engine: copy.digest() for engine, copy in self.all.items()}

    @contextmanager
    def swept(self) -> Iterator[NetworkCopy]:
        """A copy of the network in which everything has ended that is due at this moment; engines have the same."""
        folder = Path(tempfile.mkdtemp())
        source, copy = (sqlite3.connect(path) for path in (_path_of(self.first.url), folder / "copy.db"))
        with closing(source), closing(copy):
            source.backup(copy)
        copy = NetworkCopy(sqlite_url(folder / "copy.db"), lambda: self.now)
        try:
            copy.net.sweep()
            copy.forget_lost_numbers()
            yield copy
        finally:
            copy.net.close()
            shutil.rmtree(folder)

    def require_same_contents(self) -> None:
        """Every table says the same on every engine."""
        contents = [copy.contents() for copy in self.all.values()]
        for other in contents[1:]:
            for table, rows in contents[0].items():
                differing = [pair for pair in zip(rows, other[table], strict=False) if pair[0] != pair[1]]
                assert rows == other[table], (table, differing[:2])

    def close(self) -> None:
        """Close every network."""
        for copy in self.all.values():
            copy.net.close()


def _path_of(url: str) -> Path:
    return Path(unquote(url.removeprefix("sqlite:///")))


def copy_on_sqlite(source: Path, folder: Path) -> OpenCopies:
    """Opens the network on SQLite: a file of its own, a copy of `source`, for each example."""

    @contextmanager
    def opened() -> Iterator[NetworkCopies]:
        shutil.copyfile(source, folder / "example.db")
        copies = NetworkCopies({"sqlite": sqlite_url(folder / "example.db")})
        try:
            yield copies
        finally:
            copies.close()
            for left in folder.glob("example.db*"):
                left.unlink()

    return opened


def copies_on_both_engines(source: Path, folder: Path, server: PrivatePostgres, template: str) -> OpenCopies:
    """Opens the network on both engines side by side."""
    on_sqlite = copy_on_sqlite(source, folder)

    @contextmanager
    def opened() -> Iterator[NetworkCopies]:
        url = server.create_database(template)
        try:
            with on_sqlite() as copies:
                copies.all["postgresql"] = NetworkCopy(url, lambda: copies.now)
                copies.all["postgresql"].take_secrets(copies.first)
                yield copies
        finally:
            server.drop_database(url)

    return opened


def load(url: str) -> None:
    """Load the network into a database that has its tables."""
    with K2K.open(url, clock=lambda: NOW) as net:
        net.load(network())
