"""The building blocks of label designs, in printer dots: what is placed where, before it is drawn in a format.

The standard design (`layout.py`) uses them, and a company's own can: every text placed by `placed` is readable, fits
its place and is only data, and every barcode of `barcode` scans. Distances are dots of a 203 dpi printer, from the top
left corner.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from k2k_core.domain.labels import LabelRequest
from k2k_labels.barcode import QUIET_MODULES, Barcode, code128
from k2k_labels.fitting import Fitted, Room, fit
from k2k_labels.readable import readable
from k2k_labels.typeface import Typeface

DOTS_PER_INCH = 203
WIDTH = 4 * DOTS_PER_INCH
HEIGHT = 3 * DOTS_PER_INCH

MARGIN = 20
LONGEST_TEXT = 1000
"""Characters that are considered; far more than two lines can show."""

CAPTION_SIZE = 18


@dataclass(frozen=True, slots=True)
class Block:
    """A filled black rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Words:
    """A placed text. `baseline` is that of the first line; `white` text is on a black block."""

    x: int
    baseline: int
    fitted: Fitted
    bold: bool = False
    white: bool = False

    def placed_lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its baseline."""
        for number, line in enumerate(self.fitted.lines):
            yield self.baseline + number * self.fitted.leading, line


@dataclass(frozen=True, slots=True)
class Bars:
    """A barcode: the left edge of its first bar, its top, height, and the dots of one module."""

    x: int
    y: int
    height: int
    module: int
    barcode: Barcode


@dataclass(frozen=True, slots=True)
class Design:
    """A label ready to be drawn. `words` are in reading order."""

    box_code: str
    bars: Bars
    blocks: tuple[Block, ...]
    words: tuple[Words, ...]

    @property
    def text(self) -> tuple[str, ...]:
        """What a person can read on the label, in reading order."""
        return tuple(words.fitted.text for words in self.words)


Layout: TypeAlias = Callable[[LabelRequest, Typeface], Design]
"""A design of labels: places everything that a request asks for. Raises `UnprintableBoxCode`."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place of a field: its left edge, the baseline of its caption, the top of its text's band, and its room."""

    field: str
    x: int
    caption: int
    top: int
    room: Room


def placed(place: Place, text: str, typeface: Typeface, caption: str = "") -> tuple[Words, ...]:
    """A text in its place, below its caption if there is one; nothing for an empty text."""
    return _placed(place, text[:LONGEST_TEXT], typeface, caption)


@lru_cache(maxsize=2048)
def _placed(place: Place, text: str, typeface: Typeface, caption: str) -> tuple[Words, ...]:
    """Cached: the labels of an AWB have the same text in most places."""
    shown = readable(text, typeface)
    if not shown:
        return ()
    fitted = fit(shown, place.room, typeface)
    words = Words(place.x, fitted.first_baseline(place.top, place.room.height), fitted, place.room.bold)
    if not caption:
        return (words,)
    return Words(place.x, place.caption, Fitted((caption,), CAPTION_SIZE, caption)), words


@dataclass(frozen=True, slots=True)
class Stamp:
    """A word in white on a black block: top and height of the block, size, room on either side."""

    top: int
    height: int
    size: int
    padding: int = 14

    def at(self, x: int, text: str, typeface: Typeface, width: int = 0) -> tuple[Block, Words]:
        """The block, as wide as the word needs or as `width` says, and the word on it."""
        word = Fitted((text,), self.size, text)
        wide = width or round(typeface.widest(text, self.size, bold=True)) + 2 * self.padding
        baseline = word.first_baseline(self.top, self.height)
        words = Words(x + self.padding, baseline, word, bold=True, white=True)
        return Block(x, self.top, wide, self.height), words


def barcode(box_code: str, top: int, height: int) -> Bars:
    """The box code across the label, in the widest bars that fit, with its quiet zones. Raises `UnprintableBoxCode`."""
    encoded = code128(box_code)
    module = encoded.module_dots(WIDTH)
    return Bars(max(MARGIN, QUIET_MODULES * module), top, height, module, encoded)


def box_code(bars: Bars, top: int, height: int, size: int, typeface: Typeface) -> Words:
    """The code in plain text, below its bars: exactly as it is encoded, never shortened."""
    data = bars.barcode.data
    smaller = min(size, int((WIDTH - MARGIN - bars.x) / typeface.widest(data, 1, bold=True)))
    fitted = Fitted((data,), smaller, data)
    return Words(bars.x, fitted.first_baseline(top, height), fitted, bold=True)
