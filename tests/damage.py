"""Edits of a database past the triggers that refuse to change what is final, as somebody makes them who may do
anything. The triggers are there again afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from k2k_core.store.database.session import Session
from k2k_core.store.migrations import final_rows


@contextmanager
def past_the_guards(session: Session) -> Iterator[None]:
    """What is done within is not refused."""
    final_rows.drop_triggers(session._database)
    yield
    final_rows.make_triggers(session._database)


def lose_a_box(path: Path) -> None:
    """Delete the first box of a network in a SQLite file."""
    with closing(sqlite3.connect(path)) as database:
        (guard,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'box_stays'").fetchone()
        database.execute("DROP TRIGGER box_stays")
        database.execute("DELETE FROM box WHERE id = (SELECT min(box.id) FROM box JOIN lot ON lot.id = box.lot_id)")
        database.execute(guard)
        database.commit()
