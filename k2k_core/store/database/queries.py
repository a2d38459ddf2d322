"""Runs one statement on either engine, and builds conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from peewee import Database, fn

TEXTS = 2_000
"""How many statements are cached with the marks of an engine."""


def execute(database: Database, statement: str, parameters: Sequence[object] = ()) -> Any:
    """Run `statement`, with a `?` for each parameter, and return the driver's cursor."""
    run: Callable[[str, Sequence[object]], Any] = database.execute_sql
    return run(statement if database.param == "?" else _with_marks(statement, database.param), parameters)


@lru_cache(TEXTS)
def _with_marks(statement: str, mark: str) -> str:
    return statement.replace("?", mark)


def any_of(conditions: Iterable[Any]) -> Any:
    """A condition that at least one of these conditions holds; there must be at least one.

    They are joined in pairs: SQLite refuses a chain of a hundred.
    """
    left = list(conditions)
    while len(left) > 1:
        alone = left[-1:] if len(left) % 2 else []
        left = [one | other for one, other in zip(left[::2], left[1::2], strict=False)] + alone
    return left[0]


def unindexed(column: Any) -> Any:
    """The value of a column, in a condition beside one that names a few rows: without statistics SQLite may prefer an
    index on this column, and go through every row of a state or of a company."""
    return fn.COALESCE(column, column)


AT_ONCE = 10_000
"""How many values one statement names at the most, unless it is told otherwise."""

Each = TypeVar("Each")


def in_chunks(values: Sequence[Each], size: int = AT_ONCE) -> Iterator[list[Each]]:
    """The values in order, at most `size` at a time."""
    for start in range(0, len(values), size):
        yield list(values[start : start + size])


K = TypeVar("K")
V = TypeVar("V")

ByCompany = dict[int, dict[K, V]]


def by_company(ids: Sequence[int], found: Iterable[tuple[int, K, V]]) -> ByCompany[K, V]:
    """For each company its part of what was found, by key; empty for a company without any."""
    made: ByCompany[K, V] = {company_id: {} for company_id in ids}
    for company_id, key, value in found:
        made[company_id][key] = value
    return made
