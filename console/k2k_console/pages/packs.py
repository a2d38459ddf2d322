"""How boxes are packed, in words: every page shows it in one way."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_console.formats import number
from k2k_console.translations import later
from k2k_console.vocabulary import Row

UNITS: Mapping[str, tuple[str, str]] = {
    "stem": (later("a stem"), later("stems")),
    "bunch": (later("a bunch"), later("bunches")),
    "unit": (later("a unit"), later("units")),
}
"""Unit type → one of it, and several."""


def unit_of(unit_type: str | None, several: bool = False) -> str:
    """The word for a unit: "a stem", or "stems"."""
    one, many = UNITS.get(unit_type or "unit", (str(unit_type), str(unit_type)))
    return str(many if several else one)


def pack(row: Row) -> str:
    """The box type with what is in a box, as far as they are known."""
    units = f"{number(row['units_per_box'])} {unit_of(row['unit_type'], several=True)}" if row["units_per_box"] else ""
    return " · ".join(part for part in (row["box_type"], units) if part)
