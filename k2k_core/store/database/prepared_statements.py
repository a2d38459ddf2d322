"""Prepared SELECTs of the hot paths, whose SQL text is built once.

peewee builds the text of a query each time it is run, which takes longer than a small query itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from peewee import ModelSelect

from k2k_core.store.database.session import Row, Session
from k2k_core.store.database.tuple_rows import Converter, unless_as_stored

SHAPES = 64
"""How many texts of one query are cached."""


class Prepared:
    """A SELECT with lists of values, built by `build`: one text for each number of values in the lists.

    `build` takes as many lists as `rows`, and uses their values in the same order and no others.
    """

    def __init__(self, build: Callable[..., ModelSelect[Any]]) -> None:
        self._build = build
        self._text = lru_cache(SHAPES)(self._write)

    def rows(self, session: Session, *lists: Sequence[object]) -> list[Row]:
        """Every row for these values, as tuples of Python values."""
        statement, converters, _ = self._text(*map(len, lists))
        return session.ready_rows(statement, [value for values in lists for value in values], converters)

    def dicts(self, session: Session, *lists: Sequence[object]) -> list[Any]:
        """The same as dictionaries by the names of the columns, typed as the caller's `TypedDict`."""
        *_, names = self._text(*map(len, lists))
        return [dict(zip(names, row, strict=True)) for row in self.rows(session, *lists)]

    def _write(self, *lengths: int) -> tuple[str, tuple[Converter | None, ...], tuple[str, ...]]:
        """The text for lists of these lengths, and the converters and the names of its columns."""
        query = self._build(*([0] * length for length in lengths))
        statement, parameters = query.sql()
        if len(parameters) != sum(lengths):
            raise TypeError("a prepared query holds no values but those of its lists")
        columns = query.selected_columns
        converters = [getattr(column, "python_value", None) for column in columns]
        names = tuple(getattr(column, "name", "") for column in columns)
        return statement, tuple(found and unless_as_stored(found) for found in converters), names
