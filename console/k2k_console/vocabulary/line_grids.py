"""Line grid: a document that is typed line by line, with the facts of each line beside it, and made by one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from k2k_console.vocabulary.actions import Action

if TYPE_CHECKING:
    from k2k_console.fields import Fault
    from k2k_core.api import K2K


@dataclass(frozen=True)
class Draft:
    """A document as it was typed: what stands above its lines, and the fields of each line."""

    head: Mapping[str, str]
    lines: tuple[Mapping[str, str], ...] = ()


@dataclass
class GridLine:
    """A line: what was typed, what is known of it, and what is wrong with it."""

    typed: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """A draft with what is known of it: `facts` are those of the whole document for the template."""

    lines: Sequence[GridLine]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class FoundLine:
    """What a line can be of: its code, what it is, and, if it cannot be taken, why."""

    code: str
    about: str
    refused: str = ""


@dataclass(frozen=True)
class LineGrid:
    """A document that is typed in lines and made by one call of its `action`, which takes the `grid` as a value.

    The names of the parameters above the lines are `head`, those of a line `line`: the first says what the line is of,
    and lines without it are left out. `seen` is the parameter with what was shown of a line when it was sent: a line
    without is shown before it is made. `find` answers what matches the words that are typed. `refused` is the line
    that an error of the facade is about; `made` takes the answer and returns the page and the record that was made.
    """

    name: str
    template: str
    action: Action
    head: tuple[str, ...]
    line: tuple[str, ...]
    seen: str
    read: Callable[[K2K, str, Draft], Grid]
    find: Callable[[K2K, str, Draft, str], Sequence[FoundLine]]
    refused: Callable[[Grid, Exception], GridLine | None]
    made: Callable[[Any], tuple[str, str]]
