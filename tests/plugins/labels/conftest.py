"""A realistic box, the three standard formats, and a reader of barcodes."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from k2k_core.domain.labels import LabelRequest
from k2k_labels.pdf import PdfRenderer
from k2k_labels.png import PngRenderer
from k2k_labels.typeface import Typeface, load_typeface
from k2k_labels.zpl import ZplRenderer

ROSES = LabelRequest(
    box_code="ANDES-000123",
    product="Rose Red Freedom 60cm",
    pack="Half box · 10 × 25 stems",
    lot="L-2026-0207",
    recipient="Bloom Wholesale",
    mark_code="C-100",
    carrier="Armellini",
    ship_date=dt.date(2026, 2, 11),
    awb="145-88231124",
    order_number="100342K",
    vendor_name="Andes Flower Farms",
)


CODES = (
    *(
        "ANDES-000123",
        "1",
        "a",
        "7" * 40,
        "A" * 40,
        "z" * 32,
        "B.x_y-9",
        "00012345",
        "1234567",
        "A1B2C3D4",
        "---",
        "...",
    ),
    *("_5E_7E", "XA-XZ-FD-FS", "12A34b56C78d90", "K2K-2026-02-11-BLOOM-000000000042", "9" * 39, "-" * 40),
)
"""Box codes as the dictionary allows them, short and long, some of them looking like commands."""


@pytest.fixture(scope="session")
def roses() -> LabelRequest:
    return ROSES


@pytest.fixture(scope="session")
def typeface() -> Typeface:
    return load_typeface()


@pytest.fixture(scope="session")
def as_pdf(typeface: Typeface) -> PdfRenderer:
    return PdfRenderer(typeface)


@pytest.fixture(scope="session")
def as_png(as_pdf: PdfRenderer) -> PngRenderer:
    return PngRenderer(as_pdf)


@pytest.fixture(scope="session")
def as_zpl(typeface: Typeface) -> ZplRenderer:
    return ZplRenderer(typeface)


@pytest.fixture(scope="session")
def codes_in() -> Callable[[bytes], list[str]]:
    """Reads every barcode, of any kind, in a picture.

    Not from a shrunken copy of it, as the reader would also try: no scanner sees a label like that, and bars that
    shrinking has bent can read as a second code.
    """

    def read(picture: bytes) -> list[str]:
        with Image.open(io.BytesIO(picture)) as image:
            return [barcode.text for barcode in zxingcpp.read_barcodes(image, try_downscale=False)]

    return read


TEXTS: list[str] = [
    text for group in json.loads(Path(__file__).with_name("texts.json").read_text("utf-8")).values() for text in group
]


@pytest.fixture(scope="session")
def strange_boxes() -> list[LabelRequest]:
    """120 boxes whose every text is hostile, international, or too long, in turn in every field."""
    return [_strange_box(number) for number in range(120)]


def _strange_box(number: int) -> LabelRequest:
    def text(step: int) -> str:
        return TEXTS[(number * (1 + step % 3) + step * 7) % len(TEXTS)]

    return LabelRequest(
        box_code=CODES[number % len(CODES)],
        product=TEXTS[number % len(TEXTS)],
        pack=text(1),
        lot=text(2),
        recipient=text(3),
        mark_code=text(4),
        carrier=text(5),
        ship_date=dt.date(2026, 1, 1) + dt.timedelta(days=number),
        awb=text(6),
        order_number=text(7),
        vendor_name=text(8),
        k2k=number % 3 != 0,
        reprint=number % 2 == 0,
        locale=("en", "es", "es-CO", "xx", "")[number % 5],
    )
