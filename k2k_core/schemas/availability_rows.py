"""The rows of a vendor availability file: the code and boxes of each lot, and all required fields of a new lot.

Every cell is read by the same function as its field everywhere else. A blank cell changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from k2k_core.domain.availability_columns import COLUMNS, DAYS, NEEDED, OF_A_NEW_LOT
from k2k_core.domain.items import VENDOR_AVAILABILITY
from k2k_core.errors import Fault
from k2k_core.messages import Message
from k2k_core.schemas.network import read_change, read_rows
from k2k_core.schemas.record import Values
from k2k_core.schemas.table_cells import Line, Refused, told
from k2k_core.schemas.table_headers import FAULT, column_faults, column_names, first_line, refuse_header, shortened

_COMMA = re.compile(r"'-?\d*,\d+' is not a number")
LARGEST_LOT = 100_000
"""The greatest number of boxes in a row; more is a typing error."""


class FileRow(NamedTuple):
    """A row with its number in the file, and the texts of its cells by column; blank ones are left out."""

    number: int
    texts: dict[str, str]


class RowFault(NamedTuple):
    """What is wrong with a cell."""

    row: int
    column: str
    message: str


def read_file(lines: Iterable[Line]) -> tuple[list[FileRow], list[RowFault]]:
    """The rows of a file, its header first. Raises `UnreadableFile`, `Invalid` for a header that is not known."""
    rest = iter(lines)
    header = first_line(rest)
    columns = column_names(header)
    refuse_header(header, column_faults(columns, (*COLUMNS, FAULT), NEEDED))
    rows: list[FileRow] = []
    faults: list[RowFault] = []
    for line in rest:
        texts: dict[str, str] = {}
        refused = set[str]()
        for place, cell in enumerate(line.cells):
            name = columns[place] if place < len(columns) else ""
            path = name or Message("column {number}", number=place + 1)
            text = told(cell, of_days=name in ("", *DAYS))
            if name == FAULT or not text:
                continue
            if isinstance(text, Refused):
                refused.add(name)
                faults.append(RowFault(line.number, path, text.message))
            elif not name:
                problem = Message("{text!r} is in a column without a name", text=shortened(text))
                faults.append(RowFault(line.number, path, problem))
            else:
                texts[name] = text
        faults += [
            RowFault(line.number, name, Message("is missing")) for name in NEEDED if name not in {*texts, *refused}
        ]
        rows.append(FileRow(line.number, texts))
    return rows, faults


def new_lot(row: FileRow) -> tuple[Values, list[RowFault]]:
    """A row as a new lot."""
    values = {**_fields(row), "inventory_type": VENDOR_AVAILABILITY}
    loaded, found = read_rows("lots", [values])
    return (loaded or [{}])[0], [*_faults(row, found, "lots[0]."), *_too_many(row, loaded[0] if loaded else {})]


def change(row: FileRow) -> tuple[Values, list[RowFault]]:
    """The fields of a row for an existing lot, without its code."""
    values = {name: text for name, text in _fields(row).items() if name != "code"}
    loaded, found = read_change("lots", values)
    return loaded, [*_faults(row, found, ""), *_too_many(row, loaded)]


def _too_many(row: FileRow, values: Values) -> Iterator[RowFault]:
    if values.get("boxes", 0) > LARGEST_LOT:
        yield RowFault(row.number, "boxes", Message("is more than {most:,}", most=LARGEST_LOT))


def _fields(row: FileRow) -> dict[str, Any]:
    return {"code" if name == "lot" else name: text for name, text in row.texts.items()}


def _faults(row: FileRow, found: list[Fault], prefix: str) -> Iterator[RowFault]:
    for fault in found:
        path = fault["path"].removeprefix(prefix)
        column = "lot" if path == "code" else path
        if column not in NEEDED or column in row.texts:  # else it was said before
            missing = column in OF_A_NEW_LOT and column not in row.texts
            yield RowFault(
                row.number, column, Message("is missing: the lot is new") if missing else _with_advice(fault["message"])
            )


def _with_advice(message: str) -> str:
    """A fault, with advice if the number was written in the format of another country."""
    return (
        Message("{message}: write it with a point, as 0.33", message=message) if _COMMA.fullmatch(message) else message
    )
