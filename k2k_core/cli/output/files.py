"""Files that commands read and write: tables for spreadsheets."""

from __future__ import annotations

from pathlib import Path

from k2k_core.cli.usage_error import UsageError
from k2k_core.errors import UnreadableFile
from k2k_core.messages import Message
from k2k_core.schemas.table_files import FORMATS, LARGEST_FILE


def format_of(file: Path) -> str:
    """The format of a table by the name of its file. Raises `UsageError` for a name of neither."""
    format = file.suffix.lower().removeprefix(".")
    if format not in FORMATS:
        raise UsageError(
            Message("{file} is neither CSV nor XLSX.", file=file),
            Message("Name a file that ends with .csv or .xlsx."),
        )
    return format


def read_file(file: Path) -> bytes:
    """The bytes of a file. Raises `UsageError` for one that cannot be read, `UnreadableFile` for too large a one."""
    try:
        size = file.stat().st_size
        if size > LARGEST_FILE:
            raise UnreadableFile(
                "{file} has {bytes:,} bytes; up to {most:,} are read.", file=file, bytes=size, most=LARGEST_FILE
            )
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            Message("{file} cannot be read: {why}.", file=file, why=error.strerror),
            Message("Name a CSV or an XLSX file."),
        ) from None


def write_file(file: Path, content: bytes) -> None:
    """Write a file. Raises `UsageError` where that cannot be."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(
            Message("{file} cannot be written: {why}.", file=file, why=error.strerror),
            Message("Name another file."),
        ) from None
