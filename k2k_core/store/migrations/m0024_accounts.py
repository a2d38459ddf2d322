"""What a user has of their own: console sessions, preferences and saved views."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the tables."""
    run_script(database, "m0024_accounts")
