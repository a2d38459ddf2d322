"""XLSX files as rows of text: the first sheet of a workbook.

A spreadsheet stores numbers in binary. A number is read as the shortest decimal with the same binary value, which is
what the person entered, up to 15 digits; formulas are refused, since nobody has checked their results.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.xml.functions import fromstring

from k2k_core.errors import UnreadableFile
from k2k_core.messages import Message
from k2k_core.schemas.table_cells import Cell, Line, Refused, Value, escaped, read_text

LARGEST_UNPACKED = 400_000_000
"""The greatest unpacked size of the package, in bytes; its sheets are read as a stream, never as a whole."""

LARGEST_TEXTS = 64_000_000
"""The greatest size of the table of texts, in bytes; it is held in memory."""

LARGEST_PART = 8_000_000
"""The greatest size of any other part, in bytes, which is read as a whole: styles, names, relations."""

MOST_PARTS = 2_000
MOST_COLUMNS = 50
"""The greatest number of cells in a row."""

LAST_ROW = 1_048_576
"""The last row of a spreadsheet."""

CONTENT_TYPES = "[Content_Types].xml"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_LARGE_KINDS = {f"{_KIND}worksheet+xml": LARGEST_UNPACKED, f"{_KIND}sharedStrings+xml": LARGEST_TEXTS}

_EXACT_DIGITS = 15
"""A decimal of this many digits survives the conversion to binary."""

_FIRST_DAY = dt.date(1900, 3, 1)
"""Before this day spreadsheets disagree on the calendar."""


def lines(content: bytes) -> Iterator[Line]:
    """The rows of the first sheet. Raises `UnreadableFile`."""
    _refuse_bombs(content)
    found = _rows(content)
    number = 0
    while True:
        number += 1
        # A broken package makes the reader raise many kinds of errors; each means that the file is invalid.
        try:
            row = next(found, None)
        except Exception as error:
            raise UnreadableFile("The file cannot be read as XLSX ({error}).", error=type(error).__name__) from None
        if row is None:
            return
        if number > LAST_ROW:
            raise UnreadableFile("The sheet has more than {most:,} rows.", most=LAST_ROW)
        last = next((place for place in range(len(row), 0, -1) if row[place - 1].value is not None), 0)
        yield Line(number, [_text(cell) for cell in row[:last]])


def written(rows: Iterable[Sequence[Value]]) -> bytes:
    """A workbook of one sheet, its header row frozen. Numbers that a spreadsheet cannot keep exactly are texts."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet("Price lists")
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, 1):
        if number > LAST_ROW:
            raise UnreadableFile("A sheet holds {most:,} rows; name fewer lists, or take CSV.", most=LAST_ROW)
        sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _rows(content: bytes) -> Iterator[Sequence[Any]]:
    book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    if not book.worksheets:
        raise UnreadableFile("The file has no sheet.")
    sheet: Any = book.worksheets[0]
    sheet.reset_dimensions()  # the size that the file claims is not trusted
    yield from sheet.iter_rows(max_col=MOST_COLUMNS)


def _refuse_bombs(content: bytes) -> None:
    """A part never unpacks to more than the package declares, so the declared size is enough."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableFile("The file unpacks to more than is read.")
            large = [part for part in parts if part.file_size > LARGEST_PART]
            kinds = _kinds(package) if large else {}
    except UnreadableFile:
        raise
    except Exception as error:  # as in `lines`
        raise UnreadableFile(
            "The file is no XLSX: it is no whole package ({error}).", error=type(error).__name__
        ) from None
    for part in large:
        most = min((_LARGE_KINDS.get(kind, 0) for kind in kinds.get(part.filename, ())), default=0)
        if part.file_size > most:
            raise UnreadableFile(
                "The file unpacks to more than is read: {part!r} is too large.", part=part.filename[:100]
            )


def _kinds(package: zipfile.ZipFile) -> dict[str, set[str]]:
    """The types of the package's parts. Only sheets and texts are read as streams; no other part is large."""
    if package.getinfo(CONTENT_TYPES).file_size > LARGEST_PART:
        return {}
    kinds: dict[str, set[str]] = {}
    for entry in fromstring(package.read(CONTENT_TYPES)):
        name, kind = entry.get("PartName"), entry.get("ContentType")
        if name and kind:
            kinds.setdefault(name.lstrip("/"), set()).add(kind)
    return kinds


def _text(cell: Any) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Refused(Message("is a formula: paste its value instead"))
    if cell.data_type == "e":
        return Refused(Message("holds the error {value}", value=value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time.min else Refused(Message("holds a time of day"))
    if not isinstance(value, str):
        return Refused(
            Message("holds a {type}, which is neither a text, a number nor a day", type=type(value).__name__)
        )
    return read_text(value)


def _number(value: object) -> Cell:
    number = Decimal(repr(value))
    if not number.is_finite():
        return Refused(Message("holds a number that is too large"))
    return read_text(format(number, "f").removesuffix(".0"))


def _cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, Decimal):
        exact = len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS
        return value if exact else format(value, "f")
    if isinstance(value, dt.date):
        return value if value >= _FIRST_DAY else value.isoformat()
    if not isinstance(value, str):
        return value
    if value not in ERROR_CODES:
        return escaped(value)
    made = WriteOnlyCell(sheet, value)
    made.data_type = "s"  # a text that reads like an error, such as #N/A, is a text all the same
    return made
