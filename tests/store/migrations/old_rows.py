"""Inserts rows into the tables of an earlier schema version, which do not have all columns of the current ones."""

from __future__ import annotations

from k2k_core.store.database.session import Session


def insert(session: Session, table: str, **values: object) -> int:
    """Add a row with exactly these columns; its id. Texts, days and JSON are given as they are stored."""
    columns, places = ", ".join(f'"{name}"' for name in values), ", ".join("?" * len(values))
    found = session.run(f'INSERT INTO "{table}" ({columns}) VALUES ({places}) RETURNING "id"', list(values.values()))
    return int(found.fetchone()[0])
