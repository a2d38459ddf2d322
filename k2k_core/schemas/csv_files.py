"""CSV files (RFC 4180) as rows of text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from k2k_core.errors import UnreadableFile
from k2k_core.schemas.table_cells import EXACT_DIGITS, Line, Value, escaped, read_text

DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Spreadsheets read a file that begins with it as UTF-8."""

_WITHIN = 10_000
"""The first row must end within this many characters."""

_QUOTED = re.compile(r'[,;\t"\r\n]')

_LOOKS_LIKE_A_VALUE = re.compile(r"(?=\D*\d)[\d\W]+(e[+-]?\d+)?|[a-z]{3,9}[-/ .]?\d+|true|false", re.IGNORECASE)
"""Texts that spreadsheets take for something else: numbers, days, hours, months with a number, truth."""

_SHORTEST_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d*[1-9])?")
"""Numbers that spreadsheets write as they are."""

_SEPARATOR = re.compile(r'\s*"?sep=(.?)"?[,;]*(\r\n|\r|\n|$)', re.IGNORECASE)
"""The line that programs write before the header to tell a spreadsheet the separator. Spreadsheets do not show it."""


def lines(content: bytes) -> Iterator[Line]:
    """The rows of a UTF-8 file, with or without a byte order mark, separated by commas, semicolons or tabs: what a
    line `sep=` before the header says, else what the first row has most of. That line is no row.

    Raises `UnreadableFile`.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            "The file is not UTF-8 text: byte {byte:,}, in row {row:,}.", byte=error.start + 1, row=place
        ) from None
    delimiter, table = _delimited(text.lstrip("\ufeff"))
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise UnreadableFile("Row {row:,} is not written as CSV: {error}.", row=number, error=error) from None
        if row is None:
            return
        yield Line(number, [read_text(cell) for cell in row])


def written(rows: Iterable[Sequence[Value]]) -> bytes:
    """A file of rows, every text escaped. What a spreadsheet would change stands in quotes: to a program they mean
    nothing (RFC 4180), a spreadsheet may be told to leave alone what has them."""
    text = "".join(",".join(map(_field, row)) + "\r\n" for row in rows)
    return BYTE_ORDER_MARK + text.encode("utf-8")


def _field(value: Value) -> str:
    text = _plain(value)
    if _QUOTED.search(text) or _is_changed(value, text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _is_changed(value: Value, text: str) -> bool:
    """Whether a spreadsheet that takes the text for a value shows, and saves, another one."""
    if isinstance(value, Decimal):
        return sum(map(str.isdigit, text)) > EXACT_DIGITS
    if not isinstance(value, str) or not _LOOKS_LIKE_A_VALUE.fullmatch(text):
        return False
    return not _SHORTEST_NUMBER.fullmatch(text) or sum(map(str.isdigit, text)) > EXACT_DIGITS


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else escaped(str(value))


def _delimited(text: str) -> tuple[str, str]:
    """The separator of a file, and its text without the line that names it."""
    named = _SEPARATOR.match(text)
    if named is None:
        return _delimiter(text), text
    if named[1] not in DELIMITERS:
        raise UnreadableFile(
            "The file is separated by {separator!r}: commas, semicolons and tabs are read.", separator=named[1]
        )
    return named[1], text[named.end() :]


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n")[:_WITHIN].splitlines()
    return max(DELIMITERS, key=first[0].count) if first else ","
