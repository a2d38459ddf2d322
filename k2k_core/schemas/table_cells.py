"""What a table in a file is made of: rows of text cells, bounded, and nothing that a spreadsheet would run.

A text that begins like a formula is written with an apostrophe before it; reading takes that apostrophe away again, so
that every text comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from k2k_core.messages import Message

LONGEST_CELL = 1_000
"""Characters of a cell that is read."""

_RUNS = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class Refused(NamedTuple):
    """A cell that has no text: what is wrong with it."""

    message: str


Cell = str | Refused
Value = str | bool | date | Decimal | None
"""What is written into a cell."""


class Line(NamedTuple):
    """A row with its number, as a spreadsheet shows it."""

    number: int
    cells: Sequence[Cell]


def escaped(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what begins with = + - @, a tab or a CR."""
    return f"'{text}" if _RUNS.match(text) else text


def read_text(text: str) -> Cell:
    """The text that `escaped` was given, any other text as it is; refused when it is too long."""
    if len(text) > LONGEST_CELL:
        return Refused(Message("longer than {most} characters", most=LONGEST_CELL))
    return text[1:] if _ESCAPED.match(text) else text
