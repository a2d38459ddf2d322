"""The indexes of requests begin with the vendor: PostgreSQL compares the company with the vendor of its question, and
with no other column."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Make the indexes anew."""
    run_script(database, "m0042_requests_of_vendors")
