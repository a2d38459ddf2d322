"""Keyset paging: each page is one query for at most one row more than the page has, which begins after the last row of
the page before. Rows that are written meanwhile move no others, so none is returned twice or left out.

Every key is an expression that is never null, and all have one direction, so that a position is compared as a row
value: `(name, code) > (?, ?)`. A nullable column is two keys: whether it is null, and its value. A sort that no index
would serve so is read in steps (`Stepped`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from types import MappingProxyType
from typing import Any, NamedTuple

from peewee import SQL, ModelSelect, Select, Tuple, Value, fn

from k2k_core.store.database.searching import contains, rank
from k2k_core.store.database.session import Session
from k2k_core.store.fields import MomentField

Position = Sequence[str | int | bool]
"""Where a page ends: the values of the keys of its last row, as JSON."""

Filter = Any
"""Takes the value that is asked for and answers a condition."""


EVERY, NO_ROW = SQL("1 = 1"), SQL("1 = 0")


class Rest(NamedTuple):
    """The keys that follow that of a sort. `first` is the value that one before them, the first of the list's own keys,
    has in all rows, where it has one. The first `then` of them are those of another table (`Stepped.then`)."""

    keys: Sequence[Any]
    first: int | None = None
    then: int = 0

    def behind(self, position: Position, descending: bool) -> list[Any]:
        """Rows behind a position, by the condition of each step."""
        if self.first is not None:
            first, *position = position
            if self.first != first:
                return [EVERY if (self.first > int(first)) != descending else NO_ROW]
        there, here = self.keys[: self.then], position[: self.then]
        same = [key == Value(place, converter=False) for key, place in zip(there, here, strict=True)]
        behind = _behind(self.keys[self.then :], position[self.then :], descending)
        return [reduce(and_, same, behind), *([_behind(there, here, descending)] if same else [])]


@dataclass(frozen=True)
class Stepped:
    """The keys of a sort by one column. A page is read in steps: the rows with the value of the
    position, those with a greater one, and those without one, which come last. An index of the owner, the column and
    the list's own keys serves each step, on both engines: SQLite's serves no comparison of a row value in which there
    is an expression or the id of the table.

    * `least`: any value of its type, for a nullable column.
    * `then`: for a column of another table what tells its rows with equal values apart. The list is in the order of
      that table's rows, so that no more of it is sorted at once than what belongs to one of them.
    """

    column: Any
    least: str | int | None = None
    then: tuple[Any, ...] = ()

    def __iter__(self) -> Iterator[Any]:
        if self.least is not None:
            yield self.column.is_null()
        yield self._value

    @property
    def _value(self) -> Any:
        if self.least is None:
            return self.column
        return fn.COALESCE(self.column, Value(self.least, converter=False))

    def steps(self, query: Any, rest: Rest, after: Position | None, descending: bool) -> list[Any]:
        """The steps from a position on, each sorted; `rest` are the keys that follow."""
        steps = [query.where(one) for one in self._conditions(rest, after, descending)]
        return [one.order_by(*_order([self.column, *rest.keys], descending)) for one in steps]

    def _conditions(self, rest: Rest, after: Position | None, descending: bool) -> Iterator[Any]:
        some, none = self.column.is_null(False), self.column.is_null()
        if after is None:
            yield EVERY if self.least is None else some
            yield from () if self.least is None else (none,)
            return
        *without, value = after[: len(list(self))]
        behind = rest.behind(after[len(without) + 1 :], descending)
        if any(without):
            yield from (none & one for one in behind)
            yield from (some,) if descending else ()
            return
        there = Value(value, converter=False)
        yield from ((self.column == there) & one for one in behind)
        yield self.column < there if descending else self.column > there
        yield from () if descending or self.least is None else (none,)


def nullable(column: Any, least: str | int) -> Stepped:
    """The keys of a nullable column; `least` is any value of its type. Null comes last."""
    return Stepped(column, least)


FIRST_DAY = "0001-01-01"
"""The `least` of columns of days."""


class Side(NamedTuple):
    """One reason why rows are a company's: a query with the tables that the list's filters speak of, and its column
    that is the id of the row."""

    query: Any
    row_id: Any
    repeats: bool = False
    """Whether a row may come more than once: then only for sorts by `row_id` an index alone serves the page."""
    first: int | None = None
    """The value that the first of the list's own keys has in all of its rows, where it has one."""
    sorted_by: Mapping[str, Any] = MappingProxyType({})
    """Queries of the same rows of which an index serves a sort, by the sort's name."""
    keys: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
    """Columns that are the keys of a sort in the tables of this side, by the sort's name, where they are others."""


MOST_SIDES = 20
"""The most sides that one query reads one by one; a list with more is read as a whole, and sorted."""


