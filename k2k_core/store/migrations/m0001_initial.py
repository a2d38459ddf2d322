"""The first version of every table, with its keys, CHECKs, indexes and guards."""

from __future__ import annotations

from peewee import Database

from k2k_core.store.migrations.guards import guard_stock
from k2k_core.store.migrations.scripts import run_script


def up(database: Database) -> None:
    """Create the tables, each after those that its foreign keys point at, then the guards of the stock."""
    run_script(database, "m0001_initial")
    guard_stock(database)
