"""Every sort of a list is served by an index: AWBs know how many of their order lines are staged, and claims the code
of their box."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Add the columns, fill them, and add the indexes."""
    run_script(database, "m0039_sorted_lists")
