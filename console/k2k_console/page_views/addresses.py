"""The address of a list: its view, filters, sort, search, columns and place are parameters, so that it can be passed
on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from k2k_console.vocabulary import TODAY, Column, Filter, List, View

MOST_BACK = 12
"""How many pages back the address of a list remembers."""

LONGEST_SEARCH = 100

COLUMNS, MOVE = "columns", "move"
LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class ListAddress:
    """What an address asks of a list. `own` are the filters in the address itself: they go before those of the view,
    and an empty one frees a filter that the view sets. `back` are the cursors of the pages before. `chosen` are the
    names of the columns in their order; none for all as the list declares them."""

    base: str
    listing: List
    view: View | None
    own: Mapping[str, str]
    q: str = ""
    sort: str = ""
    cursor: str = ""
    back: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that it asks for, in their order."""
        known = {column.name: column for column in self.listing.columns}
        return tuple(known[name] for name in self.chosen) if self.chosen else self.listing.columns

    @property
    def left_out(self) -> tuple[Column, ...]:
        """The columns that it does not ask for."""
        return tuple(column for column in self.listing.columns if column not in self.columns)

    def filters(self, today: dt.date) -> dict[str, str]:
        """The filters in force, by their names at the facade."""
        found = {**(self.view.filters if self.view else {}), **self.own}
        return {name: today.isoformat() if value == TODAY else value for name, value in found.items() if value}

    @property
    def sorted_by(self) -> str:
        """The sort in force, with `-` before a descending one."""
        return self.sort or (self.view.sort if self.view and self.view.sort else "")

    @property
    def url(self) -> str:
        """The address itself."""
        return self._url(self)

    @property
    def first_page(self) -> str:
        """The address of its first page."""
        return self._url(self._first())

    def _url(self, state: ListAddress) -> str:
        first = self.listing.views[0] if self.listing.views else None
        parameters = [("view", state.view.name)] if state.view is not None and state.view is not first else []
        parameters += [(name, value) for name, value in state.own.items()]
        parameters += [(n, v) for n, v in (("q", state.q), ("sort", state.sort), ("cursor", state.cursor)) if v]
        parameters += [("back", cursor) for cursor in state.back]
        parameters += [(COLUMNS, ",".join(state.chosen))] if state.chosen else []
        return f"{state.base}?{urlencode(parameters)}" if parameters else state.base

    def with_parameters(self, **parameters: str) -> str:
        """The same address with further parameters."""
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(parameters)}"

    def of_record(self, record: str) -> str:
        """The page of a record, which leads back to this list and to its neighbours in it."""
        return self._url(replace(self, base=record))

    def of_view(self, view: View) -> str:
        """The address of a view."""
        return self._url(ListAddress(self.base, self.listing, view, {}, chosen=self.chosen))

    def count_of(self, url: str) -> str:
        """The address of the number of rows at an address of this list."""
        return f"{url}{'&' if '?' in url else '?'}as=count"

    def with_filter(self, name: str, value: str) -> str:
        """The first page with a filter."""
        return self._url(self._first(own={**self.own, name: value}))

    def without(self, one: Filter) -> str:
        """The first page without a filter: one that the view sets is freed by an empty value."""
        own = {name: value for name, value in self.own.items() if name not in one.parameters}
        of_view = self.view.filters if self.view else {}
        return self._url(self._first(own={**own, **{name: "" for name in one.parameters if name in of_view}}))

    def without_all(self) -> str:
        """The first page without any filter and search."""
        freed = dict.fromkeys(self.view.filters if self.view else {}, "")
        return self._url(self._first(own=freed, q=""))

    def of_search(self, q: str) -> ListAddress:
        """The same list without any filter, in which something else is looked for."""
        return self._first(own=dict.fromkeys(self.view.filters if self.view else {}, ""), q=q)

    def with_every_column(self) -> str:
        """The same page with all columns, as the list declares them."""
        return self._url(replace(self, chosen=()))

    def by(self, sort: str) -> str:
        """The first page with a sort; the sort that is in force turns round."""
        return self._url(self._first(sort=f"-{sort}" if self.sorted_by == sort else sort))

    def next(self, cursor: str) -> str:
        """The next page."""
        return self._url(replace(self, cursor=cursor, back=(*self.back, self.cursor or "first")[-MOST_BACK:]))

    def previous(self) -> str | None:
        """The page before; None on the first page."""
        if not self.cursor:
            return None
        last = self.back[-1] if self.back else "first"
        return self._url(replace(self, cursor="" if last == "first" else last, back=self.back[:-1]))

    def hidden(self, *left_out: str) -> list[tuple[str, str]]:
        """The parameters that a form of the list repeats: without those that it sets itself, from the first page."""
        first = self.listing.views[0] if self.listing.views else None
        found = [("view", self.view.name)] if self.view is not None and self.view is not first else []
        found += [*self.own.items(), ("q", self.q), ("sort", self.sort), (COLUMNS, ",".join(self.chosen))]
        return [(name, value) for name, value in found if name not in left_out and (value or name in self.own)]

    def _first(self, **changes: Any) -> ListAddress:
        return replace(self, cursor="", back=(), **changes)