class Sides(NamedTuple):
    """A list of which the rows are a company's for one of several reasons, an AWB for instance that it sends or gets:
    each reason is a query of its own that an index serves, and a page is the first rows of all of them. `row_id` is the
    column that tells two rows apart."""

    row_id: Any
    each: tuple[Side, ...]


@dataclass(frozen=True)
class Listing:
    """A list that can be asked for page by page.

    * `source`: its tables, joined. `owner`: the column with the company whose rows they are; None
      where the source says it.
    * `columns`: what is read of a row, by name.
    * `unique`: the keys by which no two rows of a company are equal: the sort without another one, by an index.
    * `sorts`: the keys of each other sort, by name; `unique` follows them.
    * `found_by`: for a sort by a column of another table the condition for the rows of a company there. What is joined
      is always of one company, so that these are the same rows, in the order of the other table's.
    * `unindexed`: the sorts for which a page reads every row in any case, since no index serves them.
    * `filters`: name → the condition for a value. `searched`: the columns that `q` is looked for in, folded.
    * `marked`: the condition for a folded word of `q` that finds a row by what stands in no column of it.
    * `sides`: where the rows are a company's for one of several reasons.
    * `ranked`: the column of folded lines, the code first, by which the sort `match` ranks what `q` finds.
    """

    source: ModelSelect[Any]
    owner: Any | None
    columns: Mapping[str, Any]
    unique: tuple[Any, ...]
    sorts: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    found_by: Mapping[str, Callable[[int], Any]] = field(default_factory=dict)
    unindexed: tuple[str, ...] = ()
    filters: Mapping[str, Filter] = field(default_factory=dict)
    searched: tuple[Any, ...] = ()
    marked: Callable[[str], Any] | None = None
    sides: Sides | None = None
    ranked: Any | None = None

    def keys(self, asked: Asked) -> tuple[Any, ...]:
        """The keys of a sort, which no two rows share."""
        if asked.sort == MATCH and self.ranked is not None:
            return rank(self.ranked, asked.search), *self.unique
        if asked.sort is None:
            return self.unique
        keys = self.sorts[asked.sort]
        whose = 0 if self.sides is None else 1  # with sides it begins with whose row it is
        then = keys.then if isinstance(keys, Stepped) else ()
        return *keys, *self.unique[:whose], *then, *self.unique[whose:]

    def stepped(self, asked: Asked) -> Stepped | None:
        """The sort that is read in steps, where it is one: but not for what looks at every row in any case."""
        keys = None if asked.sort in self.unindexed else self.sorts.get(asked.sort or "")
        return keys if isinstance(keys, Stepped) and (self.sides is not None or not asked.search) else None

    @property
    def sort_names(self) -> frozenset[str]:
        """The names of its sorts."""
        return frozenset((*self.sorts, MATCH)) if self.ranked is not None else frozenset(self.sorts)


MATCH = "match"
"""The sort that begins with the best match of a search."""


class Asked(NamedTuple):
    """The rows that are asked for. `sort` is the name of one of the list's sorts, or None for its default order;
    `counted` is whether the number of rows on all pages is wanted too, `beside` a query for another number, which is
    answered in the same statement."""

    filters: Mapping[str, Any]
    search: str = ""
    sort: str | None = None
    descending: bool = False
    counted: bool = False
    beside: Any = None


class Found(NamedTuple):
    """The rows of a page, by column; the position after which the next one begins, None after the last page; the
    position of each row; how many rows all pages have, where that was found with them; and the number that a query
    beside them answered, where there is one and the page has rows."""

    rows: list[dict[str, Any]]
    position: Position | None
    places: list[Position]
    number: int | None = None
    beside: int | None = None


def page(
    session: Session,
    listing: Listing,
    owner: int | None,
    asked: Asked,
    after: Position | None,
    limit: int,
) -> Found:
    """One page of a list: at most `limit` rows after a position.

    The rows of a page that is to be `counted` are counted by the same query where that spares the work of a second one:
    a search, and a sort that no index serves, look at every row in any case. Of these rows only the keys are read, and
    the columns of those that the page shows.
    """
    keys = listing.keys(asked)
    every = listing.sides is None and (bool(asked.search) or asked.sort in listing.unindexed)
    together = every and asked.counted
    if together:
        wanted = _counted(matching(listing, owner, asked), keys, asked, after, limit)
    elif every:
        wanted = _wanted(_first(listing, owner, asked, after, limit), keys, asked, limit)
    query = _joined(listing.source, wanted) if every else _first(listing, owner, asked, after, limit)
    query = query.select(*listing.columns.values(), *keys)
    if asked.beside is not None:
        query = query.select_extend(fn.COALESCE(asked.beside, 0))
    if together:
        query = query.select_extend(wanted.c.number)
    rows = session.rows(query.order_by(*_order(keys, asked.descending)).limit(limit + 1))
    shown = rows[:limit]
    more = len(rows) > limit
    names = list(listing.columns)
    end = len(names) + len(keys)
    places: list[Position] = [[_plain(value) for value in row[len(names) : end]] for row in shown]
    found = [dict(zip(names, row[: len(names)], strict=True)) for row in shown]
    number = int(rows[0][-1]) if together and rows else len(found) if after is None and not more else None
    other = int(rows[0][end]) if rows and asked.beside is not None else None
    return Found(found, places[-1] if more else None, places, number, other)


