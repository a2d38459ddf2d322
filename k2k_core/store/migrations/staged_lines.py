"""The triggers that count the staged lines of each AWB, so that no writer can forget it.

A staging area is found by its AWBs (`store.lists.scans.staged_awbs_of`), and what its boxes are sorted by stands there:
an index of the AWBs with staged lines serves each sort, whatever has come before. They are made anew after every
migration, like those of versions.
"""

from __future__ import annotations

from collections.abc import Iterator

from peewee import Database, SqliteDatabase

from k2k_core.store.database.queries import execute

_MORE = "UPDATE awb SET staged_lines = staged_lines + 1 WHERE id = NEW.awb_id AND NEW.state = 'staged'"
_FEWER = "UPDATE awb SET staged_lines = staged_lines - 1 WHERE id = OLD.awb_id AND OLD.state = 'staged'"
_COMES, _GOES = "NEW.state = 'staged'", "OLD.state = 'staged'"
_MOVES = f"(({_GOES}) <> ({_COMES}) OR (({_COMES}) AND OLD.awb_id <> NEW.awb_id))"


def make_triggers(database: Database) -> None:
    """Make them, in the place of those that are there."""
    for statement in _sqlite() if isinstance(database, SqliteDatabase) else _postgresql():
        execute(database, statement)


_EVENTS = (
    ("insert", "INSERT", _COMES, (_MORE,)),
    ("update", "UPDATE OF state, awb_id", _MOVES, (_FEWER, _MORE)),
    ("delete", "DELETE", _GOES, (_FEWER,)),
)


def _sqlite() -> Iterator[str]:
    for name, event, when, writes in _EVENTS:
        yield f"DROP TRIGGER IF EXISTS order_line_staged_{name}"
        yield f"""
        CREATE TRIGGER order_line_staged_{name} AFTER {event} ON order_line WHEN {when}
        BEGIN {" ".join(f"{one};" for one in writes)} END
        """


def _postgresql() -> Iterator[str]:
    for name, event, when, writes in _EVENTS:
        yield f"""
        CREATE OR REPLACE FUNCTION order_line_staged_{name}() RETURNS trigger LANGUAGE plpgsql AS $staged$
        BEGIN {" ".join(f"{one};" for one in writes)} RETURN NULL; END $staged$
        """
        yield f"DROP TRIGGER IF EXISTS order_line_staged_{name} ON order_line"
        yield f"""
        CREATE TRIGGER order_line_staged_{name} AFTER {event} ON order_line FOR EACH ROW WHEN ({when})
        EXECUTE FUNCTION order_line_staged_{name}()
        """
