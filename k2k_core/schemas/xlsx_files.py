"""XLSX files as rows of text: the first sheet of a workbook that can be seen."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES

from k2k_core.domain.plain_text import plain
from k2k_core.errors import UnreadableFile
from k2k_core.schemas import xlsx_packages
from k2k_core.schemas.table_cells import EXACT_DIGITS, Line, Value, escaped
from k2k_core.schemas.xlsx_cells import read_cell

MOST_COLUMNS = 50
"""The greatest number of cells in a row."""

MOST_SHEETS, FIRST_ROWS = 20, 1_000
"""So many further sheets are looked at, and so many of their rows, for a header."""

LAST_ROW = 1_048_576
"""The last row of a spreadsheet."""

_FIRST_DAY = dt.date(1900, 3, 1)
"""Before this day spreadsheets disagree on the calendar."""

# What other programs left out of a workbook, such as its default style, is no concern of the person who sends it.
warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")


def lines(content: bytes) -> Iterator[Line]:
    """The rows of the first sheet that is not hidden. Raises `UnreadableFile`."""
    xlsx_packages.check(content)
    found = _rows(content)
    number = 0
    while True:
        number += 1
        # A broken package makes the reader raise many kinds of errors; each means that the file is invalid.
        try:
            row = next(found, None)
        except UnreadableFile:
            raise
        except Exception as error:
            raise UnreadableFile("The file cannot be read as XLSX ({error}).", error=type(error).__name__) from None
        if row is None:
            return
        if number > LAST_ROW:
            raise UnreadableFile("The sheet has more than {most:,} rows.", most=LAST_ROW)
        last = next((place for place in range(len(row), 0, -1) if row[place - 1].value is not None), 0)
        yield Line(number, [read_cell(cell) for cell in row[:last]])


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
    shown: list[Any] = [one for one in book.worksheets if one.sheet_state == "visible"]
    if not shown:
        raise UnreadableFile("Every sheet of the file is hidden: show the one that is to be read.")
    for sheet in shown:
        sheet.reset_dimensions()  # the size that the file claims is not trusted
    sheet, *others = shown
    header = _header(sheet)
    for other in others[:MOST_SHEETS]:
        if (there := _header(other)) and (not header or there == header):
            _refuse_second(sheet.title, other.title, bool(header))
    yield from sheet.iter_rows(max_col=MOST_COLUMNS)


def _header(sheet: Any) -> list[str]:
    """The texts of the first row that is not blank, as columns are named."""
    for row in sheet.iter_rows(max_row=FIRST_ROWS, max_col=MOST_COLUMNS, values_only=True):
        if texts := [plain(str(value)).casefold() for value in row if value is not None and plain(str(value))]:
            return texts
    return []


def _refuse_second(read: str, other: str, has_rows: bool) -> None:
    """Refuse a table that somebody sees and K2K would not read."""
    if has_rows:
        raise UnreadableFile(
            "The sheets {read!r} and {other!r} have the same columns, and only one is read: put all rows into one"
            " sheet, or hide the other.",
            read=read,
            other=other,
        )
    raise UnreadableFile(
        "The first sheet, {read!r}, is empty, and only that one is read: put the table of {other!r} first.",
        read=read,
        other=other,
    )


def _cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, Decimal):
        return _number(sheet, value)
    if isinstance(value, dt.date):
        return value if value >= _FIRST_DAY else value.isoformat()
    if not isinstance(value, str):
        return value
    if value not in ERROR_CODES:
        return escaped(value)
    made: Any = WriteOnlyCell(sheet, value)
    made.data_type = "s"  # a text that reads like an error, such as #N/A, is a text all the same
    return made


def _number(sheet: Any, value: Decimal) -> Any:
    """A number, formatted with its decimals: what is shown is what a program saves as CSV, rounded or with an exponent
    where it has no format. As text where no spreadsheet keeps it."""
    if len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
        return format(value, "f")
    decimals = -int(value.normalize().as_tuple().exponent)
    if decimals <= 0:
        return value
    made: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # the stubs have forgotten Decimal
    made.number_format = "0." + "0" * decimals
    return made
