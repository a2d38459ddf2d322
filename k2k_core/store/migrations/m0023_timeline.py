"""What happened to documents, for as long as they are there, and who watches them."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the tables."""
    run_script(database, "m0023_timeline")