def _wanted(query: Any, keys: Sequence[Any], asked: Asked, limit: int) -> Any:
    """The ids of the first rows of a query."""
    found = query.select(query.model.id.alias("row_id")).order_by(*_order(keys, asked.descending))
    return found.limit(limit + 1).alias("wanted")


def _counted(query: Any, keys: Sequence[Any], asked: Asked, after: Position | None, limit: int) -> Any:
    """The ids of the first rows of a query after a position, with how many rows it has in all."""
    named = [key.alias(f"key_{place}") for place, key in enumerate(keys)]
    number = fn.COUNT(SQL("*")).over().alias("number")
    every = query.select(query.model.id.alias("row_id"), *named, number).alias("every_row")
    own = [getattr(every.c, f"key_{place}") for place in range(len(keys))]
    found = Select([every], [every.c.row_id, every.c.number])
    found = found if after is None else found.where(_behind(own, after, asked.descending))
    return found.order_by(*_order(own, asked.descending)).limit(limit + 1).alias("wanted")


def _joined(source: Any, wanted: Any) -> Any:
    """The rows with some ids."""
    return source.switch(source.model).join(wanted, on=wanted.c.row_id == source.model.id)


def rows_of(
    session: Session, listing: Listing, owner: int | None, asked: Asked, after: Position | None, limit: int
) -> tuple[list[tuple[Any, ...]], Position | None]:
    """The same rows as plain tuples of the listing's columns, with the position after which the next ones begin: for
    thousands of rows at once."""
    keys, columns = listing.keys(asked), len(listing.columns)
    query = _first(listing, owner, asked, after, limit).select(*listing.columns.values(), *keys)
    rows = session.rows(query.order_by(*_order(keys, asked.descending)).limit(limit + 1))
    more = len(rows) > limit
    place = [_plain(value) for value in rows[limit - 1][columns:]] if more else None
    return [row[:columns] for row in rows[:limit]], place


def count(session: Session, listing: Listing, owner: int | None, asked: Asked) -> int:
    """The number of rows on all pages of a list."""
    if listing.sides is None:
        among = matching(listing, owner, asked)
    else:
        among = listing.source.where(listing.sides.row_id.in_(_any_side(listing, asked)))
    return int(session.value(Select([_without_joins(among)], [fn.COUNT(SQL("*"))])))


def _without_joins(matching: Any) -> Any:
    """The rows as a subquery. Its limit, which is none, is for SQLite: tables that are joined for columns alone are not
    read there, unless the subquery is merged into the query around it."""
    return matching.select(SQL("1")).limit(MOST_COUNTED).alias("matching")


MOST_COUNTED = 2**62
"""More rows than a list has."""


def _first(listing: Listing, owner: int | None, asked: Asked, after: Position | None, limit: int) -> Any:
    """The rows after a position: all of them, or for a list with sides the first ones of each."""
    if listing.sides is not None:
        return listing.source.where(listing.sides.row_id.in_(_any_side(listing, asked, (after, limit))))
    query, keys = matching(listing, owner, asked), listing.keys(asked)
    stepped = listing.stepped(asked)
    if stepped is None:
        return query if after is None else query.where(_behind(keys, after, asked.descending))
    rest = Rest((*stepped.then, *listing.unique), then=len(stepped.then))
    steps = stepped.steps(query, rest, after, asked.descending)
    if stepped.least is None and after is None:
        return steps[0]
    return listing.source.where(query.model.id.in_(_first_of_steps(steps, query.model.id, keys, asked, limit)))


def _first_of_steps(steps: Sequence[Any], row_id: Any, keys: Sequence[Any], asked: Asked, limit: int) -> Any:
    """The ids of the first rows of all steps. Each has no more of them than the page: of two steps half would be read
    for nothing."""
    named = [key.alias(f"key_{place}") for place, key in enumerate(keys)]
    found = _all_of([one.select(row_id.alias("row_id"), *named).limit(limit + 1) for one in steps], len(keys))
    found = found.alias("found")
    own = [getattr(found.c, f"key_{place}") for place in range(len(keys))]
    return Select([found], [found.c.row_id]).order_by(*_order(own, asked.descending)).limit(limit + 1)


