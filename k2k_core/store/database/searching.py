"""The search text of a row: the folded texts of its `searched` columns, stored in its column `search` by the statement
that writes them, so that a search is one comparison per row and works the same on both engines.

A column without that, a reference or the name of a key, is folded by the engine where it has other letters than those
of ASCII: few rows have, and only these are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from peewee import OP, Case, Expression, Field, Model, Node, Query, Update, fn

from k2k_core.domain.text_folding import SIGNS, fold, fold_all, letters_and_digits, searched_words
from k2k_core.store.database.queries import any_of

if TYPE_CHECKING:
    from k2k_core.store.database.session import Session

COLUMN = "search"
LONGEST_CODE = 40
FOLDED = (COLUMN, "code")
"""Columns that need no folding: what is folded already, and codes, which are ASCII (`parsing.code`)."""


def contains(columns: Sequence[Any], text: str, marked: Callable[[str], Any] | None = None) -> list[Any]:
    """The conditions of a search: each word of `text` occurs in one of these columns, or is a mark of the row: `marked`
    returns the condition for that. Empty without columns and marks. `Invalid` for too many words."""
    found = []
    for word in searched_words(text):
        found.append([has(column, word) for column in columns] + ([] if marked is None else [marked(word)]))
    return [any_of(conditions) for conditions in found if conditions]


def has(column: Any, word: str) -> Any:
    """Whether a folded word occurs in a column, however that is written."""
    if isinstance(column, Field) and column.name in FOLDED:
        return column.contains(word)
    return column.contains(word) | (_Accented(column) & fn.folded(column).contains(word))


def code_has(column: Any, word: str) -> Any:
    """The same for a column of codes, which may have signs between letters and digits that the word has not: `s1006k`
    is found in `S-1006K`. Its letters one after the other are looked for before a code is taken apart."""
    bare = letters_and_digits(word)
    if not _is_code(bare):
        return has(column, word)
    in_order = column ** f"%{'%'.join(bare)}%"
    return has(column, word) | (in_order & without_signs(column).contains(bare))


def code_is(column: Any, text: str) -> Any:
    """Whether a column of codes has a folded text alone, whatever signs stand between letters and digits."""
    bare = letters_and_digits(text)
    same = fn.LOWER(column) == text
    return same | (fn.LOWER(without_signs(column)) == bare) if _is_code(bare) else same


def without_signs(column: Any) -> Any:
    """A column of codes by their letters and digits alone."""
    for sign in SIGNS:
        column = fn.REPLACE(column, sign, "")
    return column


def _is_code(bare: str) -> bool:
    """Whether a word may be a code: words without digits are found as they are written."""
    return bare.isascii() and bare.isalnum() and any(one.isdigit() for one in bare) and 2 < len(bare) <= LONGEST_CODE


class _Accented(Node):
    """The condition that a text has letters other than those of ASCII: more bytes than characters."""

    def __init__(self, text: Any) -> None:
        self._text = text

    def __and__(self, other: Any) -> Any:
        return Expression(self, OP.AND, other)

    def __sql__(self, ctx: Any) -> Any:
        in_bytes = "(LENGTH(CAST({} AS BLOB))" if ctx.state.param == "?" else "(OCTET_LENGTH({})"
        before, after = in_bytes.split("{}")
        return ctx.literal(before).sql(self._text).literal(f"{after} > LENGTH(").sql(self._text).literal("))")


def rank(column: Any, text: str) -> Any:
    """How well a column of folded lines, the code first, matches a search, from 0, the best: it is the code; it is
    another line; the code begins with it; another line does; its words are somewhere."""
    words = fold(text)
    lines = "\n" + column + "\n"
    steps = (
        (column == words) | column.startswith(f"{words}\n"),
        lines.contains(f"\n{words}\n"),
        column.startswith(words),
        column.contains(f"\n{words}"),
    )
    return Case(None, [(condition, place) for place, condition in enumerate(steps)], len(steps))


def with_search(table: type[Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """A new row of a table with its search text, if the table has one."""
    searched = _searched(table)
    return {**row, COLUMN: fold_all(row.get(name) for name in searched)} if searched else dict(row)


def refreshed(session: Session, query: Query) -> Query:
    """An UPDATE that also sets the search text, if it changes a searched column.

    The other searched columns are read from the rows, which are locked first: two changes of one row come one after the
    other, and each sees the other's values.
    """
    table: Any = getattr(query, "model", None)
    searched = _searched(table)
    if not isinstance(query, Update) or not searched:
        return query
    found: Any = query.clone()
    given = {field.name: value for field, value in found._update.items()}
    if not given.keys().isdisjoint(searched):
        found._update = {**found._update, table.search: _search_text(session, found, searched, given)}
    return cast(Query, found)


def _search_text(session: Session, query: Any, searched: Sequence[str], given: Mapping[str, Any]) -> Any:
    texts = {name: value for name, value in given.items() if value is None or isinstance(value, str)}
    if texts.keys() >= set(searched):
        return fold_all(texts[name] for name in searched)
    table: Any = query.model
    ids = [row_id for (row_id,) in session.rows(table.select(table.id).where(query._where))]
    if not ids:
        return table.search
    session.lock(table, ids)
    columns = [getattr(table, name) if name in texts else given.get(name, getattr(table, name)) for name in searched]
    found = [
        (row_id, fold_all({**dict(zip(searched, values, strict=True)), **texts}[name] for name in searched))
        for row_id, *values in session.rows(table.select(table.id, *columns).where(table.id.in_(ids)))
    ]
    return Case(table.id, found, table.search)


def _searched(table: Any) -> tuple[str, ...]:
    return getattr(table, "searched", ())
