"""Detail: the page of one record: its heading, a strip of facts, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from k2k_console.vocabulary.actions import Action
from k2k_console.vocabulary.cells import Plural, Row, Show, State
from k2k_console.vocabulary.drawers import Drawer
from k2k_console.vocabulary.lists import Beside, Column


@dataclass(frozen=True)
class Fact:
    """A fact of a record's strip, shown as `kind` (`cells.KINDS`); one that the reader may not see is left out. `why`
    is the drawer that explains it, for the record's key. `page` is the page of the menu on which the record that it
    names is found by `link`, its key there."""

    label: str
    show: Show
    kind: str = "text"
    sub: Show | None = None
    why: Drawer | None = None
    page: str = ""
    link: Show | None = None


@dataclass(frozen=True)
class Lines:
    """A section with rows of the record as a table. `key` is the field that names a row for the drawers of its columns
    and for the `row_actions`, which stand in each row that can have them; the first of them is what ↵ does. Without
    rows it is shown unless it is `optional`. `summed` is whether a row counts for the sums below; without any that does
    there are none."""

    label: str
    rows: Callable[[Row], Sequence[Row]]
    columns: tuple[Column, ...]
    counted: Plural
    legend: Callable[[Row], Sequence[State]] | None = None
    key: str = ""
    row_actions: tuple[Action, ...] = ()
    optional: bool = False
    summed: Callable[[Row], bool] = lambda _: True


@dataclass(frozen=True)
class Timeline:
    """What happened to the record: `read` is the paged method of the facade that says so, `subject` its argument
    for the key. Its rows have a moment (`at`), a sentence (`said`) and whose doing it was (`by`)."""

    label: str
    read: str = "timeline"
    subject: str = "document"
    limit: int = 20


@dataclass(frozen=True)
class Detail:
    """A record: `read` is the facade's method that answers it, `subject` its argument for the key, `given` are further
    arguments. A list of the facade can be read too, with the filter that names one row: `keys` are the fields by which
    that finds it, where the filter has another name. `fits` is whether a record
    belongs on this page: anything else answers like an unknown key. `beside` adds fields of other answers to it."""

    read: str
    subject: str
    title: Show
    facts: tuple[Fact, ...]
    sections: tuple[Lines, ...] = ()
    given: Mapping[str, Any] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    fits: Callable[[Row], bool] | None = None
    state: Callable[[Row], State | None] | None = None
    about: Show | None = None
    actions: tuple[Action, ...] = ()
    timeline: Timeline | None = None
    beside: Beside | None = None

    def section_of(self, action: Action) -> Lines | None:
        """The section in whose rows an action stands; None for an action on the record."""
        return next((one for one in self.sections if action in one.row_actions), None)
