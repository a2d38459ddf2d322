"""The records of a collection as the rows of a file (domain section 1).

A record is a row. A field that consists of parts has a column for each part (`ship_to.city`, `cut_offs.mon`); a list
of words is written with semicolons, a list of records as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from marshmallow import fields

from k2k_core.domain.parties import WEEKDAYS
from k2k_core.errors import Fault
from k2k_core.messages import Message
from k2k_core.schemas import fields as of
from k2k_core.schemas.crosschecks import KEYS
from k2k_core.schemas.network import COLLECTIONS
from k2k_core.schemas.record import Values, record_fault, refuse
from k2k_core.schemas.table_cells import Cell, Line, Refused, Value, told
from k2k_core.schemas.table_headers import FAULT, column_faults, column_names, first_line, refuse_header, shortened

NOT_EXPORTED = frozenset(("box_codes",))
"""Fields of lots whose lists are longer than a cell; an import may give them."""


class Column(NamedTuple):
    """A column of a file: a field, or a part of one. `form` is `text`, `day`, `words` or `json`."""

    name: str
    form: str = "text"

    @property
    def path(self) -> list[str]:
        """The names of the field and of its part."""
        return self.name.split(".")


@dataclass
class RecordRows:
    """The rows of a file, as far as they could be read, each with its number in the spreadsheet, and the faults of
    single cells by the index of their row."""

    columns: tuple[str, ...] = ()
    numbers: list[int] = field(default_factory=list)
    rows: list[Values] = field(default_factory=list)
    faults: dict[int, list[Fault]] = field(default_factory=dict)


@cache
def columns(collection: str) -> Mapping[str, Column]:
    """Every column that a file of a collection can have, by name."""
    found: list[Column] = []
    for name, declared in COLLECTIONS[collection]().fields.items():
        parts = _parts(declared)
        if parts:
            found += [Column(f"{name}.{part}") for part in parts]
        else:
            found.append(Column(name, _form(declared)))
    return {column.name: column for column in found}


def keys(collection: str) -> tuple[str, ...]:
    """The columns that identify a record."""
    return KEYS.get(collection, ("code",))


def code_of(collection: str, row: Mapping[str, Any]) -> str:
    """What identifies a record, as in `put`: of dimensions `BOX_TYPE` or `BOX_TYPE:PRODUCT`."""
    return ":".join(str(row[name]) for name in keys(collection) if row.get(name))


def read(collection: str, lines: Iterable[Line]) -> RecordRows:
    """The rows of a file as records, with the given fields only; a blank cell is null.

    Raises `UnreadableFile` for an empty file, `Invalid` with every fault of the header.
    """
    rest = iter(lines)
    header = first_line(rest)
    known = columns(collection)
    names = column_names(header)
    refuse_header(header, column_faults(names, (*known, FAULT), keys(collection)[:1]))
    found = RecordRows(tuple(names))
    for line in rest:
        row, faults = _row(line, names, known)
        if faults:
            found.faults[len(found.rows)] = faults
        found.numbers.append(line.number)
        found.rows.append(row)
    return found


def correct(collection: str, found: RecordRows, corrections: Mapping[str, Any]) -> None:
    """Type cells of the rows of a file again: texts by the number of the row in the spreadsheet and the name of the
    column. Raises `Invalid` for a cell that the file cannot have, and for what is no text."""
    places, known = {str(number): place for place, number in enumerate(found.numbers)}, columns(collection)
    typed = [
        (number, name, text)
        for number, cells in corrections.items()
        for name, text in (cells.items() if isinstance(cells, Mapping) else [("", cells)])
    ]
    faults = [
        record_fault(f"row {number}, {name}", Message("is no cell of the file"))
        for number, name, text in typed
        if number not in places or name not in known or not isinstance(text, str)
    ]
    refuse(faults, "The corrections are not valid: {first}")
    for number, name, text in typed:
        place = places[number]
        left = [one for one in found.faults.pop(place, ()) if one["path"] != name]
        read = told(text, of_days=known[name].form == "day")
        if isinstance(read, Refused):
            left.append(record_fault(name, read.message))
        else:
            _put(found.rows[place], known[name], read)
        found.faults |= {place: left} if left else {}


def _row(line: Line, names: Sequence[str], known: Mapping[str, Column]) -> tuple[Values, list[Fault]]:
    row: Values = {}
    faults: list[Fault] = []
    for place in range(max(len(line.cells), len(names))):
        cell: Cell = line.cells[place] if place < len(line.cells) else ""
        name = names[place] if place < len(names) else ""
        if name == FAULT:
            continue
        path = name or Message("column {number}", number=place + 1)
        text = told(cell, of_days=not name or known[name].form == "day")
        if isinstance(text, Refused):
            faults.append(record_fault(path, text.message))
        elif not name and text:
            problem = Message("{text!r} is in a column without a name", text=shortened(text))
            faults.append(record_fault(path, problem))
        elif name:
            _put(row, known[name], text)
    return row, faults


def _put(row: Values, column: Column, text: str) -> None:
    *outer, last = column.path
    for name in outer:
        row = row.setdefault(name, {})
    row[last] = _value(column.form, text) if text else None


def _value(form: str, text: str) -> Any:
    """The value of a cell. What is no JSON stays text, and is refused as the list that it is not."""
    if form == "json" or (form == "words" and text.startswith("[")):
        try:
            return json.loads(text, parse_float=str, parse_int=str)
        except ValueError:
            return text
    return [one.strip() for one in text.split(";") if one.strip()] if form == "words" else text


def cells(collection: str, rows: Iterable[Mapping[str, Any]], names: Sequence[str]) -> Iterable[Sequence[Value]]:
    """The rows of a file with these columns, its header first."""
    known = columns(collection)
    yield list(names)
    for row in rows:
        yield [_cell(known[name], row) for name in names]


def exported(collection: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns of an export: those of the fields that its rows show."""
    hidden = NOT_EXPORTED if not rows else NOT_EXPORTED | {name for name in _fields(collection) if name not in rows[0]}
    return [name for name, column in columns(collection).items() if column.path[0] not in hidden]


def _fields(collection: str) -> set[str]:
    return {column.path[0] for column in columns(collection).values()}


def _cell(column: Column, row: Any) -> Value:
    value = row
    for name in column.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, list):
        return _list(column.form, value)
    if isinstance(value, bool | str | Decimal) or value is None:
        return value
    return str(value)


def _list(form: str, value: Sequence[Any]) -> str | None:
    if not value:
        return None
    if form == "words" and all(isinstance(one, str) and ";" not in one and one[:1] != "[" for one in value):
        return "; ".join(value)
    return json.dumps(value, ensure_ascii=False)


def _parts(declared: Any) -> tuple[str, ...]:
    if isinstance(declared, of.Week):
        return tuple(WEEKDAYS)
    if isinstance(declared, of.Markup):
        return declared.kinds
    return tuple(declared.schema.fields) if isinstance(declared, of.One) else ()


def _form(declared: Any) -> str:
    if isinstance(declared, fields.Nested):
        return "json"
    if isinstance(declared, of.Day):
        return "day"
    return "words" if isinstance(declared, of.Several) else "text"
