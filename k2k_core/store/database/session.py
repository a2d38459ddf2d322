"""The session: reading and writing in one unit of work.

Rows are plain tuples: the hot paths price and list thousands of them (architecture section 2). A session counts its
statements, and remembers which companies' facts it wrote and which callbacks to call after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from peewee import BaseQuery, Database, Model, Query, SelectBase
from peewee import _WriteQuery as WriteQuery

from k2k_core.domain.local_time import Moment
from k2k_core.store.database.compiled_queries import run as run_query
from k2k_core.store.database.queries import execute
from k2k_core.store.database.searching import refreshed, with_search
from k2k_core.store.database.transaction import Transaction
from k2k_core.store.database.tuple_rows import STORED_AS_GIVEN, Converter, converted, plain_field
from k2k_core.store.encryption import NO_ENCRYPTION, Encryption

Row = tuple[Any, ...]
Table = type[Model]

PARAMETERS_AT_ONCE = 30_000
"""Below the limits of one statement on SQLite (32,766) and on PostgreSQL (65,535)."""

SHAPES = 500
"""How many sets of columns are cached with the text of their INSERT."""


class SessionActor(NamedTuple):
    """A person, and the code of the company that they act for."""

    person: str
    company: str


class Session:
    """One unit of work. It cannot be used after its `with` block."""

    def __init__(
        self, database: Database, transaction: Transaction, engine: str, now: datetime, writable: bool
    ) -> None:
        self.engine = engine
        self.now = now
        """The moment of this unit of work: everything it writes happened then."""
        self.moment = Moment(now)
        """The same, for what is cached beyond this unit of work: with the moment until which it holds."""
        self.writable = writable
        self.queries = 0
        """How many statements this session has run."""
        self.wrote = False
        """Whether a statement was run that may have written."""
        self.touched: set[tuple[int, str]] = set()
        """Companies whose facts were written, by id and sequence: these sequences rise at the commit."""
        self.happened: list[Any] = []
        """Events to be written at the end (`store.events.journal.PendingEvent`)."""
        self.actor: SessionActor | None = None
        """Who does the work, where somebody does."""
        self.moved: dict[int, Any] = {}
        """Lots whose quantities were moved, by id (`store.inventory.stock_ledger.MovedLot`)."""
        self.secrets: dict[str, bytes] = {}
        """The network's random keys by name, as far as they have been read (`store.secret_keys`)."""
        self.encryption: Encryption = NO_ENCRYPTION
        """How secrets are stored."""
        self._database, self._transaction = database, transaction
        self._before_commit: list[Callable[[], object]] = []
        self._after_commit: list[Callable[[], object]] = []
        self._broken = False
        self._over = False
        self._remembered: dict[Any, list[Row]] | None = None
        self.memory: dict[str, Any] | None = None
        """What was read, by what it is, in the unit of work of several calls, which read the same again and again;
        None in others."""

    def show(self, *company_ids: int | None) -> None:
        """Work for these companies from now on, on their rows and on what their partners trade; None is the network
        itself. PostgreSQL shows no rows of others (`store.database.transaction`)."""
        self._transaction.show(company_ids)

    def reach(self, company_ids: Iterable[int]) -> None:
        """Work with the rows of these partners as well from now on."""
        self._transaction.reach(company_ids)

    @property
    def companies(self) -> frozenset[int]:
        """The companies whose rows it works with, without what is of the whole network."""
        return frozenset(self._transaction.companies)

    def shows(self, company_id: int) -> bool:
        """Whether a statement meets the rows of a company."""
        return self._transaction.shows(company_id)

    def of_whole_network(self) -> AbstractContextManager[None]:
        """A block that works with the rows of every company."""
        return self._transaction.of_whole_network()

    # Reading

    def remember_rows(self) -> None:
        """From now on run no ready-made statement twice with the same parameters: a snapshot answers the same. Only in
        a reading unit of work."""
        if self.writable:
            raise RuntimeError("this unit of work writes: what it reads may change")
        self._remembered, self.memory = {}, {}

    def remember_sequences(self) -> None:
        """From now on read the sequences of no company twice. Only for a unit of work that holds what it changes."""
        self.memory = {} if self.memory is None else self.memory

    @contextmanager
    def at(self, now: datetime) -> Iterator[Moment]:
        """Read this snapshot as of another moment, for what changes with time. Only in a reading unit of work."""
        if self.writable:
            raise RuntimeError("this unit of work writes: what it writes happens now")
        present = self.now, self.moment
        self.now, self.moment = now, Moment(now)
        try:
            yield self.moment
        finally:
            self.now, self.moment = present

    def rows(self, query: BaseQuery) -> list[Row]:
        """Every row of a SELECT, as tuples of Python values."""
        self._refuse_writing_query(query)
        return self._rows(query)

    def dicts(self, query: BaseQuery) -> list[Any]:
        """Every row of a SELECT, as dictionaries by column name, typed as the caller's `TypedDict`."""
        self._refuse_writing_query(query)
        self._begin_statement()
        found = list(run_query(self._database, query).dicts())
        self._broken = False
        return found

    def first(self, query: BaseQuery) -> Row | None:
        """The first row of a SELECT, or None."""
        found = self.rows(query.limit(1) if isinstance(query, SelectBase) else query)
        return found[0] if found else None

    def value(self, query: BaseQuery) -> Any:
        """The first column of the first row of a SELECT, or None."""
        found = self.first(query)
        return found[0] if found else None

    def ready_rows(
        self, statement: str, parameters: Sequence[object], converters: Sequence[Converter | None]
    ) -> list[Row]:
        """Every row of a SELECT whose text was built before, with `?` for each parameter
        (`store.database.prepared_statements`).
        """
        if self._remembered is None:
            return self._ready_rows(statement, parameters, converters)
        key = statement, tuple(parameters), self._transaction.whole_network
        if key not in self._remembered:
            self._remembered[key] = self._ready_rows(statement, parameters, converters)
        return list(self._remembered[key])

    # Writing

    def insert(self, table: Table, **values: object) -> int:
        """Add a row and return its id."""
        values = with_search(table, values)
        shape = _shape(table, tuple(values))
        row = shape.stored(values)
        if self.engine == "sqlite":
            new_id = int(self.run(shape.statement(1), row).lastrowid)
        else:
            new_id = int(self.run(f'{shape.statement(1)} RETURNING "id"', row).fetchone()[0])
        self._touch_owners(table, [values], new_id)
        return new_id

    def insert_in_order(self, table: Table, rows: Sequence[dict[str, Any]]) -> list[int]:
        """Add rows that all have the same columns, in as few statements as the engines allow; returns their ids,
        ascending in the order of the rows."""
        ids: list[int] = []
        for statement, values in _insertions(table, rows):
            found = self.run(f'{statement} RETURNING "id"', values).fetchall()
            # Both engines number rows in their order, and promise no order of what RETURNING answers.
            ids += sorted(row[0] for row in found)
        self._touch_owners(table, rows, None)
        return ids

    def insert_many(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """The same without returning the ids: the table may have none."""
        for statement, values in _insertions(table, rows):
            self.run(statement, values)
        self._touch_owners(table, rows, None)

    def change(self, query: Query, touches: int | Iterable[int] | None = None) -> int:
        """Run an UPDATE, DELETE or INSERT query; returns how many rows it changed.

        `touches` names the company (or companies) whose facts these are; it is required for tables of facts.
        """
        self._touch_changed(query, touches)
        query = refreshed(self, query)
        self._begin_statement()
        count = run_query(self._database, query).count
        self._broken = False
        return count

    def changed(self, query: Query, touches: int | Iterable[int] | None = None) -> list[Row]:
        """Run an UPDATE or DELETE with `returning(...)`; returns its rows."""
        self._touch_changed(query, touches)
        return self._rows(refreshed(self, query))

    def lock(self, table: Table, ids: Iterable[int], *, exclusive: bool = False) -> bool:
        """Lock rows until the end of this unit of work, always in ascending order of their ids; returns whether they
        may have changed before they were locked, so that they must be read again.

        On SQLite there is one writer in any case. Rows that only reference a locked one can still be written, unless it
        is `exclusive`.
        """
        self._require_writable()
        wanted = [] if self.engine == "sqlite" else sorted(set(ids))
        name = table._meta.table_name
        for start in range(0, len(wanted), PARAMETERS_AT_ONCE):
            chunk = wanted[start : start + PARAMETERS_AT_ONCE]
            places = ", ".join("?" * len(chunk))
            strength = "FOR UPDATE" if exclusive else "FOR NO KEY UPDATE"
            self.run(f'SELECT id FROM "{name}" WHERE id IN ({places}) ORDER BY id {strength}', chunk)
        return bool(wanted)

    def before_commit(self, callback: Callable[[], object]) -> None:
        """Register a callback as the last work before the commit, in the order of registration: for rows that every
        unit of work writes, which would otherwise be locked for its whole duration."""
        self._require_writable()
        self._before_commit.append(callback)

    def after_commit(self, callback: Callable[[], object]) -> None:
        """Register a callback for after the commit, in the order of registration; it is not called after a rollback."""
        self._require_writable()
        self._after_commit.append(callback)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of a unit of work that can fail alone: when the block raises, its writes are rolled back, and the unit
        of work continues. Nothing in it may wait for the commit."""
        self.run("SAVEPOINT part")
        touched, moved = set(self.touched), dict(self.moved)
        try:
            yield
        except BaseException:
            self._broken = False
            self.run("ROLLBACK TO SAVEPOINT part")
            self.run("RELEASE SAVEPOINT part")
            self._transaction.forgot()
            self.touched, self.moved = touched, moved
            raise
        self.run("RELEASE SAVEPOINT part")

    # For the store itself

    def run(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        """Run one ready-made statement with `?` for each parameter; returns the driver's cursor. For the store only."""
        self._require_writable()
        self.wrote = True
        self._begin_statement()
        cursor = execute(self._database, statement, parameters)
        self._broken = False
        return cursor

    def settle(self) -> None:
        """Raise the sequences that were touched, in ascending order of company ids, then run the callbacks before the
        commit.

        Companies come before these callbacks in every unit of work: some lock a company earlier.
        """
        for company_id, sequence in sorted(self.touched):
            self.run(f"UPDATE company SET {sequence} = {sequence} + 1 WHERE id = ?", (company_id,))
        for callback in self._before_commit:
            callback()
        self._require_whole()

    def end(self) -> list[Callable[[], object]]:
        """Invalidate the session and return the callbacks to call after the commit."""
        self._over = True
        return self._after_commit

    def _ready_rows(
        self, statement: str, parameters: Sequence[object], converters: Sequence[Converter | None]
    ) -> list[Row]:
        self._begin_statement()
        found = converted(execute(self._database, statement, parameters).fetchall(), converters)
        self._broken = False
        return found

    def _rows(self, query: BaseQuery) -> list[Row]:
        self._begin_statement()
        found = run_query(self._database, query).rows()
        self._broken = False
        return found

    def _begin_statement(self) -> None:
        if self._over:
            raise RuntimeError("this unit of work is over: open another one")
        self._require_whole()
        self.queries += 1
        self._broken = True  # until it has succeeded
        self._transaction.ready()

    def _require_whole(self) -> None:
        # PostgreSQL refuses a transaction after a failed statement, and answers its COMMIT with a silent rollback;
        # SQLite would go on with what is left. Here, on both, a unit of work with a failed statement never commits.
        if self._broken:
            raise RuntimeError("a statement of this unit of work failed: let its error end the unit")

    def _require_writable(self) -> None:
        if not self.writable:
            raise RuntimeError("this unit of work only reads: open `writing()`")

    def _refuse_writing_query(self, query: BaseQuery) -> None:
        if isinstance(query, WriteQuery):
            raise TypeError("a query that writes goes through `change` or `changed`")

    def _touch_changed(self, query: Query, touches: int | Iterable[int] | None) -> None:
        self._require_writable()
        self.wrote = True
        table = getattr(query, "model", None)
        if touches is not None:
            sequence = getattr(table, "sequence", "change_seq")
            self.touched.update((owner, sequence) for owner in ([touches] if isinstance(touches, int) else touches))
            return
        if getattr(table, "changes_facts", False):
            raise TypeError(f"{table} holds facts: say whose, with `touches=company_id`")

    def _touch_owners(self, table: Table, rows: Iterable[dict[str, Any]], new_id: int | None) -> None:
        if not getattr(table, "changes_facts", False):
            return
        owner = table._meta.combined[getattr(table, "owner_column", "company_id")]
        sequence = getattr(table, "sequence", "change_seq")
        if owner.primary_key:
            self.touched.update([] if new_id is None else [(new_id, sequence)])
            return
        names = (owner.name, owner.column_name)
        self.touched.update((next(row[name] for name in names if name in row), sequence) for row in rows)


class _Shape:
    """Rows of a table with the same columns: the text of their INSERT, and the conversion of their values. Built once;
    the table's defaults are included."""

    def __init__(self, table: Table, names: Sequence[str]) -> None:
        fields = [table._meta.combined[name] for name in names]
        filled = {field.name for field in fields}
        defaults = {field: value for field, value in table._meta.defaults.items() if field.name not in filled}
        columns = ", ".join(f'"{field.column_name}"' for field in (*fields, *defaults))
        self.width = len(fields) + len(defaults)
        self._table = table.__name__
        self._columns = [
            (name, STORED_AS_GIVEN.get(type(plain_field(field))), field.db_value)
            for name, field in zip(names, fields, strict=True)
        ]
        self._defaults = [(field.db_value, value) for field, value in defaults.items()]
        self._insert = f'INSERT INTO "{table._meta.table_name}" ({columns}) VALUES '
        self._places = f"({', '.join('?' * self.width)})"

    def statement(self, rows: int) -> str:
        """The text that adds so many rows, with `?` for each value."""
        return self._insert + ", ".join([self._places] * rows)

    def stored(self, row: Mapping[str, Any]) -> list[Any]:
        """The values of a row as the engine stores them."""
        if len(row) != len(self._columns):
            raise ValueError(f"rows of {self._table} that are added together name the same columns")
        given = [
            value if (value := row[name]) is None or type(value) is plain else stored(value)
            for name, plain, stored in self._columns
        ]
        return given + [stored(value() if callable(value) else value) for stored, value in self._defaults]


@lru_cache(SHAPES)
def _shape(table: Table, names: tuple[str, ...]) -> _Shape:
    return _Shape(table, names)


def _insertions(table: Table, rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[Any]]]:
    """The statements that add rows, each with its values."""
    if not rows:
        return
    rows = [with_search(table, row) for row in rows]
    shape = _shape(table, tuple(rows[0]))
    at_once = max(1, PARAMETERS_AT_ONCE // shape.width)
    for start in range(0, len(rows), at_once):
        chunk = rows[start : start + at_once]
        yield shape.statement(len(chunk)), [value for row in chunk for value in shape.stored(row)]
