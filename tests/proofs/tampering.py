"""Direct edits of a network's database, one at a time: each is refused by the database or named by `verify`.

Every column of every table that trade depends on is changed in a row of each kind that the network has, rows are
deleted, doubled and swapped, and the tables themselves are changed. `UNKNOWABLE` lists what nobody can tell.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from k2k_core.store import tables, verification
from k2k_core.store.engine import Store
from k2k_core.store.fields import DayField, JsonField
from k2k_core.store.tables.base import BooleanField, TextField

ROWS: dict[str, tuple[str, ...]] = {
    "order_line": (
        "state = 'billed'",
        "state = 'received'",
        "state = 'staged'",
        "state = 'in_cart'",
        "state = 'cancelled'",
    ),
    "document": (
        *("kind = 'prebook'", "kind = 'purchase_order'", "kind = 'sales_order'", "kind = 'invoice_order'"),
        "kind = 'invoice'",
    ),
    "invoice_line": ("line_id IS NOT NULL AND reason = ''", "reason <> ''"),
    "box": ("state = 'billed'", "state = 'staged'", "state = 'received'"),
    "box_claim": ("open", "NOT open"),
    "cart": ("state = 'checked_out'", "state = 'open'"),
    "awb": ("shipped_at IS NOT NULL",),
    "lot_ledger": ("line_id IS NOT NULL",),
    "audit": ("place = 2", "place IS NULL"),
    "audit_head": ("company_id IS NOT NULL",),
    "retention": ("name = 'event'",),
    "event": ("TRUE",),
    "feed": ("TRUE",),
    "timeline_entry": ("TRUE",),
    "scan_entry": ("TRUE",),
    "counter": ("name = 'sales_order'", "name = 'feed'", "name = 'cart'"),
    "idempotency": ("TRUE",),
    "secret": ("TRUE",),
}
"""The rows that are edited, by table."""

UNKNOWABLE: dict[str, frozenset[str]] = {
    "order_line": frozenset(("expires_at", "notice_at", "overdue_at", "reason", "version", "released", "awb_id")),
    "document": frozenset(
        (
            *("ship_date", "vendor_ship_date", "ship_via", "ship_to", "carrier", "sales_type", "reference_number"),
            *("ends_at", "reason", "version", "search", "awb_id", "transfer", "status", "k2k", "charge_terms"),
        )
    ),
    "invoice_line": frozenset(("reason",)),
    "box": frozenset(("position", "printed", "missing")),
    "cart": frozenset(("expires_at",)),
    "awb": frozenset(
        ("ship_date", "ship_via", "arrival_date", "freight", "handling", "shipped_at", "version", "search")
    ),
    "idempotency": frozenset(("answer",)),
    "audit_head": frozenset(("anchored_at",)),
}
"""Columns whose ordinary values follow from nothing else that is stored: an edit to such a value is only sometimes
noticed. They are edited to a value of another kind instead."""


class Edit(NamedTuple):
    """A statement, and what it does in words."""

    name: str
    statement: str


@dataclass
class Tampered:
    """What became of the edits."""

    named: int = 0
    refused: int = 0
    silent: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.silent and not self.failed

    def __str__(self) -> str:
        tried = self.named + self.refused + len(self.silent) + len(self.failed)
        return (
            f"{tried} direct edits: {self.refused} refused by the database, {self.named} named by verify, "
            f"{len(self.silent)} silent, {len(self.failed)} that verify failed at"
        )


def edits(engine: str) -> Iterator[Edit]:
    """Every edit for an engine."""
    for table in tables.ALL:
        name = table._meta.table_name
        for rows in ROWS.get(name, ()):
            for column in table._meta.sorted_fields:
                value = _other_value(column, engine, column.column_name in UNKNOWABLE.get(name, ()))
                if value is not None:
                    yield _edit(name, rows, f'SET "{column.column_name}" = {value}')
            if name != "idempotency":  # which is not kept for ever
                yield Edit(f"delete from {name} where {rows}", f'DELETE FROM "{name}" WHERE id = {_one(name, rows)}')
    yield from map(_named, WHOLE)
    yield from map(_named, SQLITE if engine == "sqlite" else POSTGRESQL)


def _named(statement: str) -> Edit:
    return Edit(" ".join(statement.split()), statement)


def _edit(table: str, rows: str, change: str) -> Edit:
    return Edit(f"{table} where {rows}: {change}", f'UPDATE "{table}" {change} WHERE id = {_one(table, rows)}')


def _one(table: str, rows: str) -> str:
    return f'(SELECT max(id) FROM "{table}" WHERE {rows})'


def _other_value(column: Any, engine: str, only_kinds: bool) -> str | None:
    """Another value for a column, as SQL: of its own kind, or of none where its own cannot be known."""
    name = f'"{column.column_name}"'
    if only_kinds:
        return _of_no_kind(column) if engine == "sqlite" else None
    if isinstance(column, JsonField):
        return f"""COALESCE(replace({name}, '1', '2'), '{{}}') || ' '"""
    if isinstance(column, DayField):
        return "'2031-01-01'"
    if isinstance(column, BooleanField):
        return f"NOT {name}"
    if isinstance(column, TextField):
        return f"{name} || 'x'" if not column.null else f"COALESCE({name}, '') || 'x'"
    return f"COALESCE({name}, 0) + 1"


def _of_no_kind(column: Any) -> str:
    if isinstance(column, TextField):
        return "x'00ff'"
    return "'nothing'"


WHOLE = (
    "UPDATE order_line SET state = 'billed' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'received')",
    "UPDATE order_line SET state = 'received' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'billed')",
    "UPDATE order_line SET state = 'staged' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'received')",
    "UPDATE order_line SET state = 'checked_out' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'staged')",
    "UPDATE order_line SET state = 'in_cart' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'cancelled')",
    "UPDATE order_line SET state = 'cancelled' WHERE id = (SELECT max(id) FROM order_line WHERE state = 'staged')",
    "UPDATE order_line SET boxes = boxes - 1 WHERE id = (SELECT max(id) FROM order_line WHERE boxes > 1)",
    "UPDATE order_line SET released = boxes WHERE id = (SELECT max(id) FROM order_line WHERE state = 'billed')",
    "UPDATE box SET state = 'in_stock', line_id = NULL WHERE id = (SELECT max(id) FROM box WHERE state = 'billed')",
    "UPDATE box SET state = 'in_stock' WHERE id = (SELECT max(id) FROM box WHERE state = 'billed')",
    "UPDATE box SET state = 'in_stock' WHERE id = (SELECT max(id) FROM box WHERE state = 'received')",
    "UPDATE box SET state = 'in_stock' WHERE id = (SELECT max(id) FROM box WHERE state = 'staged')",
    "UPDATE box SET state = 'billed' WHERE id = (SELECT max(id) FROM box WHERE state = 'staged')",
    "UPDATE box SET state = 'billed' WHERE id = (SELECT max(id) FROM box WHERE state = 'received')",
    "UPDATE box SET state = 'withdrawn' WHERE id = (SELECT max(id) FROM box WHERE state = 'billed')",
    "UPDATE box SET state = 'withdrawn' WHERE id = (SELECT max(id) FROM box WHERE state = 'in_stock')",
    "UPDATE box SET state = 'staged' WHERE id = (SELECT max(id) FROM box WHERE state = 'in_stock')",
    "UPDATE box SET state = 'nothing' WHERE id = (SELECT max(id) FROM box)",
    "UPDATE document SET status = 'cancelled' WHERE id = (SELECT max(id) FROM document WHERE kind = 'sales_order')",
    "UPDATE document SET status = 'pending' WHERE id = (SELECT max(id) FROM document WHERE status = 'shipped')",
    "UPDATE document SET status = 'shipped' WHERE id = (SELECT max(id) FROM document WHERE status = 'pending')",
    "UPDATE document SET status = 'cancelled' WHERE id = (SELECT max(id) FROM document WHERE kind = 'prebook')",
    "UPDATE document SET status = 'paid' WHERE id = (SELECT max(id) FROM document WHERE kind = 'invoice')",
    "UPDATE document SET transfer = 'filled' WHERE id = (SELECT max(id) FROM document WHERE kind = 'sales_order')",
    "UPDATE document SET awb_id = NULL WHERE id = (SELECT max(id) FROM document WHERE status = 'shipped')",
    "UPDATE document SET k2k = NOT k2k WHERE id = (SELECT max(id) FROM document WHERE kind = 'sales_order')",
    "UPDATE document SET charge_terms = '{}' WHERE id = (SELECT max(id) FROM document WHERE charge_terms IS NOT NULL)",
    "UPDATE awb SET shipped_at = NULL WHERE shipped_at IS NOT NULL",
    "UPDATE order_line SET awb_id = NULL WHERE state = 'staged'",
    "UPDATE cart SET state = 'cancelled' WHERE id = (SELECT max(id) FROM cart WHERE state = 'checked_out')",
    "UPDATE cart SET state = 'expired' WHERE id = (SELECT max(id) FROM cart WHERE state = 'open')",
    "UPDATE lot SET boxes = boxes + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET available = available + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET on_hand = on_hand + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET allocated = allocated + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET short = short + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET company_id = company_id + 1 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE lot SET product_id = 999999 WHERE id = (SELECT max(id) FROM lot)",
    "UPDATE invoice_line SET boxes = boxes + 1, units = units + 250"
    " WHERE id = (SELECT max(id) FROM invoice_line WHERE boxes > 0)",
    "UPDATE invoice_line SET total = 0 WHERE id = (SELECT max(id) FROM invoice_line WHERE boxes > 0)",
    "UPDATE invoice_line SET price = price * 2, total = total * 2"
    " WHERE id = (SELECT max(id) FROM invoice_line WHERE boxes > 0)",
    "UPDATE counter SET value = value + 1 WHERE name = 'invoice'",
    "UPDATE counter SET value = value + 1 WHERE name = 'prebook'",
    "UPDATE counter SET value = value - 1 WHERE name = 'purchase_order'",
    "INSERT INTO box_claim (box_id, line_id, open) SELECT box_id, line_id, FALSE FROM box_claim",
    "INSERT INTO feed (company_id, seq, event_id) SELECT company_id, max(seq) + 2, 1 FROM feed GROUP BY company_id",
    "INSERT INTO feed (company_id, seq, event_id)"
    " SELECT company_id, max(seq) + 1, 999999 FROM feed GROUP BY company_id",
    "INSERT INTO lot_ledger (company_id, lot_id, delta, available_after, reason, at)"
    " SELECT company_id, id, 5, available + 5, 'gift', 0 FROM lot",
    "INSERT INTO invoice_line (company_id, invoice_id, line_id, description, boxes, units, price, total, reason)"
    " SELECT company_id, invoice_id, line_id, description, boxes, units, price, total, ''"
    " FROM invoice_line WHERE boxes > 0",
    "DELETE FROM box",
    "DELETE FROM lot_ledger",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE place = 2",
    "DELETE FROM audit WHERE place > 1",
    "UPDATE audit SET place = place + 1 WHERE place > 1",
    "UPDATE audit SET place = NULL, seal = NULL, hash = '' WHERE place = 1",
    "UPDATE audit SET place = 500, seal = hash WHERE place IS NULL",
    "INSERT INTO audit (company_id, person, action, subject, at) SELECT id, 'nobody', 'set', 'x', 5 FROM company",
    "INSERT INTO audit (company_id, person, action, subject, at, hash)"
    " SELECT company_id, 'nobody', action, subject, at, hash FROM audit WHERE place = 1",
    "INSERT INTO audit (company_id, person, action, subject, before, after, at, hash, place, seal)"
    " SELECT company_id, person, action, subject, before, after, at, hash, place + 900, seal FROM audit"
    " WHERE place = 1",
    "UPDATE audit_head SET place = place + 5",
    "UPDATE audit_head SET place = 0, seal = ''",
    "DELETE FROM audit_head",
    "INSERT INTO retention (name, first) VALUES ('event', 5)",
    "INSERT INTO retention (company_id, name, first) SELECT id, 'feed', 3 FROM company",
    "UPDATE retention SET first = 1",
    "DELETE FROM retention",
    "DELETE FROM event",
    "DELETE FROM feed WHERE seq = 2",
    "DELETE FROM box_claim",
    "DELETE FROM company WHERE id = 1",
    "DELETE FROM customer",
    "DELETE FROM product",
    "DELETE FROM secret",
    "DROP INDEX box_claim_one_open",
    "CREATE INDEX extra ON box (printed)",
    "ALTER TABLE box ADD COLUMN owner TEXT",
    "CREATE TABLE extra (id INTEGER)",
)
"""Edits of several rows, of states, and of the tables, on both engines."""

SQLITE = (
    "DROP TRIGGER lot_guard_update",
    "DROP TRIGGER order_line_final",
    "DROP TRIGGER audit_stays",
    "DROP TRIGGER audit_seal_final",
    "DROP TRIGGER feed_retained",
    "DROP INDEX audit_place",
    "CREATE TRIGGER gift AFTER INSERT ON lot_ledger BEGIN SELECT 1; END",
    "UPDATE order_line SET explanation = '{' WHERE id = 1",
    "UPDATE event SET data = 'nothing' WHERE id = (SELECT max(id) FROM event)",
    "UPDATE lot SET arrival_date = '2026-02-31' WHERE id = 1",
    "UPDATE lot SET unit_cost = 1.5 WHERE id = 1",
    "UPDATE lot SET on_hold = 7 WHERE id = 1",
    "UPDATE company SET currency = x'00' WHERE id = 1",
    "UPDATE document SET created_at = 9223372036854775807 WHERE id = 1",
    "UPDATE company SET hierarchies = 'none' WHERE id = 1",
    "UPDATE setting SET value = 'none' WHERE id = (SELECT min(id) FROM setting)",
    "UPDATE customer SET price_lists = '[' WHERE id = 1",
    "UPDATE notification SET at = 'today'",
)

POSTGRESQL = (
    "DROP TRIGGER lot_guard_update ON lot",
    "DROP TRIGGER order_line_final ON order_line",
    "DROP TRIGGER audit_stays ON audit",
    "DROP TRIGGER event_retained ON event",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "TRUNCATE audit",
    "TRUNCATE feed",
    "CREATE OR REPLACE FUNCTION feed_retained() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER TABLE lot DISABLE TRIGGER lot_guard_update",
    "ALTER TABLE order_line DISABLE TRIGGER ALL",
    "ALTER TABLE lot DROP CONSTRAINT lot_check",
    "ALTER TABLE box ALTER COLUMN state DROP NOT NULL",
    "ALTER TABLE box ALTER COLUMN state SET DEFAULT 'billed'",
    "CREATE OR REPLACE FUNCTION final_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "CREATE OR REPLACE FUNCTION lot_guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "UPDATE event SET data = '{' WHERE id = (SELECT max(id) FROM event)",
    "UPDATE customer SET price_lists = '[' WHERE id = 1",
    "UPDATE setting SET value = 'none' WHERE id = (SELECT min(id) FROM setting)",
)


def tamper(fill: Callable[[str], object], database: TamperedDatabase, every: int = 1) -> Tampered:
    """Do each edit, or every so many, in a network of its own and look."""
    fill(database.original)
    found = Tampered()
    _look(Edit("nothing", ""), database.fresh(), found)
    if found.silent != ["nothing"]:
        raise AssertionError("the network that is edited is not consistent")
    found.silent.clear()
    for edit in list(edits(database.engine))[::every]:
        url = database.fresh()
        _judge(edit, url, database, found)
    return found


def _judge(edit: Edit, url: str, database: TamperedDatabase, found: Tampered) -> None:
    done = database.apply(url, edit.statement)
    if done is None:
        found.refused += 1
    elif done == 0:
        found.failed.append(f"{edit.name}: it changed nothing")
    else:
        _look(edit, url, found)


def _look(edit: Edit, url: str, found: Tampered) -> None:
    store = Store(url)
    try:
        faults = verification.faults(store)
    except Exception as error:
        found.failed.append(f"{edit.name}: {type(error).__name__} {error}")
        return
    finally:
        store.close()
    if faults:
        found.named += 1
    else:
        found.silent.append(edit.name)


class TamperedDatabase:
    """A network, and copies of it that are edited."""

    engine: str
    original: str

    def fresh(self) -> str:
        """The address of an unedited copy; the copy before may be gone."""
        raise NotImplementedError

    def apply(self, url: str, statement: str) -> int | None:
        """Run a statement as somebody with the password would; how many rows it changed, None when it was refused."""
        raise NotImplementedError


class TamperedFile(TamperedDatabase):
    """A SQLite file, edited without foreign keys, as SQLite's own program does."""

    engine = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._network, self._copy = folder / "network.db", folder / "edited.db"
        self.original = f"sqlite:///{self._network}"

    def fresh(self) -> str:
        for path in self._copy.parent.glob("edited.db*"):
            path.unlink()
        shutil.copy(self._network, self._copy)
        return f"sqlite:///{self._copy}"

    def apply(self, url: str, statement: str) -> int | None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            try:
                done = connection.execute(statement).rowcount
            except sqlite3.IntegrityError:
                return None
            connection.commit()
        return done


class TamperedServer(TamperedDatabase):
    """A database of a PostgreSQL server, edited by its superuser."""

    engine = "postgresql"

    def __init__(self, server: Any) -> None:
        self._server = server
        self.original = server.create_database()
        self._copy = server.create_database()

    def fresh(self) -> str:
        self._server.replace_database(self._copy, self.original.removeprefix("postgresql:///").partition("?")[0])
        return str(self._copy)

    def apply(self, url: str, statement: str) -> int | None:
        import psycopg

        from k2k_core.testing.postgres import name_in

        with psycopg.connect(self._server.superuser_url(name_in(url)), autocommit=True) as connection:
            try:
                return connection.execute(statement).rowcount  # type: ignore[call-overload, no-any-return]
            except (psycopg.IntegrityError, psycopg.DataError, psycopg.errors.DependentObjectsStillExist):
                return None
