"""Engine room: the first version of every table, with its keys, CHECKs, indexes and guards."""

from __future__ import annotations

from peewee import Database, Model, SchemaManager

from k2k_core.store.migrations.guards import guard_stock


def up(database: Database) -> None:
    """Create the tables in the order in which `tables.py` declares them, then the guards of the stock."""
    for table in declared():
        SchemaManager(table, database).create_all(safe=False)
    guard_stock(database)


def declared() -> list[type[Model]]:
    """Every table of `tables.py`: a table is declared after those that its foreign keys point at."""
    from k2k_core.store import tables

    found = [value for value in vars(tables).values() if isinstance(value, type) and issubclass(value, Model)]
    return [table for table in found if table.__module__ == tables.__name__ and not _is_base(table)]


def _is_base(table: type[Model]) -> bool:
    return bool(table.__subclasses__())
