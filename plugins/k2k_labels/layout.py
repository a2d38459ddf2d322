"""The standard layout of a 4 x 3 in box label: PDF, PNG and ZPL draw exactly this (domain section 6).

From the top: marks, vendor and the vendor's ship date, beside it the buyer's if they differ; the product; pack and lot;
the mark code, large, beside the recipient; carrier, AWB and order; the barcode with its code.
"""

from __future__ import annotations

from collections.abc import Iterator

from k2k_core.domain.labels import LabelRequest
from k2k_labels.captions import captions
from k2k_labels.design import MARGIN, WIDTH, Block, Design, Place, Stamp, Words, barcode, box_code, placed
from k2k_labels.fitting import Room
from k2k_labels.typeface import Typeface

SHIP_DATE = Place("ship_date", 548, 33, 43, Room(244, 42, 40, 20, bold=True))
TWO_DATES = (
    Place("ship_date", 380, 33, 43, Room(196, 42, 40, 20, bold=True)),
    Place("for", 596, 33, 43, Room(196, 42, 40, 20, bold=True)),
)
"""Where the buyer's ship date stands beside the vendor's."""

PLACES = (
    Place("product", MARGIN, 0, 109, Room(WIDTH - 2 * MARGIN, 74, 60, 24, bold=True)),
    Place("pack", MARGIN, 210, 216, Room(460, 40, 32, 16, bold=True)),
    Place("lot", 500, 210, 216, Room(292, 40, 32, 15, bold=True, break_below=19)),
    Place("mark", MARGIN, 286, 296, Room(402, 86, 92, 16, bold=True, break_below=32)),
    Place("recipient", 456, 286, 296, Room(336, 86, 40, 18, bold=True)),
    Place("carrier", MARGIN, 409, 417, Room(206, 32, 26, 15)),
    Place("awb", 242, 409, 417, Room(316, 32, 26, 15, break_below=17)),
    Place("order", 574, 409, 417, Room(218, 32, 26, 15, bold=True, break_below=17)),
)
UNCAPTIONED = frozenset({"product"})
"""Fields that are too large for a caption."""

RULES = (
    Block(MARGIN, 94, WIDTH - 2 * MARGIN, 3),
    Block(MARGIN, 262, WIDTH - 2 * MARGIN, 3),
    Block(438, 262, 3, 128),
    Block(MARGIN, 387, WIDTH - 2 * MARGIN, 3),
)
MARK, MARK_GAP = Stamp(16, 66, 46), 14
BARCODE_TOP, BARCODE_HEIGHT = 460, 96
CODE_TOP, CODE_HEIGHT, CODE_SIZE = 559, 36, 38


def layout(request: LabelRequest, typeface: Typeface) -> Design:
    """Place everything that the request asks for. Raises `UnprintableBoxCode`."""
    bars = barcode(request.box_code, BARCODE_TOP, BARCODE_HEIGHT)
    blocks, marks, header = _marks(request, typeface)
    words = (
        *marks,
        *_vendor(request, header, typeface),
        *_fields(request, typeface),
        box_code(bars, CODE_TOP, CODE_HEIGHT, CODE_SIZE, typeface),
    )
    return Design(request.box_code, bars, RULES + blocks, words)


def _marks(request: LabelRequest, typeface: Typeface) -> tuple[tuple[Block, ...], list[Words], int]:
    """The K2K mark and the `R` of a reprint, white on black; returns where the header continues beside them."""
    blocks, words, x = [], [], MARGIN
    for text in ("K2K",) * request.k2k + ("R",) * request.reprint:
        block, word = MARK.at(x, text, typeface)
        blocks.append(block)
        words.append(word)
        x += block.width + MARK_GAP
    return tuple(blocks), words, x


def _vendor(request: LabelRequest, x: int, typeface: Typeface) -> tuple[Words, ...]:
    place = Place("vendor", x, 33, 43, Room(_dates(request)[0].x - MARGIN - x, 44, 30, 16))
    return placed(place, request.vendor_name, typeface, captions(request.locale)["vendor"])


def _fields(request: LabelRequest, typeface: Typeface) -> Iterator[Words]:
    texts = {
        "ship_date": request.ship_date.isoformat(),
        "for": request.for_date.isoformat() if request.for_date else "",
        "product": request.product,
        "pack": request.pack,
        "lot": request.lot,
        "mark": request.mark_code,
        "recipient": request.recipient,
        "carrier": request.carrier,
        "awb": request.awb,
        "order": request.order_number,
    }
    named = captions(request.locale)
    for place in (*_dates(request), *PLACES):
        caption = "" if place.field in UNCAPTIONED else named[place.field]
        yield from placed(place, texts[place.field], typeface, caption)


def _dates(request: LabelRequest) -> tuple[Place, ...]:
    return (SHIP_DATE,) if request.for_date is None else TWO_DATES
