"""The one layout of a 4 x 3 in box label, in printer dots: PDF, PNG and ZPL draw exactly this (domain section 6).

From the top: marks, vendor and ship date; the product; pack and lot; the mark code, large, beside the recipient;
carrier, AWB and order; the barcode with its code. Distances are dots of a 203 dpi printer, from the top left corner.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from k2k_core.domain.labels import LabelRequest
from k2k_labels.barcode import QUIET_MODULES, Barcode, code128
from k2k_labels.captions import captions
from k2k_labels.fitting import Fitted, Room, fit
from k2k_labels.readable import readable
from k2k_labels.typeface import Typeface

DOTS_PER_INCH = 203
WIDTH = 4 * DOTS_PER_INCH
HEIGHT = 3 * DOTS_PER_INCH

MARGIN = 20
LONGEST_TEXT = 1000
"""Characters that are looked at; far more than two lines can show."""


@dataclass(frozen=True, slots=True)
class Block:
    """A filled black rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Words:
    """A text as it stands. `baseline` is that of the first line; `white` letters stand on a black block."""

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
    """A label ready to be drawn. `words` stand in reading order."""

    box_code: str
    bars: Bars
    blocks: tuple[Block, ...]
    words: tuple[Words, ...]

    @property
    def text(self) -> tuple[str, ...]:
        """What a person can read on the label, in reading order."""
        return tuple(words.fitted.text for words in self.words)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: its left edge, the baseline of its caption, the top of its text's band, and its room."""

    field: str
    x: int
    caption: int
    top: int
    room: Room


CAPTION_SIZE = 18

PLACES = (
    Place("ship_date", 548, 34, 44, Room(244, 42, 40, 20, bold=True)),
    Place("product", MARGIN, 0, 105, Room(WIDTH - 2 * MARGIN, 84, 60, 24, bold=True)),
    Place("pack", MARGIN, 216, 222, Room(460, 40, 32, 16, bold=True)),
    Place("lot", 500, 216, 222, Room(292, 40, 32, 15, bold=True, break_below=19)),
    Place("mark", MARGIN, 292, 302, Room(410, 86, 92, 16, bold=True, break_below=32)),
    Place("recipient", 456, 292, 302, Room(336, 86, 40, 18, bold=True)),
    Place("carrier", MARGIN, 416, 424, Room(206, 32, 26, 15)),
    Place("awb", 242, 416, 424, Room(316, 32, 26, 15, break_below=17)),
    Place("order", 574, 416, 424, Room(218, 32, 26, 15, bold=True, break_below=17)),
)
UNCAPTIONED = frozenset({"product"})
"""Fields so large that a caption would only be in their way."""

RULES = (
    Block(MARGIN, 95, WIDTH - 2 * MARGIN, 3),
    Block(MARGIN, 268, WIDTH - 2 * MARGIN, 3),
    Block(438, 268, 3, 128),
    Block(MARGIN, 394, WIDTH - 2 * MARGIN, 3),
)
MARK_TOP, MARK_HEIGHT, MARK_SIZE, MARK_PADDING, MARK_GAP = 18, 66, 46, 14, 14
BARCODE_TOP, BARCODE_HEIGHT = 466, 96
CODE_TOP, CODE_HEIGHT, CODE_SIZE = 566, 36, 38


def layout(request: LabelRequest, typeface: Typeface) -> Design:
    """Place everything that the request asks for. Raises `UnprintableBoxCode`."""
    barcode = code128(request.box_code)
    module = barcode.module_dots(WIDTH)
    left = max(MARGIN, QUIET_MODULES * module)
    blocks, marks, header = _marks(request, typeface)
    words = (
        *marks,
        *_vendor(request, header, typeface),
        *_fields(request, typeface),
        _box_code(barcode, left, typeface),
    )
    return Design(request.box_code, Bars(left, BARCODE_TOP, BARCODE_HEIGHT, module, barcode), RULES + blocks, words)


def _marks(request: LabelRequest, typeface: Typeface) -> tuple[tuple[Block, ...], list[Words], int]:
    """The K2K mark and the `R` of a reprint, white on black, and where the header goes on beside them."""
    blocks, words, x = [], [], MARGIN
    for text in ("K2K",) * request.k2k + ("R",) * request.reprint:
        width = round(typeface.width(text, MARK_SIZE, bold=True)) + 2 * MARK_PADDING
        mark = Fitted((text,), MARK_SIZE, text)
        blocks.append(Block(x, MARK_TOP, width, MARK_HEIGHT))
        words.append(Words(x + MARK_PADDING, mark.first_baseline(MARK_TOP, MARK_HEIGHT), mark, bold=True, white=True))
        x += width + MARK_GAP
    return tuple(blocks), words, x


def _vendor(request: LabelRequest, x: int, typeface: Typeface) -> tuple[Words, ...]:
    place = Place("vendor", x, 34, 44, Room(PLACES[0].x - MARGIN - x, 44, 30, 16))
    return _placed(place, request.vendor_name[:LONGEST_TEXT], request.locale, typeface)


def _fields(request: LabelRequest, typeface: Typeface) -> Iterator[Words]:
    texts = {
        "ship_date": request.ship_date.isoformat(),
        "product": request.product,
        "pack": request.pack,
        "lot": request.lot,
        "mark": request.mark_code,
        "recipient": request.recipient,
        "carrier": request.carrier,
        "awb": request.awb,
        "order": request.order_number,
    }
    for place in PLACES:
        yield from _placed(place, texts[place.field][:LONGEST_TEXT], request.locale, typeface)


@lru_cache(maxsize=2048)
def _placed(place: Place, text: str, locale: str, typeface: Typeface) -> tuple[Words, ...]:
    """A caption and its text below; nothing at all where there is no text.

    The labels of an AWB say the same in most places, so what was fitted into a place is kept for a while.
    """
    shown = readable(text, typeface)
    if not shown:
        return ()
    fitted = fit(shown, place.room, typeface)
    words = Words(place.x, fitted.first_baseline(place.top, place.room.height), fitted, place.room.bold)
    if place.field in UNCAPTIONED:
        return (words,)
    caption = captions(locale)[place.field]
    return Words(place.x, place.caption, Fitted((caption,), CAPTION_SIZE, caption)), words


def _box_code(barcode: Barcode, left: int, typeface: Typeface) -> Words:
    """The code to be read by eye: exactly as it is encoded, never shortened."""
    size = min(CODE_SIZE, int((WIDTH - MARGIN - left) / typeface.widest(barcode.data, 1, bold=True)))
    fitted = Fitted((barcode.data,), size, barcode.data)
    return Words(left, fitted.first_baseline(CODE_TOP, CODE_HEIGHT), fitted, bold=True)
