"""Tables in files that spreadsheets read and write, CSV or XLSX, with limits on bytes and rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from k2k_core.errors import Invalid, UnreadableFile
from k2k_core.schemas import csv_files
from k2k_core.schemas.other_kinds import refuse_other_kinds
from k2k_core.schemas.table_cells import Line, Value, is_blank

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)

LARGEST_FILE = 20_000_000
"""The greatest size of a file, in bytes."""

MOST_ROWS = 200_000
"""The greatest number of rows of a file, without its header and blank rows."""

_PACKAGE = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def format_of(content: bytes, named: str | None = None) -> str:
    """The format of a file: the named one, or what its first bytes are. Raises `Invalid`."""
    if named is None:
        return XLSX if content.startswith((_PACKAGE, _OLD_OFFICE)) else CSV
    if named not in FORMATS:
        raise Invalid("{format!r} is none of the formats {formats}.", format=named, formats=FORMATS).at("format")
    return named


def lines(content: bytes, format: str) -> Iterator[Line]:
    """The rows of a file that are not blank, the header first.

    Raises `UnreadableFile` for another kind of file, or one that is too large.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableFile(
            "The file has {bytes:,} bytes; up to {most:,} are read.",
            bytes=len(content),
            most=LARGEST_FILE,
        )
    refuse_other_kinds(content)
    if format == CSV and content.startswith(_PACKAGE):
        raise UnreadableFile("The file is no CSV: it looks like XLSX.")
    rows = 0
    for line in _reader_of(format).lines(content):
        if not all(is_blank(cell) for cell in line.cells):
            rows += 1
            if rows > MOST_ROWS + 1:
                raise UnreadableFile("The file has more than {most:,} rows.", most=MOST_ROWS)
            yield line


def written(rows: Iterable[Sequence[Value]], format: str) -> bytes:
    """A file of rows, the header first; every text escaped."""
    content: bytes = _reader_of(format).written(rows)
    return content


def _reader_of(format: str) -> Any:
    if format == CSV:
        return csv_files
    # Here, because it takes a tenth of a second to load what few calls need.
    from k2k_core.schemas import xlsx_files

    return xlsx_files
