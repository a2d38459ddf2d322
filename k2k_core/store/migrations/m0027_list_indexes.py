"""Indexes for the sorts and filters of lists that people use most."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the indexes."""
    run_script(database, "m0027_list_indexes")
