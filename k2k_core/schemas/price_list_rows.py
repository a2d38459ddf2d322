"""The rows of a price-list file: one row for each price, with its list and season (pricing section 5).

Every cell is read by the same function as its field everywhere else; what it refuses becomes a fault with its row and
column, and all faults are reported at once.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.price_list_imports import FileRow, RowFault
from k2k_core.domain.price_lists import LIST_TYPES, PriceList, PriceListRow, Season
from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.schemas.table_cells import Cell, Line, Refused, Value, told
from k2k_core.schemas.table_headers import FAULT, column_faults, column_names, first_line, refuse_header, shortened

Reader = Callable[[str], Any]


_MARKED = re.compile(r"[,\s'’$€£¥]")
"""A comma, a mark of thousands or of a currency in what should be a number."""


def _list_type(text: str) -> str:
    return parsing.choice(text.lower(), LIST_TYPES)


def _amount(text: str) -> int:
    if _MARKED.search(text):
        raise Invalid("{text!r} is not a number: write its decimals after a point, and no thousands", text=text)
    return parsing.amount(text)


READERS: dict[str, Reader] = {
    "list": parsing.code,
    "name": parsing.text,
    "type": _list_type,
    "master": parsing.switch,
    "active": parsing.switch,
    "everyone": parsing.switch,
    "season": parsing.text,
    "start": parsing.day,
    "end": parsing.day,
    "product": parsing.code,
    "box_type": parsing.code,
    "vendor": parsing.code,
    "price": _amount,
    "cost": _amount,
}
"""The columns of a file, in order, each with the function that reads its cells."""

REQUIRED = ("list", "season", "product", "price")
"""Columns that a file must have; an optional column that is missing changes nothing."""

_OF_A_ROW = ("box_type", "vendor", "price", "cost")
_DAYS = ("start", "end")
_PLACE = frozenset(("list", "season", "start", "end"))

Progress = Callable[[int], None]
"""Called from time to time with the number of rows done."""

EVERY = 5_000
"""Rows between two calls."""


@dataclass
class FileRows:
    """What could be read of a file, and what is wrong with the rest."""

    columns: tuple[str, ...]
    rows: list[FileRow] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def read_rows(lines: Iterable[Line], progress: Progress) -> FileRows:
    """The rows of a file, its header first, with every fault of a single row.

    Raises `UnreadableFile` for an empty file, `Invalid` with every fault of the header.
    """
    rest = iter(lines)
    reading = _Reading(_columns(first_line(rest)))
    for done, line in enumerate(rest, 1):
        reading.read(line)
        if done % EVERY == 0:
            progress(done)
    return reading.found


def cells(lists: Iterable[PriceList]) -> Iterator[Sequence[Value]]:
    """The rows of a file with all of these lists, its header first; an open day is blank."""
    yield tuple(READERS)
    for each in lists:
        of_list = (each.code, each.name, each.type, each.master, each.active, each.everyone)
        if not each.seasons:
            yield (*of_list, *_of_season(None), *_of_row(None))
        for season in each.seasons:
            for row in season.rows or (None,):
                yield (*of_list, *_of_season(season), *_of_row(row))


def _of_season(season: Season | None) -> tuple[Value, ...]:
    if season is None:
        return None, None, None
    start = None if season.start == dt.date.min else season.start
    end = None if season.end == dt.date.max else season.end
    return season.name, start, end


def _of_row(row: PriceListRow | None) -> tuple[Value, ...]:
    if row is None:
        return (None,) * 5
    return row.product, row.box_type, row.vendor, _number(row.price), _number(row.cost)


def _number(micros: int | None) -> Decimal | None:
    return None if micros is None else Decimal(parsing.number_text(micros))


def _columns(header: Line) -> tuple[str, ...]:
    """The names of the columns in the file's order, blank ones included. Raises `Invalid` with every fault."""
    names = column_names(header)
    faults = column_faults(names, (*READERS, FAULT), REQUIRED)
    if ("start" in names) != ("end" in names):
        faults.append(Message("the columns start and end come together"))
    refuse_header(header, faults)
    return tuple(names)


class _Reading:
    """Reads rows one after the other. Equal texts in a column are parsed once, because codes and days repeat."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.found = FileRows(columns)
        self._known: dict[str, dict[Cell, Any]] = {name: {} for name in (*READERS, "")}

    def read(self, line: Line) -> None:
        before = len(self.found.faults)
        values: dict[str, Any] = {}
        spoilt = set[str]()
        for place, cell in enumerate(line.cells):
            name = self.found.columns[place] if place < len(self.found.columns) else ""
            if name == FAULT:
                continue
            try:
                value = self._value(name, cell)
            except Invalid as error:
                spoilt.add(name)
                self._fault(line, name or Message("column {number}", number=place + 1), error.message)
            else:
                if value is not None:
                    values[name] = value
        self._check(line, values, spoilt)
        if spoilt & _PLACE or "list" not in values:
            values["list"] = ""
        self.found.rows.append(FileRow(line.number, len(self.found.faults) == before, **values))

    def _value(self, name: str, cell: Cell) -> Any:
        known = self._known[name]
        if cell not in known:
            known[cell] = self._first_read(name, cell)
        return known[cell]

    def _first_read(self, name: str, cell: Cell) -> Any:
        text = told(cell, of_days=name in _DAYS)
        if isinstance(text, Refused):
            raise Invalid(text.message)
        if not text:
            return None
        if not name:
            raise Invalid("{text!r} is in a column without a name", text=shortened(text))
        return READERS[name](text)

    def _check(self, line: Line, values: dict[str, Any], spoilt: set[str]) -> None:
        """Checks between the cells of a row."""
        if "list" not in values and "list" not in spoilt:
            self._fault(line, "list", Message("is missing"))
        given = {*values, *spoilt}
        if "product" in given and "price" not in given:
            self._fault(line, "price", Message("is missing"))
        if "product" not in given and given & set(_OF_A_ROW):
            self._fault(line, "product", Message("is missing"))
        if values.get("start") and values.get("end") and values["start"] > values["end"]:
            self._fault(
                line,
                "end",
                Message("the season ends before it starts: {start} to {end}", start=values["start"], end=values["end"]),
            )
            spoilt.add("end")

    def _fault(self, line: Line, column: str, message: str) -> None:
        self.found.faults.append(RowFault(line.number, column, message))
