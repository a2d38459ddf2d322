"""Boxes that a buyer reports missing, and the reason of a credit line."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the columns."""
    run_script(database, "m0013_missing")
