"""The TrueType letters of the labels: what they cover, how wide they run, and their registration with reportlab."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PACKAGED_REGULAR = Path(__file__).with_name("DejaVuSans.ttf")
PACKAGED_BOLD = Path(__file__).with_name("DejaVuSans-Bold.ttf")


PRINTER_WIDER = MappingProxyType({"-": 0.44, "J": 0.15, "ƒ": 0.15})
"""Letters that run wider in the resident font of label printers, by how much, as a part of the size.

All others run narrower there than in the packaged regular cut, or alike.
"""


@dataclass(frozen=True, slots=True)
class Typeface:
    """A regular and a bold cut. Widths are in the unit of the size that is asked for."""

    regular: TTFont
    bold: TTFont
    regular_file: Path
    bold_file: Path
    repertoire: frozenset[int] = field(repr=False)

    def covers(self, character: str) -> bool:
        """Whether both cuts have a drawing for the character."""
        return ord(character) in self.repertoire

    def width(self, text: str, size: float, bold: bool = False) -> float:
        """How wide the text runs at that size."""
        return float((self.bold if bold else self.regular).stringWidth(text, size))

    def widest(self, text: str, size: float, bold: bool = False) -> float:
        """How wide the text runs at most, be it in this typeface or in the resident font of a label printer."""
        extra = sum(text.count(letter) * more for letter, more in PRINTER_WIDER.items())
        return max(self.width(text, size, bold), self.width(text, size) + extra * size)

    def font_name(self, bold: bool = False) -> str:
        """The name under which reportlab knows the cut."""
        return str((self.bold if bold else self.regular).fontName)

    def file(self, bold: bool = False) -> Path:
        """The font file of the cut."""
        return self.bold_file if bold else self.regular_file


@lru_cache(maxsize=16)
def load_typeface(regular: Path = PACKAGED_REGULAR, bold: Path = PACKAGED_BOLD) -> Typeface:
    """Read and register two TrueType files; reading takes a tenth of a second, so it is done once a process."""
    cuts = [_registered(regular), _registered(bold)]
    repertoire = frozenset(cuts[0].face.charToGlyph) & frozenset(cuts[1].face.charToGlyph)
    return Typeface(cuts[0], cuts[1], regular, bold, repertoire)


def _registered(path: Path) -> TTFont:
    font = TTFont(f"K2K {path.stem}", str(path), shapable=False)
    pdfmetrics.registerFont(font)
    return font
