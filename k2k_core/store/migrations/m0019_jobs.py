"""Long work that workers do in the background."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the table."""
    run_script(database, "m0019_jobs")
