"""Every change marks its lot, so that a cache of prices reads the changed lots alone."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the mark, its index, the triggers that set it, and an index for lots of a product."""
    run_script(database, "m0005_lot_marks")