def list_address(base: str, listing: List, given: MultiDict[str, str]) -> ListAddress:
    """What the parameters of a request ask of a list; unknown ones are left alone."""
    views = {view.name: view for view in listing.views}
    first = listing.views[0] if listing.views else None
    names = [name for one in listing.filters for name in one.parameters]
    names += [name for view in listing.views for name in view.filters if name not in names]
    own = {name: given[name].strip() for name in names if name in given}
    sorts = {column.sort for column in listing.columns if column.sort}
    sort = given.get("sort", "")
    return ListAddress(
        base,
        listing,
        views.get(given.get("view", ""), first),
        own,
        given.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        sort if sort.removeprefix("-") in sorts else "",
        given.get("cursor", ""),
        tuple(given.getlist("back")[-MOST_BACK:]),
        chosen_columns(listing, given.getlist(COLUMNS), given.get(MOVE, "")),
    )


def chosen_columns(listing: List, given: Sequence[str], move: str = "") -> tuple[str, ...]:
    """The columns that are asked for: the title of a row first, unknown ones left out, and one moved by `NAME:left` or
    `NAME:right`. Empty where that is how the list declares them."""
    declared = [column.name for column in listing.columns]
    titles = [column.name for column in listing.columns if column.phone == "title"]
    asked = [name for part in given for name in part.split(",") if name in declared and name not in titles]
    found = _moved(list(dict.fromkeys(asked)), move) if asked else []
    return () if not found or [*titles, *found] == declared else (*titles, *found)


def _moved(names: list[str], move: str) -> list[str]:
    name, _, where = move.partition(":")
    if name not in names or where not in (LEFT, RIGHT):
        return names
    place = names.index(name) + (1 if where == RIGHT else -1)
    rest = [one for one in names if one != name]
    return [*rest[: max(place, 0)], name, *rest[max(place, 0) :]]


OVER = ("do", "id", "why")
"""Parameters that open a dialog or a drawer over a page."""


@dataclass(frozen=True)
class PanelAddress:
    """The address of a page that has no list, with its parameters."""

    base: str
    parameters: Sequence[tuple[str, str]]

    @property
    def url(self) -> str:
        """The address itself."""
        return f"{self.base}?{urlencode(self.parameters)}" if self.parameters else self.base

    def with_parameters(self, **parameters: str) -> str:
        """The same address with further or other parameters."""
        others = [(name, value) for name, value in self.parameters if name not in parameters]
        return f"{self.base}?{urlencode([*others, *parameters.items()])}"


def panel_parameters(given: MultiDict[str, str]) -> list[tuple[str, str]]:
    """The parameters of an address that are for the panels."""
    return [(name, value) for name, value in given.items(multi=True) if name not in OVER]
