"""Price hierarchies as data (pricing section 4): which steps are called, in which order, for which line.

Rows are read from `hierarchies.toml`; a company's own rows come before them. The first row whose conditions all hold
wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.pricing import CHANNELS, ECOMMERCE
from k2k_core.domain.settings import CompanySettings
from k2k_core.errors import Fault, Invalid, joined_faults
from k2k_core.messages import Message

SWITCHES = frozenset(field.name for field in fields(CompanySettings) if field.type in (bool, "bool"))
"""The settings that a row may require to be on."""

_STEP_ROW = {"inventory_type", "customer_type", "ship_via", "channel", "settings", "steps"}
_ADJUSTMENT_ROW = {"inventory_type", "channel", "steps"}


@dataclass(frozen=True, slots=True)
class Row:
    """One order of steps and its conditions; None or empty is no condition. `place` is its path in the data."""

    place: str
    inventory_type: str
    steps: tuple[str, ...]
    customer_type: str | None = None
    ship_via: str | None = None
    settings: tuple[str, ...] = ()
    channel: str | None = None

    def holds(
        self, inventory_type: str, customer_type: str, ship_via: str, settings: CompanySettings, channel: str
    ) -> bool:
        """Whether every condition that the row names is met."""
        return (
            self.inventory_type == inventory_type
            and self.customer_type in (None, customer_type)
            and self.ship_via in (None, ship_via)
            and self.channel in (None, channel)
            and all(getattr(settings, name) for name in self.settings)
        )

    def hides(self, later: Row) -> bool:
        """Whether a later row can never be reached because this one always wins first."""
        return (
            self.inventory_type == later.inventory_type
            and self.customer_type in (None, later.customer_type)
            and self.ship_via in (None, later.ship_via)
            and self.channel in (None, later.channel)
            and set(self.settings) <= set(later.settings)
        )


@dataclass(frozen=True, slots=True)
class Hierarchies:
    """The orders of one company, read once and never changed."""

    rows: tuple[Row, ...] = ()
    adjustments: tuple[Row, ...] = ()

    def steps_for(
        self,
        inventory_type: str,
        customer_type: str,
        ship_via: str,
        settings: CompanySettings,
        channel: str = ECOMMERCE,
    ) -> tuple[str, ...]:
        """The steps of the first row that holds, in order; empty when none does."""
        for row in self.rows:
            if row.holds(inventory_type, customer_type, ship_via, settings, channel):
                return row.steps
        return ()

    def adjustments_for(self, inventory_type: str, channel: str = ECOMMERCE) -> tuple[str, ...]:
        """The adjustments after the base price, in order."""
        for row in self.adjustments:
            if row.inventory_type == inventory_type and row.channel in (None, channel):
                return row.steps
        return ()


def read_hierarchies(default: Mapping[str, object], own: Mapping[str, object] | None = None) -> Hierarchies:
    """The hierarchies of a company: its own rows, if any, before the default ones.

    Takes the content of `hierarchies.toml` as a mapping. Raises `Invalid` naming every fault with its path.
    """
    faults: list[Fault] = []
    rows: list[Row] = []
    adjustments: list[Row] = []
    for name, data in (("company", own or {}), ("default", default)):
        _unknown(data, {"hierarchy", "adjustments"}, name, faults)
        rows += _rows(data.get("hierarchy", []), f"{name}.hierarchy", _STEP_ROW, faults)
        adjustments += _rows(data.get("adjustments", []), f"{name}.adjustments", _ADJUSTMENT_ROW, faults)
    if faults:
        raise Invalid(
            Message("the price hierarchies are not right: {problems}", problems=joined_faults(faults)), faults
        )
    return Hierarchies(tuple(rows), tuple(adjustments))


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
    if inventory_type not in INVENTORY_TYPES:
        message = Message(
            "{value!r} is not an inventory type: use one of {known}", value=inventory_type, known=list(INVENTORY_TYPES)
        )
        faults.append({"path": f"{place}.inventory_type", "message": message})
    steps = _names(entry.get("steps"), f"{place}.steps", faults)
    settings = _names(entry.get("settings", []), f"{place}.settings", faults)
    for name in sorted(set(settings) - SWITCHES):
        message = Message("{value!r} is not a company setting that is on or off", value=name)
        faults.append({"path": f"{place}.settings", "message": message})
    words = [_word(entry.get(key), f"{place}.{key}", faults) for key in ("customer_type", "ship_via")]
    channel = _channel(entry.get("channel"), f"{place}.channel", faults)
    if len(faults) > before:
        return None
    return Row(place, str(inventory_type), steps, words[0], words[1], settings, channel)


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
