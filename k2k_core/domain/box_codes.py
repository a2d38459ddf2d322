"""Reads box codes from scanners and people, and names the outcomes of a scan (domain section 6)."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping

from k2k_core.errors import Invalid
from k2k_core.messages import Message

RECEIVED, BILLED = "received", "billed"
ALREADY_RECEIVED, UNKNOWN, NOT_YOURS, CANCELLED = "already_received", "unknown", "not_yours", "cancelled"
ARRIVED = (RECEIVED, BILLED)
SAFE = (*ARRIVED, ALREADY_RECEIVED)
"""Outcomes that need no attention. For the others a person has to look at the box."""

WORDS: Mapping[str, str] = {
    RECEIVED: "",
    BILLED: Message("it is on its customer's invoice"),
    ALREADY_RECEIVED: Message("nothing was changed"),
    UNKNOWN: Message("no box has this code"),
    NOT_YOURS: Message("it is on no order of this company"),
    CANCELLED: Message("its order was voided: keep the box aside"),
}
"""The meaning of each outcome for the person with the box."""

_CONTROL = "\x00-\x1f\x7f-\x9f"
_BETWEEN = re.compile(rf"[\s,;\ufeff{_CONTROL}]+")
_ROUND = re.compile(rf"^[\s\ufeff{_CONTROL}]+|[\s\ufeff{_CONTROL}]+$")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""The prefix with which some readers name the symbology: `]C1`."""


def codes_in(text: str) -> list[str]:
    """The codes in a pasted list or a line from a scanner, in order. Separators are commas, semicolons, blanks, tabs,
    line ends and other control characters; a byte order mark is ignored."""
    return [code for code in _BETWEEN.split(text) if code]


def read_codes(given: object) -> list[str]:
    """Box codes from an argument, in order, stripped of blanks. Raises `Invalid` when it is not a list of texts."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise Invalid("Give the box codes as a list.", faults=[{"path": "box_codes", "message": Message("not a list")}])
    return [str(code).strip() for code in given]


def readings(given: str) -> tuple[str, ...]:
    """The codes that a reader may have meant: without control characters around it, without the AIM identifier before
    it, and with upper and lower case swapped, as caps lock does."""
    plain = _plain(given)
    return tuple(dict.fromkeys((*plain, *(one.swapcase() for one in plain))))


def _plain(given: str) -> tuple[str, ...]:
    inside = _ROUND.sub("", given)
    return (given, inside, _AIM.sub("", inside, count=1)) if _AIM.match(inside) else (given, inside)


def resolved(given: Iterable[str], known: Container[str]) -> list[str]:
    """Each given code as one of the `known` codes: as given, else without what a reader adds, else with case swapped if
    exactly one box matches; as given if none matches."""
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
    """A generated code for a box that came without one; unique, because lot ids are."""
    return f"K{lot_id:07d}-{position:03d}"
