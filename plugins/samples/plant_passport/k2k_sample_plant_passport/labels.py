"""A label design: what those who handle a box need, and below it the plant passport of Regulation (EU) 2016/2031."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import LabelRenderer, PluginContext, hookimpl
from k2k_labels import renderers
from k2k_labels.captions import captions
from k2k_labels.design import MARGIN, WIDTH, Block, Design, Place, Stamp, Words, barcode, box_code, placed
from k2k_labels.fitting import Fitted, Room
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface, load_typeface

WIDE, HALF = WIDTH - 2 * MARGIN, WIDTH // 2 + 20
MARK = Stamp(16, 52, 36)
SHIP_DATE = Place("ship_date", 548, 0, 16, Room(244, 52, 36, 20, bold=True))
PLACES = (
    Place("product", MARGIN, 0, 78, Room(WIDE, 44, 40, 18, bold=True)),
    Place("mark_code", MARGIN, 144, 150, Room(370, 44, 44, 16, bold=True, break_below=28)),
    Place("recipient", HALF, 144, 150, Room(366, 44, 32, 15)),
    Place("pack", MARGIN, 212, 217, Room(230, 26, 22, 13)),
    Place("lot", 262, 212, 217, Room(150, 26, 22, 13, break_below=15)),
    Place("awb", HALF, 212, 217, Room(190, 26, 22, 13, break_below=15)),
    Place("order_number", 632, 212, 217, Room(160, 26, 22, 13, break_below=15)),
)
CAPTIONS = {
    "mark_code": "mark",
    "order_number": "order",
    **{name: name for name in ("recipient", "pack", "lot", "awb")},
}
"""The caption over a field; the product is large enough to do without."""

FRAME_TOP, FRAME_HEIGHT = 256, 170
FRAME = (
    Block(MARGIN, FRAME_TOP, WIDE, 3),
    Block(MARGIN, FRAME_TOP + FRAME_HEIGHT, WIDE, 3),
    Block(MARGIN, FRAME_TOP, 3, FRAME_HEIGHT),
    Block(MARGIN + WIDE - 3, FRAME_TOP, 3, FRAME_HEIGHT + 3),
)
FLAG = Block(MARGIN + 14, FRAME_TOP + 14, 108, 72)
STARS, STAR_SIZE = 12, 16
BESIDE = FLAG.x + FLAG.width + 20
TITLE = Place("title", BESIDE, 0, FRAME_TOP + 12, Room(MARGIN + WIDE - 14 - BESIDE, 36, 32, 18, bold=True))
PASSPORT = (
    Place("A", BESIDE, 0, FRAME_TOP + 56, Room(MARGIN + WIDE - 14 - BESIDE, 32, 26, 15)),
    Place("B", FLAG.x, 0, FRAME_TOP + 96, Room(380, 28, 26, 15, break_below=18)),
    Place("D", HALF, 0, FRAME_TOP + 96, Room(360, 28, 26, 15)),
    Place("C", FLAG.x, 0, FRAME_TOP + 130, Room(WIDE - 28, 32, 28, 15, bold=True, break_below=18)),
)
"""The letters are those of the regulation."""
TITLES = {"es": "Pasaporte fitosanitario / Plant Passport"}


@hookimpl
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:
    """PDF, PNG and ZPL for a company that is registered; any other keeps the standard labels."""
    settings = context.settings
    if not settings["registration"]:
        return []
    passports = Passports(settings["registration"], settings["origin"], settings["botanical_names"])
    return renderers(passports.design, load_typeface())


@dataclass(frozen=True)
class Passports:
    """The design of one company; `botanical_names` by description of the product."""

    registration: str
    origin: str
    botanical_names: Mapping[str, str]

    def design(self, request: LabelRequest, typeface: Typeface) -> Design:
        """The standard label of a product without a botanical name, else one with a passport. Raises
        `UnprintableBoxCode`."""
        botanical = self.botanical_names.get(request.product)
        if botanical is None:
            return layout(request, typeface)
        bars = barcode(request.box_code, 444, 112)
        marks = list(_marks(request, typeface))
        words = (
            *(word for _, word in marks),
            *_fields(request, typeface),
            *_stars(typeface),
            *self._passport(request, botanical, typeface),
            box_code(bars, 564, 32, 32, typeface),
        )
        return Design(request.box_code, bars, (*(block for block, _ in marks), *FRAME, FLAG), words)

    def _passport(self, request: LabelRequest, botanical: str, typeface: Typeface) -> Iterator[Words]:
        yield from placed(TITLE, TITLES.get(request.locale.partition("-")[0], "Plant Passport"), typeface)
        texts = {"A": botanical, "B": self.registration, "C": request.lot, "D": self.origin}
        for place in PASSPORT:
            yield from placed(place, f"{place.field} {texts[place.field]}", typeface)


def _marks(request: LabelRequest, typeface: Typeface) -> Iterator[tuple[Block, Words]]:
    x = MARGIN
    for text in ("K2K",) * request.k2k + ("R",) * request.reprint:
        block, word = MARK.at(x, text, typeface)
        x += block.width + 12
        yield block, word


def _fields(request: LabelRequest, typeface: Typeface) -> Iterator[Words]:
    named = captions(request.locale)
    yield from placed(SHIP_DATE, request.ship_date.isoformat(), typeface)
    for place in PLACES:
        caption = named[CAPTIONS[place.field]] if place.field in CAPTIONS else ""
        yield from placed(place, getattr(request, place.field), typeface, caption)


def _stars(typeface: Typeface) -> Iterator[Words]:
    """The flag of the Union in black and white: twelve stars in a circle, a third of its height from the middle."""
    star = Fitted(("★",), STAR_SIZE, "★")
    width = typeface.widest("★", STAR_SIZE, bold=False)
    for number in range(STARS):
        angle = 2 * math.pi * number / STARS
        x = FLAG.x + FLAG.width / 2 + math.sin(angle) * FLAG.height / 3
        y = FLAG.y + FLAG.height / 2 - math.cos(angle) * FLAG.height / 3
        yield Words(round(x - width / 2), round(y + STAR_SIZE * 0.35), star, white=True)
