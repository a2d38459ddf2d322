"""Engine room: the first version of every table, with its keys, CHECKs, indexes and guards."""

from __future__ import annotations

from peewee import Database, SchemaManager

from k2k_core.store import tables
from k2k_core.store.migrations.guards import guard_stock


def up(database: Database) -> None:
    """Create the tables, each after those that its foreign keys point at, then the guards of the stock."""
    for table in tables.ALL:
        SchemaManager(table, database).create_all(safe=False)
    guard_stock(database)
