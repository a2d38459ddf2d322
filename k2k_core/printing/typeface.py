"""The TrueType fonts of printed invoices: a regular and a bold face, their characters and widths."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from anyascii import anyascii
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from k2k_core.domain.printable_text import readable
from k2k_core.hooks.fonts import packaged_fonts

ELLIPSIS = "…"
LONGEST_TEXT = 1000
"""Characters that are drawn; far more than fit on a page."""

_REGISTERING = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """Widths and sizes are points."""

    regular: TTFont
    bold: TTFont
    repertoire: frozenset[int] = field(repr=False)

    def name(self, bold: bool = False) -> str:
        """The name under which reportlab knows the face."""
        return str((self.bold if bold else self.regular).fontName)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """The width of the text at that size."""
        return float((self.bold if bold else self.regular).stringWidth(text, size))

    def readable(self, text: str) -> str:
        """The text as one line of characters that the font has."""
        return readable(text[:LONGEST_TEXT], lambda character: ord(character) in self.repertoire, anyascii)

    def shortened(self, text: str, width: float, size: float, bold: bool = False) -> str:
        """The text, or as much of its beginning as fits with an ellipsis."""
        if self.width(text, size, bold) <= width:
            return text
        return _longest(text, lambda part: self.width(part + ELLIPSIS, size, bold) <= width).rstrip() + ELLIPSIS

    def wrapped(self, text: str, width: float, size: float, most: int, bold: bool = False) -> tuple[str, ...]:
        """The text in at most so many lines, broken at spaces, else where a line is full; the last is shortened."""
        lines = list(self._broken(text, width, size, bold))
        if len(lines) > most:
            rest = " ".join(lines[most - 1 :])
            lines = [*lines[: most - 1], self.shortened(rest, width, size, bold)]
        return tuple(lines)

    def _broken(self, text: str, width: float, size: float, bold: bool) -> Iterator[str]:
        while text:
            line = _longest(text, lambda part: self.width(part, size, bold) <= width) or text[0]
            if len(line) < len(text) and text[len(line)] != " " and (space := line.rfind(" ")) > 0:
                line = line[:space]
            yield line.strip()
            text = text[len(line) :].strip()


def typeface() -> Typeface:
    """The packaged font. reportlab has one registry of fonts for the whole process: a font that a second thread
    registered under the same name would replace that of a page that is being drawn."""
    with _REGISTERING:
        return _registered()


@cache
def _registered() -> Typeface:
    """The font files, parsed and registered. Parsing takes a tenth of a second, so it is done once per process."""
    names = ("K2K Paper", "K2K Paper Bold")
    cuts = [TTFont(name, str(file), shapable=False) for name, file in zip(names, packaged_fonts(), strict=True)]
    for cut in cuts:
        pdfmetrics.registerFont(cut)
    repertoire = frozenset(cuts[0].face.charToGlyph) & frozenset(cuts[1].face.charToGlyph)
    return Typeface(cuts[0], cuts[1], repertoire)


def _longest(text: str, fits: Callable[[str], bool]) -> str:
    """The longest beginning of the text that fits, found by halving."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    return text[:low]
