"""The AWBs of a staging area, found by the order lines that wait there."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the index."""
    run_script(database, "m0036_staged_lines")
