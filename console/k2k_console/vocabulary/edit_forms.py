"""Edit form: values of a company that are edited together; what saving them would do is shown before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2k_console.vocabulary.actions import Action, Field

if TYPE_CHECKING:
    from k2k_core.api import K2K

Values = Mapping[str, Any]
"""Values by the names of their fields, in the form in which the facade takes them."""


@dataclass(frozen=True)
class FieldGroup:
    """Fields under a heading, with a sentence about them. `shows` takes the values as they are typed, and returns the
    sentences that say what they come to; `empty` is said where there is no field."""

    name: str
    label: str
    fields: tuple[Field, ...]
    about: str = ""
    empty: str = ""
    shows: Callable[[Values], Sequence[str]] | None = None


@dataclass(frozen=True)
class WeekRow:
    """A row of a week: a field for each weekday, or for each what `shows` makes of the values as they are typed."""

    label: str
    sub: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    shows: Callable[[Values], Mapping[str, str]] | None = None


@dataclass(frozen=True)
class WeekGrid:
    """A week: what holds on each of its days, a row for each rule. `today` is the weekday that it is."""

    name: str
    label: str
    rows: tuple[WeekRow, ...]
    about: str = ""
    foot: str = ""
    today: str = ""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields of all its rows."""
        return tuple(one for row in self.rows for one in row.fields.values())


@dataclass(frozen=True)
class Edited:
    """What is edited: the parts of the form, and the present value of each field."""

    parts: tuple[FieldGroup | WeekGrid, ...]
    values: Values
    overruled: frozenset[str] = frozenset()
    """Fields whose values do not count, since the installation sets others."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of the form."""
        return tuple(one for part in self.parts for one in part.fields)


@dataclass(frozen=True)
class WhatIf:
    """What saving would do to prices, beside the form (`what_if`): it is saved once that was seen. `keep` stores it as
    a draft; where it is about more prices than `at_once`, a worker does that."""

    keep: Action | None = None
    at_once: int = 100_000


@dataclass(frozen=True)
class FoundBefore:
    """The findings that saving would cause, below the form."""


@dataclass(frozen=True)
class EditForm:
    """A form of values that `read` answers for the facade of the reader and the company. `changes` takes the present
    values and those that were changed, and returns what `set_all` makes of them. `action` saves: its verb, its button
    and what it says when it is done."""

    name: str
    action: Action
    read: Callable[[K2K, str], Edited]
    changes: Callable[[Values, Values], Sequence[Mapping[str, Any]]]
    effect: WhatIf | FoundBefore

    @property
    def actions(self) -> tuple[Action, ...]:
        """What can be done with it."""
        keep = self.effect.keep if isinstance(self.effect, WhatIf) else None
        return (self.action, *([keep] if keep else []))
