"""The keys of programs and the tokens of final customers."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the table."""
    run_script(database, "m0035_api_keys")
