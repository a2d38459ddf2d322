"""What a scanner or a person hands over as box codes, and the outcomes (domain section 6)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

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

_CONTROL = "\x00-\x1f\x7f-\x9f"
_BETWEEN = re.compile(rf"[\s,;\ufeff{_CONTROL}]+")
_ROUND = re.compile(rf"^[\s\ufeff{_CONTROL}]+|[\s\ufeff{_CONTROL}]+$")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""What some readers send before a code, to say in which symbology it was: `]C1`."""


def codes_in(text: str) -> list[str]:
    """The codes in a pasted list or a scanner's line, in order: they stand apart by commas, semicolons, blanks, tabs,
    line ends and other control characters. A byte order mark is no part of a code."""
    return [code for code in _BETWEEN.split(text) if code]


def read_codes(given: object) -> list[str]:
    """Box codes as a scanner or a person gives them, in order, without the blanks around them."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise Invalid("Give the box codes as a list.", faults=[{"path": "box_codes", "message": "not a list"}])
    return [str(code).strip() for code in given]


def readings(given: str) -> tuple[str, ...]:
    """The codes that a reader may have meant by what it gave: without the control characters round it, without the AIM
    identifier before it, and with its letters inverted, as caps lock does."""
    plain = _plain(given)
    return tuple(dict.fromkeys((*plain, *(one.swapcase() for one in plain))))


def _plain(given: str) -> tuple[str, ...]:
    inside = _ROUND.sub("", given)
    return (given, inside, _AIM.sub("", inside, count=1)) if _AIM.match(inside) else (given, inside)


def resolved(given: Iterable[str], known: Container[str]) -> list[str]:
    """Each code as it stands on a box of those that are `known`: as it was given, else without what a reader puts round
    it, else with its letters inverted where one box alone fits; as it was given where none does."""
    return [_resolved(code, known) for code in given]


def _resolved(given: str, known: Container[str]) -> str:
    plain = _plain(given)
    fitting = [one for one in plain if one in known]
    if fitting:
        return fitting[0]
    inverted = {one.swapcase() for one in plain if one.swapcase() in known}
    return inverted.pop() if len(inverted) == 1 else given


GENERATED_CODE = re.compile(r"K\d{7,}-\d{3,}")
"""The form of generated box codes; codes that are given may not have it."""


def new_box_code(lot_id: int, position: int) -> str:
    """The code of a box that came without one: unique, as the ids of lots are."""
    return f"K{lot_id:07d}-{position:03d}"
