"""Rows of any table in a form that is the same on both engines, and how they are written as they are: no search text,
no version and no event is made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from k2k_core.store.database.session import Session
from k2k_core.store.fields import DayField, FileField
from k2k_core.store.tables import Table
from k2k_core.store.tables.base import BooleanField

AT_ONCE = 2_000
"""How many rows are read at once."""

PARAMETERS = 30_000
"""How many values one statement writes at the most."""

Row = tuple[Any, ...]


def read(session: Session, table: type[Table]) -> Iterator[list[Row]]:
    """Every row of a table, by id, some at a time."""
    columns = ", ".join(f'"{name}"' for name in columns_of(table))
    statement = f'SELECT {columns} FROM "{table._meta.table_name}" WHERE id > ? ORDER BY id LIMIT {AT_ONCE}'
    converters = [_neutral(field) for field in table._meta.sorted_fields]
    place = columns_of(table).index("id")
    last = 0
    while found := session.ready_rows(statement, (last,), converters):
        yield found
        last = found[-1][place]


def write(session: Session, table: type[Table], rows: Sequence[Row]) -> None:
    """Add rows that `read` has answered."""
    names = columns_of(table)
    at_once = PARAMETERS // len(names)
    columns, places = ", ".join(f'"{name}"' for name in names), f"({', '.join('?' * len(names))})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        statement = f'INSERT INTO "{table._meta.table_name}" ({columns}) VALUES {", ".join([places] * len(some))}'
        session.run(statement, [value for row in some for value in row])


def digest(session: Session, table: type[Table]) -> str:
    """A digest of every row of a table."""
    found = hashlib.sha256()
    for rows in read(session, table):
        add(found, rows)
    return found.hexdigest()


def add(digest: Any, rows: Sequence[Row]) -> None:
    """Add rows to a digest."""
    digest.update(repr(rows).encode())


def columns_of(table: type[Table]) -> list[str]:
    """The columns of a table, in the order of their declaration."""
    return [field.column_name for field in table._meta.sorted_fields]


def _neutral(field: Any) -> Callable[[Any], Any] | None:
    """How a value becomes the same on both engines; None for integers and texts, which are."""
    for kind, convert in _NEUTRAL.items():
        if isinstance(field, kind):
            return lambda value: None if value is None else convert(value)
    return None


_NEUTRAL: dict[type, Callable[[Any], Any]] = {BooleanField: bool, DayField: str, FileField: bytes}
"""Columns whose values the drivers answer differently."""
