"""List: one paged query of the facade as a table with filters, views, sorting, actions and an export."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from k2k_console.vocabulary.actions import Action, Field
from k2k_console.vocabulary.cells import NUMBERS, Plural, Row, Show
from k2k_console.vocabulary.drawers import Drawer

if TYPE_CHECKING:
    from k2k_core.api import K2K

Beside = Callable[["K2K", str, Sequence[Row]], Sequence[Row]]
"""Takes the facade of the reader, the company and rows; returns the rows with fields of other answers."""

TODAY = "today"
"""As the value of a view's filter: the present day of the company."""


@dataclass(frozen=True)
class Cell:
    """A value that is typed in its cell: `action` has one field, whose `now` is the value that is there. `letter` is
    the key that goes to the cell of a row, `proposal` what an empty cell suggests. A cell of a row to which the action
    does not apply is shown as others are."""

    action: Action
    letter: str = ""
    proposal: Show | None = None

    @property
    def field(self) -> Field:
        """The field that is typed."""
        return self.action.fields[0]


@dataclass(frozen=True)
class Spread:
    """Columns that the rows themselves have: one for each entry of a field, which is a list with the same entries in
    every row. `label` is the heading and `show` the cell of an entry, and `key` the field that tells entries apart."""

    key: str
    label: Show
    show: Show


@dataclass(frozen=True)
class Column:
    """A column: the field `name` of a row, shown as `kind` (`cells.KINDS`).

    * `sort`: the facade's name of the sort, if the list can be sorted by it.
    * `show`: what to show instead of the field. `sub`: a remark below it.
    * `why`: the drawer that explains the value; it opens from the value itself.
    * `needs`: the field without which the column is not for the reader; its own one unless something else is shown.
    * `edit`: the action that changes the value; its dialog opens from the value.
    * `cell`: how the value is typed in the list itself.
    * `spread`: it stands for a column of each entry of its field.
    * `phone`: `title` of a row's card, `under` it across the card without its heading, `show` or `hide`.
    * `total`: summed up in the last row.
    """

    name: str
    label: str
    kind: str = "text"
    sort: str | None = None
    show: Show | None = None
    sub: Show | None = None
    why: Drawer | None = None
    needs: str = ""
    edit: Action | None = None
    cell: Cell | None = None
    spread: Spread | None = None
    phone: str = "show"
    total: bool = False

    @property
    def number(self) -> bool:
        """Whether its values are numbers, which are aligned to the right."""
        return self.kind in NUMBERS

    def value(self, row: Row) -> Any:
        """What it shows of a row; None where the reader may not see the field."""
        return row.get(self.name) if self.show is None else self.show(row)

    def spread_over(self, row: Row | None) -> Sequence[Column]:
        """The columns that it stands for, as a row says: itself, or one for each entry."""
        if self.spread is None:
            return (self,)
        entries = [] if row is None else row[self.name]
        return [self._of_entry(self.spread, place, entry) for place, entry in enumerate(entries)]

    def _of_entry(self, spread: Spread, place: int, entry: Row) -> Column:
        name, show = f"{self.name}.{entry[spread.key]}", spread.show
        return replace(
            self, name=name, label=spread.label(entry), show=lambda row: show(row[self.name][place]), spread=None
        )


@dataclass(frozen=True)
class Filter:
    """A filter of the facade's list by its `name`, shown as a chip: dashed while it is free, filled when it is set.

    `kind`: `choice` of `choices` (value → label), `flag`, `text` (a code or a number), `date`, or `range` of days,
    which are the facade's filters `name_from` and `name_to`.
    """

    name: str
    label: str
    kind: str = "choice"
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        """The facade's filters that it sets, which are its parameters in the address too."""
        return (f"{self.name}_from", f"{self.name}_to") if self.kind == "range" else (self.name,)


@dataclass(frozen=True)
class View:
    """A view that every reader has: filters and a sort under a name. The first of a list is the one it opens with.
    `empty` is what it says without rows, if that is something else than its list says."""

    name: str
    label: str
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str | None = None
    empty: Empty | None = None


@dataclass(frozen=True)
class Tally:
    """What is summed up `of` each chosen row, beside their number: `counted` says how much; `fields` are those of a row
    that it is summed up of. With `blocks` it is what stands in the way of the action, which is said where there is any;
    `none` is said where there is none."""

    name: str
    counted: Plural
    of: Callable[[Row], int]
    fields: tuple[str, ...]
    blocks: bool = False
    none: str = ""


@dataclass(frozen=True)
class Empty:
    """What a list says when it has no rows: what it is for, and what to do first: `action` leads to the `page` of the
    menu where that is done, for whoever has it. `now` says what is to be added at this moment."""

    title: str
    text: str = ""
    page: str = ""
    action: str = ""
    now: Callable[[], str] | None = None

    @property
    def said(self) -> str:
        """The text, with what is added now."""
        return " ".join(part for part in (str(self.text), self.now() if self.now else "") if part)


@dataclass(frozen=True)
class List:
    """A list: `read` is the name of one paged method of the facade, `given` its further arguments and fixed filters.

    `key` is the field by which a row is named, in addresses and in actions. `search` is what the search field says that
    it finds; None for a list without one. `counted` is what a number of rows is called. Of the `row_actions` the first
    that a row can have stands in it, and ↵ does it. `fields` are those that are read, if not all, and `priced` those
    for whoever sees prices. `beside` adds fields of other answers to the rows that are shown. `new` is the page on
    which a row begins, and what its button says; `add` is the action that makes one. `tallies` are summed up over the
    chosen rows. With `totals` the method answers the sums over all pages, which the list says beside their number.
    """

    read: str
    key: str
    columns: tuple[Column, ...]
    empty: Empty
    counted: Plural
    given: Mapping[str, Any] = field(default_factory=dict)
    filters: tuple[Filter, ...] = ()
    views: tuple[View, ...] = ()
    actions: tuple[Action, ...] = ()
    search: str | None = None
    export: bool = True
    row_actions: tuple[Action, ...] = ()
    fields: tuple[str, ...] = ()
    priced: tuple[str, ...] = ()
    beside: Beside | None = None
    new: tuple[str, str] | None = None
    add: Action | None = None
    tallies: tuple[Tally, ...] = ()
    totals: bool = False

    @cached_property
    def typed(self) -> Mapping[str, Cell]:
        """What can be typed in its cells, by the names of the columns."""
        return {column.name: column.cell for column in self.columns if column.cell is not None}

    @cached_property
    def every_action(self) -> Action | None:
        """The action that is done to all rows that fit."""
        return next((action for action in self.actions if action.every is not None), None)

    @property
    def bulk_actions(self) -> tuple[Action, ...]:
        """The actions that take several rows."""
        return tuple(action for action in self.actions if action.bulk and action.every is None)
