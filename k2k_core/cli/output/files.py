"""Files that commands write: tables for spreadsheets."""

from __future__ import annotations

from pathlib import Path

from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message
from k2k_core.schemas.table_files import FORMATS


def format_of(file: Path) -> str:
    """The format of a table by the name of its file. Raises `UsageError` for a name of neither."""
    format = file.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise UsageError(
            Message("{file} is neither CSV nor XLSX.", file=file),
            Message("Name a file that ends with .csv or .xlsx."),
        )
    return format


def write_file(file: Path, content: bytes) -> None:
    """Write a file. Raises `UsageError` where that cannot be."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            Message("{file} cannot be written: {why}.", file=file, why=error.strerror),
            Message("Name another file."),
        ) from None
