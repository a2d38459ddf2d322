"""Sheets of paper with texts, rules and filled fields, before they are drawn: places in points from the top left
corner.

What flows over several sheets is laid out first, so that each sheet can show how many there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from k2k_core.domain.invoice_document import A4, LETTER
from k2k_core.printing.typeface import Typeface

SIZES = {LETTER: (612.0, 792.0), A4: (595.28, 841.89)}
"""Width and height of the paper sizes, in points."""

LEFT, RIGHT = "left", "right"


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text: `x` is its left or right end, `y` its baseline; `gray` 0 is black."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    gray: float = 0.0
    align: str = LEFT


@dataclass(frozen=True, slots=True)
class Field:
    """A filled rectangle; a thin one is a rule."""

    x: float
    y: float
    width: float
    height: float
    gray: float


@dataclass(slots=True)
class Sheet:
    """One page while it is filled."""

    fields: list[Field] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)


class Flow:
    """Fills sheets from the top, and begins the next one, with its head, when something does not fit."""

    def __init__(self, paper: str, fonts: Typeface, margin: float, foot: float) -> None:
        self.width, self.height = SIZES[paper]
        self.fonts, self.margin, self.foot = fonts, margin, foot
        self.sheets = [Sheet()]
        self.y = margin
        self.head: Callable[[], None] = lambda: None

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.width - 2 * self.margin

    @property
    def right(self) -> float:
        """The left end of the right margin."""
        return self.width - self.margin

    def add(self, words: Words, room: float | None = None) -> None:
        """Add a line of text to the current sheet, shortened to `room` points if given."""
        text = words.text
        shown = text if room is None else self.fonts.shortened(text, room, words.size, words.bold)
        if shown:
            self.sheets[-1].words.append(words if shown == text else replace(words, text=shown))

    def fill(self, x: float, y: float, width: float, height: float, gray: float) -> None:
        """A filled rectangle on the current sheet, under its texts."""
        self.sheets[-1].fields.append(Field(x, y, width, height, gray))

    def rule(self, y: float, weight: float = 0.6, gray: float = 0.75) -> None:
        """A line from margin to margin."""
        self.fill(self.margin, y, self.inner, weight, gray)

    def need(self, height: float) -> None:
        """Begin a new sheet unless this height is left on the current one."""
        if self.y + height > self.height - self.foot:
            self.sheets.append(Sheet())
            self.y = self.margin
            self.head()
