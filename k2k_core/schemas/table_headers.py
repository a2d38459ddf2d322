"""The header of a table in a file: the names of its columns, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from k2k_core.errors import Invalid, UnreadableFile
from k2k_core.messages import Message
from k2k_core.schemas.record import first_of
from k2k_core.schemas.table_cells import Line, Refused, told

FAULT = "fault"
"""The last column of a file of faulty rows; an import skips it."""

_SHOWN = 60


def first_line(lines: Iterator[Line]) -> Line:
    """The header of a file. Raises `UnreadableFile` for an empty one."""
    header = next(lines, None)
    if header is None:
        raise UnreadableFile("The file is empty: its first row must name the columns.")
    return header


def column_names(header: Line) -> list[str]:
    """The names of the columns in the file's order, in small letters, their blanks as underscores, blank ones
    included."""
    names = [_name(told(cell, of_days=True)) for cell in header.cells]
    while names and not names[-1]:
        names.pop()
    return names


def column_faults(names: list[str], known: Collection[str], required: Iterable[str]) -> list[str]:
    """What is wrong with the columns of a file: unknown, there twice, missing."""
    unknown = [name for name in dict.fromkeys(names) if name and name not in known]
    faults: list[str] = [
        Message("there is no column {name!r}: known are {known}", name=shortened(name), known=tuple(known))
        for name in unknown
    ]
    faults += [Message("the column {name} occurs twice", name=name) for name in known if names.count(name) > 1]
    return faults + [Message("the column {name} is missing", name=name) for name in required if name not in names]


def refuse_header(header: Line, faults: list[str]) -> None:
    """Raise `Invalid` with every fault of a header, if there are any."""
    if faults:
        path = Message("row {row}", row=header.number)
        raise Invalid(
            "The header is not valid: {first}",
            [{"path": path, "message": m} for m in faults],
            first=first_of(faults),
        )


def _name(text: str | Refused) -> str:
    return "" if isinstance(text, Refused) else "_".join(text.lower().split())


def shortened(text: str) -> str:
    """A text of a file as a fault quotes it."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
