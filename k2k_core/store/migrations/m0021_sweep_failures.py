"""Carts and orders that a sweep cannot end."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the table."""
    run_script(database, "m0021_sweep_failures")
