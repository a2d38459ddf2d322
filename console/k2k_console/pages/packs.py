"""How boxes are packed, in words: lists and records of lots show it in one way."""

from __future__ import annotations

from k2k_console.formats import number
from k2k_console.translations import later
from k2k_console.vocabulary import Row

UNITS = {"stem": later("stems"), "bunch": later("bunches")}


def pack(row: Row) -> str:
    """The box type with what is in a box."""
    unit = UNITS.get(row["unit_type"], row["unit_type"])
    return f"{row['box_type']} · {number(row['units_per_box'])} {unit}"
