"""Converts the rows of a cursor to plain tuples, as fast as Python allows.

peewee converts value by value. Most columns of the hot paths are integers and text that need no conversion at all, and
days repeat over thousands of rows: so whole columns are converted at once, and repeated values once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from k2k_core.store.fields import DayField, IdField, MicrosField, MomentField

Row = tuple[Any, ...]
Converter = Callable[[Any], Any]

STORED_AS_GIVEN: Mapping[type, type] = {
    **dict.fromkeys((IdField, MicrosField, IntegerField, BigIntegerField), int),
    **dict.fromkeys((TextField, CharField), str),
    BooleanField: bool,
}
"""Columns of exactly these types store values of exactly these types as they are given."""

AS_STORED = (IdField, MicrosField, IntegerField, BigIntegerField, TextField, CharField)
"""Both drivers return columns of exactly these types as the right Python value."""

FEW = 8
"""So few rows are converted value by value."""

REPEATING = (DayField, MomentField, BooleanField)
"""Columns with few different, unchangeable values."""


def converted(rows: list[Row], converters: Sequence[Converter | None]) -> list[Row]:
    """Rows of the driver, with every column converted to its Python value."""
    pending = {at: found for at, found in enumerate(converters) if found}
    if not rows or not pending:
        return rows
    if len(rows) < FEW:
        return [_converted_row(row, pending) for row in rows]
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at, converter in pending.items():
        columns[at] = _converted(columns[at], converter)
    return list(zip(*columns, strict=True))


def _converted_row(row: Row, pending: Mapping[int, Converter]) -> Row:
    values = list(row)
    for at, converter in pending.items():
        values[at] = converter(values[at])
    return tuple(values)


def _converted(column: Sequence[Any], converter: Converter) -> list[Any]:
    if type(getattr(converter, "__self__", None)) in REPEATING:
        once = {value: converter(value) for value in set(column)}
        return [once[value] for value in column]
    if column.count(None) == len(column):  # most lots have nothing in the columns of a few
        return [converter(None)] * len(column)
    return [converter(value) for value in column]


def unless_as_stored(converter: Converter) -> Converter | None:
    """The converter of a column, or None if the driver returns the Python value already."""
    return None if type(plain_field(getattr(converter, "__self__", None))) in AS_STORED else converter


def plain_field(field: Any) -> Any:
    """The field whose values a column holds: that of a foreign key is the one that it refers to."""
    while isinstance(field, ForeignKeyField):
        field = field.rel_field
    return field
