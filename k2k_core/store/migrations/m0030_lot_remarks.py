"""What a vendor writes for buyers about a lot that its rules hold back."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the column."""
    run_script(database, "m0030_lot_remarks")
