"""How fast labels are drawn in each format, as a ratio to drawing only the same barcode in the same format; and time,
size and memory of the labels of a whole air waybill."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import zint
from PIL import Image, ImageDraw
from reportlab.pdfgen.canvas import Canvas

from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import LabelRenderer, PluginContext
from k2k_core.testing import factories
from k2k_labels import label_renderers
from tests.benchmarks.interleaved_timing import Target, best_of
from tests.benchmarks.memory import alone

MODULE, WIDTH, HEIGHT, BAR = 2, 812, 609, 96
LIMITS = {"pdf": 12.0, "png": 10.0, "zpl": 30.0}
"""A whole label holds twenty texts in embedded letters beside its bars; that is the most it may cost."""


def measure(labels: int, rounds: int, boxes: int = 2_000) -> list[Target]:
    """Single labels in each format, and one PDF for so many boxes."""
    wanted = requests(labels)
    works: dict[str, Callable[[], object]] = {}
    for format, bare in BARE.items():
        renderer = _renderer(format)
        works[format] = lambda renderer=renderer: [renderer.render(one) for one in wanted]
        works[f"bare {format}"] = lambda bare=bare: [bare(one.box_code) for one in wanted]
    works["sheet"] = lambda: sheet_of(labels)
    best = best_of(rounds, works)
    found = [
        Target(_words(format, labels / best[format]), best[format] / best[f"bare {format}"], LIMITS[format])
        for format in BARE
    ]
    each = f"{labels / best['sheet']:,.0f} labels a second"
    words = f"a PDF of {labels:,} labels ({each}), to as many PDFs of bare bars"
    found.append(Target(words, best["sheet"] / best["bare pdf"], 4))
    return [*found, *_whole(boxes)]


def requests(count: int) -> list[LabelRequest]:
    """The boxes of an air waybill: lots of fifty boxes, each with its code, some for customers with other alphabets."""
    names = ("Bloom Wholesale", "Λουλούδια Αθηνών", "Цветы России", "Müller & Söhne Blumengroßhandel")
    one = factories.label_request()
    return [
        replace(
            one,
            box_code=f"ANDES-{number:06}",
            product=f"Rose Freedom Red {40 + number // 50 % 5 * 10} cm",
            lot=f"L-{number // 50:04}",
            recipient=names[number // 50 % len(names)],
            mark_code=f"C-{number // 50 % 17}",
        )
        for number in range(count)
    ]


def sheet_of(boxes: int) -> bytes:
    """One PDF with the labels of so many boxes."""
    sheet = _renderer("pdf").sheet
    assert sheet is not None
    return sheet(requests(boxes))


def size_of_sheet(boxes: int) -> int:
    """Bytes of that PDF."""
    return len(sheet_of(boxes))


def _whole(boxes: int) -> list[Target]:
    """Size and memory of a sheet, in a process of its own."""
    size, peak = alone("labels", "size_of_sheet", boxes)
    above = peak - alone("labels", "size_of_sheet", 1)[1]
    return [
        Target(f"{boxes:,} labels in one PDF: size in MB", size / 1e6, 4),
        Target(f"{boxes:,} labels in one PDF: peak memory in MB, {above:.0f} above one label", peak, 200),
    ]


def _renderer(format: str) -> LabelRenderer:
    context = PluginContext("k2k_labels", "ANDES")
    return next(one for one in label_renderers(context) if one.format == format)


def _words(format: str, a_second: float) -> str:
    return f"a label as {format} ({a_second:,.0f} a second), to the bare barcode as {format}"


def _bars(data: str) -> list[tuple[int, int]]:
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.CODE128
    symbol.show_text = False
    symbol.encode(data)
    symbol.buffer_vector()
    vector = symbol.vector
    assert vector is not None
    return [(round(bar.x), round(bar.width)) for bar in vector.rectangles]


def _bare_pdf(data: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(288, 216))
    for x, width in _bars(data):
        canvas.rect(20 + x, 20, width, 34, stroke=0, fill=1)
    canvas.save()
    return file.getvalue()


def _bare_png(data: str) -> bytes:
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for x, width in _bars(data):
        pen.rectangle((20 + MODULE * x, 400, 20 + MODULE * (x + width) - 1, 400 + BAR), fill=0)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _bare_zpl(data: str) -> bytes:
    _bars(data)  # a printer draws the bars itself; that the code can be drawn has to be known before
    return f"^XA^FO20,400^BY{MODULE}^BCN,{BAR},N^FD{data}^FS^XZ".encode()


BARE: dict[str, Callable[[str], bytes]] = {"pdf": _bare_pdf, "png": _bare_png, "zpl": _bare_zpl}
