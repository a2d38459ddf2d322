"""Reads orders of price steps, and what a company inserts into them, from data written as in `hierarchies.toml`.

A company's own rows come before the default ones, and its insertions are made in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.parties import CUSTOMER_TYPES
from k2k_core.domain.pricing import CHANNELS
from k2k_core.domain.settings import CompanySettings
from k2k_core.errors import Fault, Invalid, joined_faults
from k2k_core.messages import Message
from k2k_core.runtime.hierarchy.insertions import Insertion, with_insertions
from k2k_core.runtime.hierarchy.orders import Hierarchies, Row

SWITCHES = frozenset(field.name for field in fields(CompanySettings) if field.type in (bool, "bool"))
"""The settings that a row may require to be on."""

_STEP_ROW = {"inventory_type", "customer_type", "ship_via", "channel", "settings", "steps"}
_ADJUSTMENT_ROW = {"inventory_type", "customer_type", "ship_via", "channel", "steps"}
_CONDITIONS = ("inventory_types", "customer_types", "ship_vias", "channels")
_INSERTION = {"step", "adjustment", "before", "after", *_CONDITIONS}
_OWN = {"hierarchy", "adjustments", "insert"}


def read_hierarchies(default: Mapping[str, object], own: Mapping[str, object] | None = None) -> Hierarchies:
    """The hierarchies of a company: its own rows, if any, before the default ones, with its insertions in them.

    Takes the content of `hierarchies.toml` as a mapping. Raises `Invalid` naming every fault with its path.
    """
    faults: list[Fault] = []
    rows: list[Row] = []
    adjustments: list[Row] = []
    own = own or {}
    for name, data, known in (("company", own, _OWN), ("default", default, _OWN - {"insert"})):
        _unknown(data, known, name, faults)
        rows += _rows(data.get("hierarchy", []), f"{name}.hierarchy", _STEP_ROW, faults)
        adjustments += _rows(data.get("adjustments", []), f"{name}.adjustments", _ADJUSTMENT_ROW, faults)
    insertions = _insertions(own.get("insert", []), "company.insert", faults)
    if faults:
        raise Invalid(
            Message("the price hierarchies are not right: {problems}", problems=joined_faults(faults)), faults
        )
    steps, lost = with_insertions(rows, [one for one in insertions if not one.adjustment])
    adjusted, lost_too = with_insertions(adjustments, [one for one in insertions if one.adjustment])
    return Hierarchies(steps, adjusted, tuple(insertions), (*lost, *lost_too))


def _insertions(data: object, place: str, faults: list[Fault]) -> list[Insertion]:
    if not isinstance(data, list):
        faults.append({"path": place, "message": Message("must be a list of tables")})
        return []
    read = (_insertion(entry, f"{place}[{number}]", faults) for number, entry in enumerate(data))
    return [one for one in read if one is not None]


def _insertion(entry: object, place: str, faults: list[Fault]) -> Insertion | None:
    if not isinstance(entry, Mapping):
        faults.append({"path": place, "message": Message("must be a table")})
        return None
    before = len(faults)
    _unknown(entry, _INSERTION, place, faults)
    kind = _one_of(entry, ("step", "adjustment"), place, faults)
    side = _one_of(entry, ("before", "after"), place, faults)
    step, beside = (_word(entry.get(name), f"{place}.{name}", faults) for name in (kind, side))
    types, customers, vias, channels = (_names(entry.get(key, []), f"{place}.{key}", faults) for key in _CONDITIONS)
    for number, name in enumerate(types):
        _inventory_type(name, f"{place}.inventory_types[{number}]", faults)
    for number, name in enumerate(customers):
        _customer_type(name, f"{place}.customer_types[{number}]", faults)
    for number, name in enumerate(channels):
        _channel(name, f"{place}.channels[{number}]", faults)
    if step is not None and step == beside:
        faults.append({"path": f"{place}.{side}", "message": Message("is the step itself")})
    if len(faults) > before or step is None or beside is None:
        return None
    return Insertion(place, step, beside, side == "before", kind == "adjustment", types, customers, vias, channels)


def _one_of(entry: Mapping[str, object], names: tuple[str, str], place: str, faults: list[Fault]) -> str:
    """Which of two keys is there. Both, or none, is a fault."""
    given = [name for name in names if entry.get(name) is not None]
    if len(given) != 1:
        message = Message("name one of {first} and {second}", first=names[0], second=names[1])
        faults.append({"path": place, "message": message})
    return given[0] if given else names[0]


def _rows(data: object, place: str, known: set[str], faults: list[Fault]) -> list[Row]:
    if not isinstance(data, list):
        faults.append({"path": place, "message": Message("must be a list of tables")})
        return []
    rows: list[Row] = []
    for number, entry in enumerate(data):
        row = _row(entry, f"{place}[{number}]", known, faults)
        if row is None:
            continue
        hiding = next((earlier.place for earlier in rows if earlier.hides(row)), None)
        if hiding is not None:
            faults.append(
                {"path": row.place, "message": Message("is never reached: {row} always holds first", row=hiding)}
            )
        rows.append(row)
    return rows


def _row(entry: object, place: str, known: set[str], faults: list[Fault]) -> Row | None:
    if not isinstance(entry, Mapping):
        faults.append({"path": place, "message": Message("must be a table")})
        return None
    before = len(faults)
    _unknown(entry, known, place, faults)
    inventory_type = entry.get("inventory_type")
    _inventory_type(inventory_type, f"{place}.inventory_type", faults)
    steps = _names(entry.get("steps"), f"{place}.steps", faults)
    settings = _names(entry.get("settings", []), f"{place}.settings", faults)
    for name in sorted(set(settings) - SWITCHES):
        message = Message("{value!r} is not a company setting that is on or off", value=name)
        faults.append({"path": f"{place}.settings", "message": message})
    customer_type, ship_via = (_word(entry.get(key), f"{place}.{key}", faults) for key in ("customer_type", "ship_via"))
    channel = _channel(entry.get("channel"), f"{place}.channel", faults)
    if len(faults) > before:
        return None
    return Row(place, str(inventory_type), steps, customer_type, ship_via, settings, channel)


def _inventory_type(value: object, place: str, faults: list[Fault]) -> None:
    if value not in INVENTORY_TYPES:
        message = Message(
            "{value!r} is not an inventory type: use one of {known}", value=value, known=list(INVENTORY_TYPES)
        )
        faults.append({"path": place, "message": message})


def _customer_type(value: object, place: str, faults: list[Fault]) -> None:
    if value not in CUSTOMER_TYPES:
        message = Message(
            "{value!r} is not a type of customers: use one of {known}", value=value, known=list(CUSTOMER_TYPES)
        )
        faults.append({"path": place, "message": message})


def _unknown(data: Mapping[str, object], known: Iterable[str], place: str, faults: list[Fault]) -> None:
    for key in sorted(set(data) - set(known)):
        faults.append({"path": f"{place}.{key}", "message": Message("unknown key: use {known}", known=sorted(known))})


def _names(value: object, place: str, faults: list[Fault]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) and name for name in value):
        faults.append({"path": place, "message": Message("must be a list of names")})
        return ()
    for name in sorted({name for name in value if value.count(name) > 1}):
        faults.append({"path": place, "message": Message("names {name} twice", name=name)})
    return tuple(value)


def _channel(value: object, place: str, faults: list[Fault]) -> str | None:
    if value is None or value in CHANNELS:
        return None if value is None else str(value)
    message = Message("{value!r} is not a sales channel: use one of {known}", value=value, known=list(CHANNELS))
    faults.append({"path": place, "message": message})
    return None


def _word(value: object, place: str, faults: list[Fault]) -> str | None:
    if value is None or (isinstance(value, str) and value):
        return value
    faults.append({"path": place, "message": Message("must be a word")})
    return None
