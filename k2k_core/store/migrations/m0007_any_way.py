"""A customer's own way to travel may be any that a plugin brings, not only ours.

On SQLite the table is created again with its rows. The foreign keys that point at it are checked when the step is
committed, so that none is lost; nothing cascades, and the table has no triggers.
"""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Drop the CHECK of `customer.ship_via`."""
    run_script(database, "m0007_any_way")
