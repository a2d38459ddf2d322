"""Databases of earlier versions of the program, filled by these versions themselves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS

VERSION_7: dict[str, Any] = json.loads(Path(__file__).with_name("version_7.json").read_text("utf-8"))
"""A network of version 7 with every kind of order: `tables` with their rows, and `facts` that name the orders."""

EVERY_ORDER: dict[str, Any] = json.loads(
    gzip.decompress(Path(__file__).with_name("every_order.json.gz").read_bytes()).decode()
)
"""What the program of version 7 left of every_order.yaml, made with old_version.py: see there."""

_LATE = "customer"
"""The table that version 7 had made anew: SQLite lists it last."""


def fill_version_7(database_url: str, tables: Mapping[str, Any] = VERSION_7["tables"]) -> None:
    """Make the tables of version 7 and put rows into them, by default those of `VERSION_7`."""
    store = Store(database_url)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("k2k_core.store.migrations.STEPS", STEPS[:7])
        store.migrate()
    with store.whole_network.writing() as session:
        _fill(session._database, store.engine, tables)
    store.close()


def _fill(database: Database, engine: str, tables: Mapping[str, Any]) -> None:
    names = [name for name in tables if name != _LATE]
    names.insert(names.index("vendor"), _LATE)
    for name in names:
        columns = tables[name]["columns"]
        flags = _flags(database, name) if engine == "postgresql" else set()
        for row in tables[name]["rows"]:
            values = dict(zip(columns, row, strict=True))
            if name == "lot":
                values |= {"available": 0, "ledger_id": 0}
            given = [
                bool(value) if column in flags and value is not None else value for column, value in values.items()
            ]
            places = ", ".join("?" * len(given))
            named = ", ".join(f'"{column}"' for column in values)
            execute(database, f'INSERT INTO "{name}" ({named}) VALUES ({places})', given)
        if engine == "postgresql" and "id" in columns:
            execute(database, f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), MAX(id)) FROM \"{name}\"")
    ledger = tables["lot_ledger"]
    for row in ledger["rows"]:
        entry = dict(zip(ledger["columns"], row, strict=True))
        moved = (entry["available_after"], entry["id"], entry["lot_id"])
        execute(database, "UPDATE lot SET available = ?, ledger_id = ? WHERE id = ?", moved)


def _flags(database: Database, table: str) -> set[str]:
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND data_type = 'boolean'"
    return {name for (name,) in execute(database, query, (table,)).fetchall()}
