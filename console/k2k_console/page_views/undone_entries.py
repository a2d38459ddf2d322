"""Entries of the audit in the form that takes an action back: as ranges, since those of one action follow each other
and a session keeps them until the next page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

LONGEST = 1_000
"""More characters than this do not fit into a session: then nothing is offered to be undone."""

_RANGES = re.compile(r"[0-9]{1,18}(?:-[0-9]{1,18})?(?:,[0-9]{1,18}(?:-[0-9]{1,18})?)*")


def as_ranges(entries: Iterable[int]) -> str:
    """Entries as text, such as `4-9,12`; nothing where that is too long."""
    ranges: list[list[int]] = []
    for entry in sorted(set(entries)):
        if ranges and ranges[-1][1] == entry - 1:
            ranges[-1][1] = entry
        else:
            ranges.append([entry, entry])
    words = ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
    return words if len(words) <= LONGEST else ""


def of_ranges(words: str, most: int) -> Sequence[int]:
    """The entries that a form names, none where it is no such form or names more than `most`."""
    if not _RANGES.fullmatch(words):
        return []
    found: list[int] = []
    for part in words.split(","):
        first, _, last = part.partition("-")
        begins, ends = int(first), int(last or first)
        if ends - begins >= most - len(found):
            return []
        found.extend(range(begins, ends + 1))
    return found
