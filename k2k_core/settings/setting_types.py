"""The types of settings: how each is parsed from JSON and serialised.

Parsed values are those of `domain.settings` (micros, days, tuples); serialised values are plain JSON without floats,
the form in which a company's own settings are stored and a configuration file has them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.settings import Duty, FuelSurcharge
from k2k_core.errors import Fault, Invalid
from k2k_core.messages import Message

Reader = Callable[[Any], Any]

NO_UNIT = "–"


@dataclass(frozen=True)
class Kind:
    """One type of setting: its name and unit for the documentation, how it is parsed, and how it is serialised.

    A value without a unit has the unit "–". `structured` ones are written as JSON where only text is possible, in the
    environment.
    """

    type: str
    unit: str
    read: Reader
    show: Callable[[Any], Any] = lambda value: value
    structured: bool = False


def choice(*words: str) -> Kind:
    """One of a few words."""
    return Kind(" or ".join(f"`{word}`" for word in words), NO_UNIT, lambda value: parsing.choice(value, words))


def whole(unit: str, least: int = 0, most: int = parsing.LARGEST_WHOLE) -> Kind:
    """A whole number of something."""
    reach = f"{least:,} or more" if most == parsing.LARGEST_WHOLE else f"{least:,} to {most:,}"
    return Kind(f"whole number, {reach}", unit, lambda value: parsing.whole(value, least, most))


def amount(of: str) -> Kind:
    """Money of the company for one of something."""
    return Kind("decimal, 0 or more", f"company's currency per {of}", parsing.amount, parsing.number_text)


def _list(read: Reader) -> Reader:
    def read_list(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise Invalid("must be a list")
        found, faults = [], []
        for number, each in enumerate(value):
            try:
                found.append(read(each))
            except Invalid as error:
                faults += within(f"[{number}]", error)
        _refuse(faults)
        return tuple(found)

    return read_list


def _row(value: Any, needed: Mapping[str, Reader], optional: Mapping[str, Reader]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Invalid("must be a mapping of names to values")
    readers = {**needed, **optional}
    faults: list[Fault] = [
        {"path": f".{key}", "message": Message("is not known here")} for key in value if key not in readers
    ]
    found = {}
    for key, read in readers.items():
        given = value.get(key)
        if given is None:
            faults += [{"path": f".{key}", "message": Message("is required")}] if key in needed else []
            continue
        try:
            found[key] = read(given)
        except Invalid as error:
            faults += within(f".{key}", error)
    _refuse(faults)
    return found


def _duty(value: Any) -> Duty:
    needed: dict[str, Reader] = {"category": parsing.code, "port": parsing.text, "percent": parsing.amount}
    row = _row(value, needed, {"from": parsing.day})
    return Duty(row["category"], row["port"], row["percent"], row.get("from", dt.date.min))


def _fuel_surcharge(value: Any) -> FuelSurcharge:
    row = _row(value, {"box_type": parsing.code, "port": parsing.text, "amount": parsing.amount}, {})
    return FuelSurcharge(row["box_type"], row["port"], row["amount"])


def _cut_offs(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping):
        raise Invalid("must be a mapping of mon to sun")
    faults: list[Fault] = []
    found = {}
    for day, cut_off in value.items():
        try:
            if cut_off is not None:
                found[parsing.weekday(day)] = parsing.cut_off(cut_off)
        except Invalid as error:
            faults += within(f".{day}", error)
    _refuse(faults)
    return MappingProxyType(found)


def _show_duty(duty: Duty) -> dict[str, str]:
    since = {} if duty.since == dt.date.min else {"from": duty.since.isoformat()}
    return {"category": duty.category, "port": duty.port, "percent": parsing.number_text(duty.percent), **since}


def _show_fuel(row: FuelSurcharge) -> dict[str, str]:
    return {"box_type": row.box_type, "port": row.port, "amount": parsing.number_text(row.amount)}


def within(path: str, error: Invalid) -> list[Fault]:
    """The faults of a value as faults of what it is part of."""
    inner = error.faults or [{"path": "", "message": error.message}]
    return [{"path": path + each["path"], "message": each["message"]} for each in inner]


def _refuse(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(faults[0]["message"], faults=faults)


SWITCH = Kind("on or off", NO_UNIT, parsing.switch)
MARGIN = Kind("decimal, 0 to below 100", "percent of the price (a margin)", parsing.margin, parsing.number_text)
CUT_OFFS = Kind(
    'mapping of weekdays (`mon` to `sun`) to `"HHMM"` or `no_shipping`',
    "time of day in the company's time zone",
    _cut_offs,
    dict,
    structured=True,
)
DUTIES = Kind(
    "list of rows of `category`, `port`, `percent` and, if wanted, `from` (a day)",
    "percent of the unit cost",
    _list(_duty),
    lambda rows: [_show_duty(row) for row in rows],
    structured=True,
)
FUEL_SURCHARGES = Kind(
    "list of rows of `box_type`, `port` and `amount`",
    "company's currency per box",
    _list(_fuel_surcharge),
    lambda rows: [_show_fuel(row) for row in rows],
    structured=True,
)
ADDRESSES = Kind("list of e-mail addresses", NO_UNIT, _list(parsing.email), list, structured=True)
COMPANIES = Kind("list of company codes", NO_UNIT, _list(parsing.code), list, structured=True)
