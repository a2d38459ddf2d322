"""The contributions of plugins that are in quarantine for a company."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the column."""
    run_script(database, "m0032_quarantines")
