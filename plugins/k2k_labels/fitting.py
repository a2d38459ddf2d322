"""Fits a text into its place by measured width: a smaller size and further lines first, an ellipsis last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from k2k_labels.typeface import Typeface

ELLIPSIS = "…"
CAPITAL = 0.73
"""Height of a capital letter as a part of the size."""
LEADING = 1.16
"""From one baseline to the next, as a part of the size."""


@dataclass(frozen=True, slots=True)
class Room:
    """The place of a text, in printer dots, in sizes from `largest` down to `smallest`.

    Lines are broken at spaces. With `break_below` the text is a code: below that size it may be broken anywhere, and it
    is shortened in the middle, because its end says as much as its beginning.
    """

    width: int
    height: int
    largest: int
    smallest: int
    bold: bool = False
    break_below: int = 0

    def lines(self, size: int) -> int:
        """How many lines of that size the height holds, at least one."""
        return 1 + max(0, int((self.height - CAPITAL * size) / (LEADING * size)))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The lines, their size in printer dots, and their text together."""

    lines: tuple[str, ...]
    size: int
    text: str

    @property
    def leading(self) -> int:
        """Dots from one baseline to the next."""
        return round(LEADING * self.size)

    def first_baseline(self, top: int, height: int) -> int:
        """The baseline of the first line when the lines stand in the middle of a band."""
        block = round(CAPITAL * self.size) + (len(self.lines) - 1) * self.leading
        return top + (height - block) // 2 + round(CAPITAL * self.size)


def fit(text: str, room: Room, typeface: Typeface) -> Fitted:
    """The text in the largest size that fits; nothing is shortened while a smaller size fits."""
    unit = typeface.widest(text, 1, room.bold)
    for size in range(room.largest, room.smallest - 1, -1):
        if unit * size > room.width * room.lines(size):
            continue
        lines = _broken(text, _fits(room, size, typeface), anywhere=size < room.break_below)
        if lines and len(lines) <= room.lines(size):
            return Fitted(lines, size, text)
    return _shortened(text, room, typeface)


def _broken(text: str, fits: Callable[[str], bool], *, anywhere: bool) -> tuple[str, ...]:
    """As few lines as the text needs; none when a word is longer than a line and may not be broken."""
    lines: list[str] = []
    while text:
        line = _longest(text, fits)
        if len(line) < len(text) and text[len(line)] != " ":
            space = line.rfind(" ")
            if space < 1 and not (anywhere and line):
                return ()
            line = line[:space] if space > 0 else line
        lines.append(line.strip())
        text = text[len(line) :].strip()
    return tuple(lines)


def _shortened(text: str, room: Room, typeface: Typeface) -> Fitted:
    fits = _fits(room, room.smallest, typeface)
    broken = _broken(text, fits, anywhere=True)
    if broken and len(broken) <= room.lines(room.smallest):
        return Fitted(broken, room.smallest, text)
    lines = broken[: room.lines(room.smallest) - 1]
    rest = text
    for line in lines:
        rest = rest[len(line) :].strip()
    last = _without_middle(rest, fits) if room.break_below else _without_end(rest, fits)
    return Fitted((*lines, last), room.smallest, text[: len(text) - len(rest)] + last)


def _without_end(text: str, fits: Callable[[str], bool]) -> str:
    return _longest(text, lambda part: fits(part.rstrip() + ELLIPSIS)).rstrip() + ELLIPSIS


def _without_middle(text: str, fits: Callable[[str], bool]) -> str:
    """Beginning and end of equal length round the ellipsis."""
    half = len(_longest(text[: len(text) // 2], lambda part: fits(part + ELLIPSIS + text[len(text) - len(part) :])))
    return text[:half] + ELLIPSIS + text[len(text) - half :]


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of the text that fits, found by halving: a hostile text may be very long."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return text[:low]


def _fits(room: Room, size: int, typeface: Typeface) -> Callable[[str], bool]:
    return lambda part: typeface.widest(part, size, room.bold) <= room.width
