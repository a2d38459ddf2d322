"""Draws labels as PDF, one page of 4 x 3 in each. The same request always gives the same bytes."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from k2k_core.domain.labels import Label, LabelRequest
from k2k_labels.design import DOTS_PER_INCH, HEIGHT, WIDTH, Bars, Block, Design, Layout, Words
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface

MEDIA_TYPE = "application/pdf"
DOT = 72 / DOTS_PER_INCH
"""Points in one printer dot."""

HAIR = 0.02
"""Dots that a bar is narrower on each side: a rasteriser that paints whatever it touches then paints the right dots."""

_FONT_FILE = threading.Lock()
"""reportlab embeds a font by moving one shared cursor through its file."""


@dataclass(frozen=True, slots=True)
class PdfRenderer:
    """PDF labels of a design in a typeface. The file's metadata name the box only, never a company."""

    typeface: Typeface
    place: Layout = layout

    def render(self, request: LabelRequest) -> Label:
        """One label on one page. Raises `UnprintableBoxCode`."""
        design = self.place(request, self.typeface)
        content = draw([design], self.typeface, f"Label {design.box_code}")
        return Label(request.box_code, MEDIA_TYPE, content, design.text)

    def sheet(self, requests: Sequence[LabelRequest]) -> bytes:
        """All labels in one file, a page each, in the order given. Raises `UnprintableBoxCode`."""
        designs = (self.place(request, self.typeface) for request in requests)
        return draw(designs, self.typeface, f"{len(requests)} labels")


def draw(designs: Iterable[Design], typeface: Typeface, title: str) -> bytes:
    """The file with a page for each design."""
    file = io.BytesIO()
    canvas = Canvas(
        file,
        pagesize=(WIDTH * DOT, HEIGHT * DOT),
        initialFontName=typeface.cut().name,  # type: ignore[arg-type]  # the stubs take the name for a number
        invariant=1,
    )
    canvas.setTitle(title)
    canvas.setAuthor("K2K")
    canvas.setSubject("Box label")
    canvas.setCreator("K2K")
    for design in designs:
        _page(canvas, design, typeface)
        canvas.showPage()
    with _FONT_FILE:
        canvas.save()
    return file.getvalue()


def _page(canvas: Canvas, design: Design, typeface: Typeface) -> None:
    """Everything in printer dots from here on; only the direction of y is turned round."""
    canvas.scale(DOT, DOT)
    canvas.addLiteral(" ".join(_filled(block) for block in (*design.blocks, *bars_of(design.bars))))
    for words in design.words:
        _words(canvas, words, typeface)


def _filled(block: Block) -> str:
    """One rectangle, filled by itself: a reader of PDF snaps single rectangles to dots, and not those of a path."""
    bottom = HEIGHT - block.y - block.height
    width, height = block.width - 2 * HAIR, block.height - 2 * HAIR
    return f"{block.x + HAIR:.2f} {bottom + HAIR:.2f} {width:.2f} {height:.2f} re f"


def bars_of(bars: Bars) -> Iterator[Block]:
    """The bars one by one, in printer dots."""
    for start, width in bars.barcode.bars:
        yield Block(bars.x + start * bars.module, bars.y, width * bars.module, bars.height)


def _words(canvas: Canvas, words: Words, typeface: Typeface) -> None:
    size = words.fitted.size
    if words.white:
        canvas.setFillGray(1)
    for baseline, line in words.placed_lines():
        x = float(words.x)
        for cut, part in typeface.runs(line, words.bold):
            canvas.setFont(cut.name, size)
            canvas.drawString(x, HEIGHT - baseline, part)
            x += cut.width(part, size)
    if words.white:
        canvas.setFillGray(0)