def _any_side(listing: Listing, asked: Asked, part: tuple[Position | None, int] | None = None) -> Any:
    """The ids of the rows of all sides: every one, or of each side the first ones after a position."""
    sides = listing.sides
    if sides is None or not sides.each:
        return listing.source.where(SQL("1 = 0")).select(listing.unique[0])
    return _all_of([one for side in sides.each for one in _of_side(listing, sides, side, asked, part)])


def _all_of(queries: Sequence[Any], keys: int = 0) -> Any:
    """The ids of the rows of all of these, with as many of their keys."""
    among: Any = None
    for number, query in enumerate(queries):
        mine = Select([query.alias(f"side_{number}")], [SQL("row_id"), *(SQL(f"key_{place}") for place in range(keys))])
        among = mine if among is None else among.union_all(mine)
    return among


def _of_side(
    listing: Listing, sides: Sides, side: Side, asked: Asked, part: tuple[Position | None, int] | None
) -> list[Any]:
    """The ids of the rows of a side, or of the first ones after a position, in a query or in several."""
    own = side.keys.get(asked.sort or "", ())
    keys = [side.row_id if key is sides.row_id else key for key in listing.keys(asked)]
    keys = [*own, *keys[len(own) :]]
    named = [key.alias(f"key_{place}") for place, key in enumerate(keys)]
    query = _narrowed(side.sorted_by.get(asked.sort or "", side.query), listing, asked)
    query = query.select(side.row_id.alias("row_id"), *named).distinct(side.repeats)
    if part is None:
        return [query]
    stepped = listing.stepped(asked)
    then = 0 if stepped is None else len(stepped.then)
    before = len(keys) - len(listing.unique) - then
    if stepped is not None:
        rest = Rest(keys[before:]) if side.first is None else Rest(keys[before + 1 :], side.first, then)
        steps = stepped.steps(query, rest, part[0], asked.descending)
        return [one.limit(part[1] + 1) for one in steps]
    return [_first_of_side(query, side, keys, before, asked, part)]


def _first_of_side(
    query: Any, side: Side, keys: Sequence[Any], own: int, asked: Asked, part: tuple[Position | None, int]
) -> Any:
    """The first rows of a side after a position. `own` is the place of the first of the list's own keys. Where that is
    always the same, no index serves a comparison with it, nor a sort by it: the side lies before the position, after
    it, or around it, among rows whose keys before are equal."""
    after, limit = part
    if side.first is None:
        query = query if after is None else query.where(_behind(keys, after, asked.descending))
        # What is told apart is sorted by what it is called: PostgreSQL does not see that an expression is one of these.
        sorted_by = [SQL(f"key_{place}") for place in range(len(keys))] if side.repeats else keys
        return query.order_by(*_order(sorted_by, asked.descending)).limit(limit + 1)
    others = [*keys[:own], *keys[own + 1 :]]
    if after is not None:
        first = int(after[own])
        if side.first == first:
            query = query.where(_behind(others, [*after[:own], *after[own + 1 :]], asked.descending))
        else:
            follows = (side.first > first) != asked.descending
            query = query.where(_beside(keys[:own], after[:own], asked.descending, follows))
    return query.order_by(*_order(others, asked.descending)).limit(limit + 1)


def _beside(keys: Sequence[Any], position: Position, descending: bool, follows: bool) -> Any:
    """Rows behind a position, and if what follows these keys follows it, those at it."""
    if not keys:
        return EVERY if follows else NO_ROW
    if not follows:
        return _behind(keys, position, descending)
    places = Tuple(*(Value(value, converter=False) for value in position))
    return Tuple(*keys) <= places if descending else Tuple(*keys) >= places


def matching(listing: Listing, owner: int | None, asked: Asked) -> Any:
    """The rows of a list without sides, as a query."""
    query, found_by = listing.source, listing.found_by.get(asked.sort or "")
    if owner is not None and found_by is not None:
        query = query.where(found_by(owner))
    elif owner is not None and listing.owner is not None:
        query = query.where(listing.owner == owner)
    return _narrowed(query, listing, asked)


def _narrowed(query: Any, listing: Listing, asked: Asked) -> Any:
    for name, value in asked.filters.items():
        query = query.where(listing.filters[name](value))
    for condition in contains(listing.searched, asked.search, listing.marked):
        query = query.where(condition)
    return query


def _order(keys: Sequence[Any], descending: bool) -> list[Any]:
    return [key.desc() for key in keys] if descending else list(keys)


def _behind(keys: Sequence[Any], position: Position, descending: bool) -> Any:
    places = [Value(value, converter=False) for value in position]
    if len(keys) == 1:
        (key,), (place,) = keys, places
        return key < place if descending else key > place
    return Tuple(*keys) < Tuple(*places) if descending else Tuple(*keys) > Tuple(*places)


def _plain(value: Any) -> str | int | bool:
    if isinstance(value, dt.datetime):
        return int(MomentField().db_value(value) or 0)
    return value.isoformat() if isinstance(value, dt.date) else value
