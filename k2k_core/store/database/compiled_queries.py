"""Runs peewee's queries by SQL text that is built once per shape.

peewee builds the text of a query each time it is run, which takes longer than most queries themselves. Here the text is
cached under the shape of the query (`store.database.query_shapes`), with what is known of its columns; the drivers
prepare a text once per connection and run it again by name.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from peewee import Database, ModelDictCursorWrapper, Node

from k2k_core.store.database.query_shapes import NoShape, QueryShape
from k2k_core.store.database.tuple_rows import Converter, Row, converted, unless_as_stored

TEXTS = 4_000
"""How many texts are cached; the oldest go first."""

VALUES = 1_000
"""A query of more values than this is run seldom: its text is built each time."""


class CompiledQuery:
    """The text of queries of one shape; once it has been run also the names and converters of its columns."""

    def __init__(self, database: Database, query: Node) -> None:
        self.text, self.values = database.get_sql_context().sql(query).query()
        self.names: Sequence[str] = ()
        self._converters: Sequence[Converter | None] | None = None
        self._query: Any = query
        """The shape consists of identities of columns: they are not given to others while this is cached."""

    def rows(self, cursor: Any) -> list[Row]:
        """Every row of the cursor, as tuples of Python values."""
        found: list[Row] = cursor.fetchall()
        if self._converters is None:
            self._describe(cursor)
        return converted(found, self._converters or ())

    def _describe(self, cursor: Any) -> None:
        if not hasattr(self._query, "model"):  # the columns of a text of its own are not known
            self.names, self._converters = [column[0] for column in cursor.description], ()
            return
        columns = ModelDictCursorWrapper(cursor, self._query.model, self._query._returning)
        columns.initialize()
        self.names = columns.unique_columns
        self._converters = tuple(found and unless_as_stored(found) for found in columns.converters)


_texts: dict[tuple[object, ...], CompiledQuery] = {}
_adding = threading.Lock()


class Answer:
    """A query that has been run."""

    def __init__(self, compiled: CompiledQuery, cursor: Any) -> None:
        self._compiled, self._cursor = compiled, cursor

    def rows(self) -> list[Row]:
        """Every row, as tuples of Python values."""
        return self._compiled.rows(self._cursor)

    def dicts(self) -> list[dict[str, Any]]:
        """The same as dictionaries by column name."""
        rows = self.rows()
        return [dict(zip(self._compiled.names, row, strict=True)) for row in rows]

    @property
    def count(self) -> int:
        """How many rows an UPDATE or DELETE has changed."""
        return int(self._cursor.rowcount)


def run(database: Database, query: Node) -> Answer:
    """Run a SELECT, UPDATE or DELETE of tables of this store."""
    compiled, values = _compiled(database, query)
    return Answer(compiled, database.execute_sql(compiled.text, values))


def _compiled(database: Database, query: Node) -> tuple[CompiledQuery, Sequence[Any]]:
    try:
        shape = QueryShape(query)
    except NoShape:
        fresh = CompiledQuery(database, query)
        return fresh, fresh.values
    key = (type(database), *shape.key)
    known = _texts.get(key)
    if known is not None:
        return known, shape.values
    fresh = CompiledQuery(database, query)
    values, fresh.values = fresh.values, []
    if values == shape.values and len(values) <= VALUES:
        _add(key, fresh)
    return fresh, values


def _add(key: tuple[object, ...], fresh: CompiledQuery) -> None:
    with _adding:
        while len(_texts) >= TEXTS:
            del _texts[next(iter(_texts))]
        _texts[key] = fresh
