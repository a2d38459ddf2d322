"""The triggers that note which rows a unit of work has changed, so that no writer can forget the events of records,
lots, documents and settings.

They are made anew after every migration, like those of versions, whose movements they follow: a write that changes
nothing is noted nowhere. The unit of work takes its notes back before it commits (`store.change_events`), so that the
table is empty but for units of work that are under way; `unit` keeps theirs apart on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute


class _Noted(NamedTuple):
    """How the changes of a table are noted: whose its rows are, and the columns that move what others read of them."""

    owner: str = "company_id"
    moved: tuple[str, ...] = ("version",)


_NOTED: Mapping[str, _Noted] = {
    **{
        table: _Noted()
        for table in ("location", "person", "customer", "vendor", "carrier", "category", "product", "box_type")
    },
    "box_dimensions": _Noted(),
    "price_list": _Noted(),
    "lot": _Noted(moved=("version", "ledger_id")),
    "document": _Noted(),
    "order_line": _Noted("buyer_id"),
    "mapping_version": _Noted("buyer_id"),
}

NEW_COMPANY = "new_company"
"""What is noted of a company that is added: whoever reads its feed begins with its lists."""

_SET_ON = (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
_COLUMNS = "(unit, kind, company_id, row_id, name)"
_OLD_COMPANY = "company"


def make_triggers(database: Database) -> None:
    """Make them, in the place of those that are there, once there is the table that they write."""
    if not database.table_exists("row_change"):
        return
    for statement in _sqlite() if isinstance(database, SqliteDatabase) else _postgresql():
        execute(database, statement)


def _sqlite() -> Iterator[str]:
    for table, (owner, moved) in _NOTED.items():
        noted = f"INSERT INTO row_change {_COLUMNS} VALUES (0, '{table}', NEW.{owner}, NEW.id, '')"
        whose = f"NEW.{owner} IS NOT NULL"
        differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in moved)
        yield from _sqlite_trigger(table, "insert", f'AFTER INSERT ON "{table}" WHEN {whose}', noted)
        when = f'AFTER UPDATE OF {", ".join(moved)} ON "{table}" WHEN {whose} AND ({differs})'
        yield from _sqlite_trigger(table, "update", when, noted)
    made = f"INSERT INTO row_change {_COLUMNS} VALUES (0, '{NEW_COMPANY}', NEW.id, NEW.id, '')"
    yield from _sqlite_trigger("company", "insert", 'AFTER INSERT ON "company"', made)
    changed = f"INSERT INTO row_change {_COLUMNS} VALUES (0, '{_OLD_COMPANY}', NEW.id, NEW.id, '')"
    when = 'AFTER UPDATE OF version ON "company" WHEN OLD.version <> NEW.version'
    yield from _sqlite_trigger("company", "update", when, changed)
    for event, row in _SET_ON:
        noted = (
            f"INSERT INTO row_change {_COLUMNS} VALUES (0, 'setting', {row}.company_id, {row}.company_id, {row}.name)"
        )
        yield from _sqlite_trigger("setting", event.lower(), f'AFTER {event} ON "setting"', noted)


def _sqlite_trigger(table: str, event: str, when: str, noted: str) -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {table}_noted_{event}"
    yield f"CREATE TRIGGER {table}_noted_{event} {when} BEGIN {noted}; END"


def _postgresql() -> Iterator[str]:
    for table, (owner, moved) in _NOTED.items():
        differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in moved)
        new = f"SELECT txid_current(), '{table}', {owner}, id, '' FROM moved WHERE {owner} IS NOT NULL"
        yield from _postgresql_trigger(table, "insert", _of_all("INSERT", table, "NEW"), new)
        one = f"VALUES (txid_current(), '{table}', NEW.{owner}, NEW.id, '')"
        when = f'AFTER UPDATE ON "{table}" FOR EACH ROW WHEN (NEW.{owner} IS NOT NULL AND ({differs}))'
        yield from _postgresql_trigger(table, "update", when, one)
    made = f"SELECT txid_current(), '{NEW_COMPANY}', id, id, '' FROM moved"
    yield from _postgresql_trigger("company", "insert", _of_all("INSERT", "company", "NEW"), made)
    changed = f"VALUES (txid_current(), '{_OLD_COMPANY}', NEW.id, NEW.id, '')"
    when = 'AFTER UPDATE ON "company" FOR EACH ROW WHEN (OLD.version <> NEW.version)'
    yield from _postgresql_trigger("company", "update", when, changed)
    for event, row in _SET_ON:
        names = "SELECT txid_current(), 'setting', company_id, company_id, name FROM moved"
        yield from _postgresql_trigger("setting", event.lower(), _of_all(event, "setting", row), names)


def _of_all(event: str, table: str, row: str) -> str:
    """All the rows of a statement at once, which are `moved`: an import writes thousands."""
    return f'AFTER {event} ON "{table}" REFERENCING {row} TABLE AS moved FOR EACH STATEMENT'


def _postgresql_trigger(table: str, event: str, when: str, rows: str) -> Iterator[str]:
    name = f"{table}_noted_{event}"
    yield f"""
    CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $noted$
    BEGIN INSERT INTO row_change {_COLUMNS} {rows}; RETURN NULL; END $noted$
    """
    yield f'DROP TRIGGER IF EXISTS {name} ON "{table}"'
    yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()"
