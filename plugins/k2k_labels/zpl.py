"""Draws labels in ZPL II, the language of label printers. Every text is escaped, so no name can start a command.

Characters that every printer's own font has are sent as text; a line with any other character is sent as a bitmap in
the label's typeface, because a printer would show empty boxes instead. White words are bitmaps too, so that they fit
their black blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from k2k_core.domain.labels import Label, LabelRequest
from k2k_labels.design import HEIGHT, WIDTH, Bars, Block, Layout, Words
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface

MEDIA_TYPE = "application/zpl"

OWN_STATE = "^PON^PMN^FWN^LRN^LS0^MUd"
"""Printers keep these of another job (a driver prints upside down, say): orientation, mirror, direction of fields,
inversion, shift and unit."""

START = f"^XA\n{OWN_STATE}\n^CI28\n^PW{WIDTH}\n^LL{HEIGHT}\n^LH0,0\n"
END = "^XZ\n"


@dataclass(frozen=True, slots=True)
class ZplRenderer:
    """ZPL labels of a design. The typeface measures the texts and draws the lines that a printer's font cannot."""

    typeface: Typeface
    place: Layout = layout

    def render(self, request: LabelRequest) -> Label:
        """One label. Raises `UnprintableBoxCode`."""
        design = self.place(request, self.typeface)
        commands = [_block(block) for block in design.blocks]
        commands += [line for words in design.words for line in _words(words, self.typeface)]
        commands.append(_barcode(design.bars))
        content = START + "".join(f"{command}^FS\n" for command in commands) + END
        return Label(request.box_code, MEDIA_TYPE, content.encode("ascii"), design.text)

    def sheet(self, requests: Sequence[LabelRequest]) -> bytes:
        """All labels one after the other, as a printer takes them. Raises `UnprintableBoxCode`."""
        return b"".join(self.render(request).content for request in requests)


def escaped(text: str) -> str:
    """The text as field data after `^FH_`: letters, digits and spaces of ASCII, all else as UTF-8 bytes in hex."""
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    if character == " " or (character.isascii() and character.isalnum()):
        return character
    return "".join(f"_{byte:02X}" for byte in character.encode("utf-8"))


def printer_has(text: str) -> bool:
    """Whether every printer's resident font has the text's characters: those of Western European languages."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _block(block: Block) -> str:
    return f"^FO{block.x},{block.y}^GB{block.width},{block.height},{min(block.width, block.height)},B,0"


def _barcode(bars: Bars) -> str:
    return f"^FO{bars.x},{bars.y}^BY{bars.module},3,{bars.height}^BCN,{bars.height},N,N,N,A" + _field(bars.barcode.data)


def _field(text: str) -> str:
    return f"^FH_^FD{escaped(text)}"


def _words(words: Words, typeface: Typeface) -> Iterator[str]:
    for baseline, line in words.placed_lines():
        if printer_has(line) and not words.white:
            yield f"^FT{words.x},{baseline}^A0N,{words.fitted.size},0{_field(line)}"
        else:
            yield _drawn(words, line, baseline, typeface)


def _drawn(words: Words, line: str, baseline: int, typeface: Typeface) -> str:
    """The line as a bitmap."""
    parts: list[tuple[int, str, ImageFont.FreeTypeFont]] = []
    reached = 0.0
    for cut, part in typeface.runs(line, words.bold):
        font = ImageFont.truetype(cut.file, words.fitted.size, layout_engine=ImageFont.Layout.BASIC)
        parts.append((round(reached), part, font))
        reached += font.getlength(part)
    left, top, right, bottom = _edges(parts)
    picture = Image.new("1", (right - left, bottom - top), 0)
    pen = ImageDraw.Draw(picture)
    for x, part, font in parts:
        pen.text((x - left, -top), part, fill=1, font=font, anchor="ls")
    row = (picture.width + 7) // 8
    dots = picture.tobytes()
    reverse = "^FR" if words.white else ""
    return f"^FO{words.x + left},{baseline + top}{reverse}^GFA,{len(dots)},{len(dots)},{row},{dots.hex().upper()}"


def _edges(parts: Sequence[tuple[int, str, ImageFont.FreeTypeFont]]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the parts draw, relative to the beginning of the baseline."""
    boxes = [(x, font.getbbox(part, anchor="ls")) for x, part, font in parts]
    return (
        round(min(x + box[0] for x, box in boxes)),
        round(min(box[1] for _, box in boxes)),
        round(max(x + box[2] for x, box in boxes)),
        round(max(box[3] for _, box in boxes)),
    )
