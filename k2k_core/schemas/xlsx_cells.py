"""The cells of a workbook as a person sees them.

A spreadsheet stores numbers in binary. A number is read as the shortest decimal with the same binary value, which is
what the person entered, up to 15 digits, with the zeros that the format of its cell adds; formulas are refused, since
nobody has checked their results.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from k2k_core.messages import Message
from k2k_core.schemas.table_cells import EXACT_DIGITS, Cell, Refused, read_text

_ZEROS = re.compile(r"(0+)(?:\.(0+))?")
"""A format that adds zeros before a number, or after its point, and nothing else."""

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^]]*\]')
"""The parts of a format that are written as they are, and its colours and conditions."""


_TRUTH = {"=TRUE()": "true", "=FALSE()": "false"}
"""How LibreOffice saves a cell that is true or false: nothing is computed."""


def read_cell(cell: Any) -> Cell:
    """A text, the day of a cell that is formatted as a date, or what is wrong with the cell."""
    value = cell.value
    if cell.data_type == "f":
        if str(value).upper() in _TRUTH:
            return _TRUTH[str(value).upper()]
        return Refused(Message("is a formula: paste its value instead"))
    if cell.data_type == "e":
        return Refused(Message("holds the error {value}", value=value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or "General"))
    if isinstance(value, dt.datetime) and value.time() == dt.time.min:
        return value.date()
    if isinstance(value, dt.datetime | dt.time | dt.timedelta):
        return Refused(
            Message(
                "is formatted as a date with a time of day: format the cell as a text or a number, and write it again"
            )
        )
    if not isinstance(value, str):
        return Refused(
            Message("holds a {type}, which is neither a text, a number nor a day", type=type(value).__name__)
        )
    return read_text(value)


def _number(value: object, format_: str) -> Cell:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Refused(Message("holds a number that is too large"))
    text = format(number, "f").removesuffix(".0")
    if "%" in _QUOTED.sub("", format_):
        return Refused(
            Message(
                "is formatted as a percentage and holds {number}: format the cell as a number, and write it again",
                number=text,
            )
        )
    if number == number.to_integral_value() and abs(number) > 10**EXACT_DIGITS:
        return Refused(
            Message(
                "holds a number of more than {digits} digits, which no spreadsheet keeps: format the cell as a text,"
                " and write it again",
                digits=EXACT_DIGITS,
            )
        )
    return read_text(_with_zeros(text, format_))


def _with_zeros(text: str, format_: str) -> str:
    """A number with the zeros that its format shows: 123 as 00123 for `00000`. Nothing is rounded."""
    zeros = _ZEROS.fullmatch(format_)
    if zeros is None or text.startswith("-"):
        return text
    whole, _, decimals = text.partition(".")
    decimals = decimals.ljust(len(zeros[2] or ""), "0")
    return whole.zfill(len(zeros[1])) + (f".{decimals}" if decimals else "")
