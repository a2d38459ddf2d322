"""What waits for a company, found without its other orders."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the indexes."""
    run_script(database, "m0038_waiting_work")
