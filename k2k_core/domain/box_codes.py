"""What a scanner or a person hands over as box codes, and the outcomes (domain section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from k2k_core.errors import Invalid

RECEIVED, BILLED = "received", "billed"
ALREADY_RECEIVED, UNKNOWN, NOT_YOURS, CANCELLED = "already_received", "unknown", "not_yours", "cancelled"
ARRIVED = (RECEIVED, BILLED)
SAFE = (*ARRIVED, ALREADY_RECEIVED)
"""Outcomes of a box that is where it should be. The others want somebody to look at the box."""

WORDS: Mapping[str, str] = {
    RECEIVED: "",
    BILLED: "it is on its customer's invoice",
    ALREADY_RECEIVED: "nothing was changed",
    UNKNOWN: "no box has this code",
    NOT_YOURS: "it is on no order of this company",
    CANCELLED: "its order was voided: keep the box aside",
}
"""What each outcome means to whoever holds the box."""

_BETWEEN = re.compile(r"[\s,;\ufeff\0]+")


def codes_in(text: str) -> list[str]:
    """The codes in a pasted list or a scanner's line, in order: they stand apart by commas, semicolons, blanks, tabs or
    line ends. A byte order mark is no part of a code."""
    return [code for code in _BETWEEN.split(text) if code]


def read_codes(given: object) -> list[str]:
    """Box codes as a scanner or a person gives them, in order, without the blanks around them."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise Invalid("Give the box codes as a list.", faults=[{"path": "box_codes", "message": "not a list"}])
    return [str(code).strip() for code in given]


GENERATED_CODE = re.compile(r"K\d{7,}-\d{3,}")
"""The form of generated box codes; codes that are given may not have it."""


def new_box_code(lot_id: int, position: int) -> str:
    """The code of a box that came without one: unique, as the ids of lots are."""
    return f"K{lot_id:07d}-{position:03d}"
