"""A third-party sample plugin: labels in a company's own design, for companies that set a brand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from marshmallow import Schema, fields

from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import LabelRenderer, Manifest, PluginContext, hookimpl
from k2k_labels import renderers
from k2k_labels.captions import captions
from k2k_labels.design import MARGIN, WIDTH, Block, Design, Place, Stamp, Words, barcode, box_code, placed
from k2k_labels.fitting import Room
from k2k_labels.readable import readable
from k2k_labels.typeface import Typeface, load_typeface


class Settings(Schema):
    """`brand`: the name across the top, none for the standard labels; `motto`: small words under it."""

    brand = fields.String()
    motto = fields.String()


manifest = Manifest(
    name="k2k_sample_own_label",
    title="Labels with the brand of a company",
    owner="Sample Flowers <plugins@flowers.example>",
    settings_schema=Settings,
    defaults={"brand": "", "motto": ""},
)


@hookimpl
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:
    """The design in three formats for a company with a brand; for any other nothing, so that it keeps the standard."""
    brand, motto = str(context.settings["brand"]), str(context.settings["motto"])
    return renderers(Branded(brand, motto).layout, load_typeface()) if brand.strip() else []


BAND = Block(0, 0, WIDTH, 92)
MARK = Stamp(16, 60, 44)
HALF = WIDTH // 2 + 20
WIDE = WIDTH - 2 * MARGIN
PLACES = (
    Place("mark_code", MARGIN, 0, 104, Room(370, 96, 104, 18, bold=True, break_below=32)),
    Place("recipient", HALF, 120, 126, Room(WIDTH - MARGIN - HALF, 74, 34, 16)),
    Place("product", MARGIN, 0, 220, Room(WIDE, 50, 46, 20, bold=True)),
    Place("pack", MARGIN, 300, 306, Room(370, 30, 26, 15)),
    Place("lot", HALF, 300, 306, Room(WIDTH - MARGIN - HALF, 30, 26, 15, break_below=17)),
    Place("awb", MARGIN, 354, 360, Room(370, 30, 26, 15, break_below=17)),
    Place("order_number", HALF, 354, 360, Room(150, 30, 26, 13, bold=True, break_below=17)),
    Place("carrier", HALF + 170, 354, 360, Room(WIDTH - MARGIN - HALF - 170, 30, 26, 13)),
)
NAMED = {name: name for name in ("recipient", "pack", "lot", "awb", "carrier")} | {"order_number": "order"}
"""Which caption stands over which field; the others are large enough to do without."""


@dataclass(frozen=True)
class Branded:
    """The design of one company."""

    brand: str
    motto: str

    def layout(self, request: LabelRequest, typeface: Typeface) -> Design:
        """Brand and marks; mark code and recipient; product; the small print; the barcode. Raises
        `UnprintableBoxCode`."""
        bars = barcode(request.box_code, 410, 140)
        words = (
            *self._head(request, typeface),
            *_fields(request, typeface),
            box_code(bars, 556, 36, 36, typeface),
        )
        rules = (BAND, Block(MARGIN, 206, WIDE, 3), Block(MARGIN, 280, WIDE, 2))
        return Design(request.box_code, bars, rules, words)

    def _head(self, request: LabelRequest, typeface: Typeface) -> Iterator[Words]:
        """In white on the band: the marks at its right end, and the brand and the ship date in the room before them."""
        right = WIDTH - MARGIN
        for text in ("K2K",) * request.k2k + ("R",) * request.reprint:
            width = MARK.at(0, text, typeface)[0].width
            right -= width
            yield MARK.at(right, text, typeface)[1]
        day = request.ship_date.isoformat()
        right -= round(typeface.widest(day, 28, bold=True)) + MARGIN
        yield from _white(Place("day", right, 0, 16, Room(WIDTH, 60, 28, 28, bold=True)), day, typeface)
        room = right - 2 * MARGIN
        top = 12 if self.motto else 16
        yield from _white(Place("brand", MARGIN, 0, top, Room(room, 44, 44, 20, bold=True)), self.brand, typeface)
        yield from _white(Place("motto", MARGIN, 0, 60, Room(room, 22, 18, 14)), self.motto, typeface)


def _white(place: Place, text: str, typeface: Typeface) -> Iterator[Words]:
    for words in placed(place, text, typeface):
        yield Words(words.x, words.baseline, words.fitted, words.bold, white=True)


def _fields(request: LabelRequest, typeface: Typeface) -> Iterator[Words]:
    named = captions(request.locale)
    for place in PLACES:
        caption = named[NAMED[place.field]] if place.field in NAMED else ""
        text = str(getattr(request, place.field))
        if place.field == "product" and readable(request.vendor_name, typeface):
            text = f"{text} · {request.vendor_name}"
        yield from placed(place, text, typeface, caption)
