"""What people scanned, for the last scans of each of them."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the table."""
    run_script(database, "m0026_scans")
