"""The TrueType fonts of the labels: their characters, their widths, and their registration with reportlab.

A typeface has one or more families, each with a regular and a bold face. A company's own family comes first and the
packaged one last: each character is drawn in the first family that has it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from k2k_core.hooks.fonts import packaged_fonts

PRINTER_WIDER = MappingProxyType({"-": 0.44, "J": 0.15, "ƒ": 0.15})
"""Characters that are wider in the resident font of label printers, by how much, as a part of the size. All others are
narrower there than in the packaged regular face, or as wide.
"""

_REGISTERING = threading.Lock()


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One TrueType file. `name` is its name in reportlab; widths have the unit of the given size."""

    font: TTFont = field(repr=False)
    file: Path

    @property
    def name(self) -> str:
        """The name under which reportlab knows the face."""
        return str(self.font.fontName)

    def width(self, text: str, size: float) -> float:
        """The width of the text at that size."""
        return float(self.font.stringWidth(text, size))


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """A regular and a bold face, and the characters that both have."""

    regular: Cut
    bold: Cut
    repertoire: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Typeface:
    """The families of a company's labels, in the order in which they are asked for a character."""

    families: tuple[Family, ...]

    def covers(self, character: str) -> bool:
        """Whether a family has the character."""
        code = ord(character)
        return any(code in family.repertoire for family in self.families)

    def cut(self, bold: bool = False) -> Cut:
        """The face of the first family."""
        return self.families[0].bold if bold else self.families[0].regular

    def runs(self, text: str, bold: bool = False) -> Iterator[tuple[Cut, str]]:
        """The text in parts, each with the face that draws it."""
        if len(self.families) == 1:
            yield self.cut(bold), text
            return
        for place, letters in groupby(text, self._place):
            family = self.families[place]
            yield family.bold if bold else family.regular, "".join(letters)

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """The width of the text at that size."""
        return sum(cut.width(part, size) for cut, part in self.runs(text, bold))

    def widest(self, text: str, size: float, bold: bool = False) -> float:
        """The greatest width of the text, in this typeface or in the resident font of a label printer."""
        extra = sum(text.count(letter) * more for letter, more in PRINTER_WIDER.items())
        return max(self.width(text, size, bold), self.families[-1].regular.width(text, size) + extra * size)

    def _place(self, character: str) -> int:
        code = ord(character)
        return next((place for place, family in enumerate(self.families) if code in family.repertoire), -1)


def load_typeface(own: tuple[Path, Path] | None = None) -> Typeface:
    """The packaged family, after the company's `own` regular and bold files if it has them.

    Raises `TTFError` or `OSError` for a file that is no TrueType font.
    """
    packaged = _family(*(_stamped(Path(str(file))) for file in packaged_fonts()))
    first = () if own is None else (_family(*(_stamped(path) for path in own)),)
    return Typeface((*first, packaged))


_Stamped = tuple[Path, int, int]


def _stamped(path: Path) -> _Stamped:
    """A file with its size and modification time: a replaced file is read again."""
    status = path.stat()
    return path, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=32)
def _family(regular: _Stamped, bold: _Stamped) -> Family:
    """Two files, parsed and registered. Parsing takes a tenth of a second, so it is done once per process."""
    cuts = [_registered(path) for path, _, _ in (regular, bold)]
    repertoire = frozenset(cuts[0].font.face.charToGlyph) & frozenset(cuts[1].font.face.charToGlyph)
    return Family(cuts[0], cuts[1], repertoire)


def _registered(path: Path) -> Cut:
    """Registered under names of its content, the name inside the font too: reportlab has one registry of fonts for the
    whole process, and confuses two fonts with the same inner name."""
    stamp = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    name = f"K2K {path.stem} {stamp}"
    with _REGISTERING:
        if name in pdfmetrics.getRegisteredFontNames():
            known: Any = pdfmetrics.getFont(name)
            return Cut(known, path)
        font = TTFont(name, str(path), shapable=False)
        font.face.name += f"-{stamp}".encode()
        pdfmetrics.registerFont(font)
        return Cut(font, path)
