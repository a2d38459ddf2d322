"""The rows and text cells of a table in a file, with limits, and escaped so that no spreadsheet evaluates them.

A text that begins like a formula is written with an apostrophe before it; reading removes that apostrophe, so that
every text round-trips.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from k2k_core.domain.plain_text import plain
from k2k_core.messages import Message

LONGEST_CELL = 1_000
"""The greatest length of a cell, in characters."""

EXACT_DIGITS = 15
"""A decimal of this many digits survives the conversion to binary, in which spreadsheets store numbers."""

_RUNS = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


class Refused(NamedTuple):
    """A cell that cannot be read as text: what is wrong with it."""

    message: str


Cell = str | date | Refused
"""What is read from a cell: a text, the day of a cell that is formatted as a date, or what is wrong with it."""

Value = str | bool | date | Decimal | None
"""The values that can be written into a cell."""


class Line(NamedTuple):
    """A row with its number in the spreadsheet."""

    number: int
    cells: Sequence[Cell]


def escaped(text: str) -> str:
    """A text that no spreadsheet evaluates: an apostrophe is put before a text that begins with = + - @, a tab or a
    CR."""
    return f"'{text}" if _RUNS.match(text) else text


def read_text(text: str) -> Cell:
    """The text that was given to `escaped`, any other text unchanged; refused if it is too long."""
    if len(text) > LONGEST_CELL:
        return Refused(Message("longer than {most} characters", most=LONGEST_CELL))
    return text[1:] if _ESCAPED.match(text) else text


def is_blank(cell: Cell) -> bool:
    """Whether a person sees nothing in the cell: no text, or blanks and invisible characters only."""
    return isinstance(cell, str) and not plain(cell)


def told(cell: Cell, *, of_days: bool = False) -> str | Refused:
    """What a cell says, in plain form. Spreadsheets turn prices, codes and names into dates by themselves, so that the
    day of a cell that is formatted as a date is taken in a column `of_days` alone."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, Refused) or of_days:
        return cell if isinstance(cell, Refused) else cell.isoformat()
    return Refused(
        Message(
            "is formatted as a date, {day}: format the cell as a text or a number, and write it again",
            day=cell.isoformat(),
        )
    )
