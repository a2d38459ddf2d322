"""The plugins that a company relies on."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the column."""
    run_script(database, "m0029_plugin_records")
