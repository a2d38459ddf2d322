"""A realistic box, the three standard formats, and a reader of barcodes."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from PIL import Image

from k2k_core.domain.labels import LabelRequest
from k2k_labels.pdf import PdfRenderer
from k2k_labels.png import PngRenderer
from k2k_labels.typeface import Typeface, load_typeface
from k2k_labels.zpl import ZplRenderer
from tests.proofs import labels

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
    """Reads every barcode, of any kind, in a picture."""

    def read(picture: bytes) -> list[str]:
        with Image.open(io.BytesIO(picture)) as image:
            return labels.codes_in(image)

    return read


@pytest.fixture(scope="session")
def strange_boxes() -> list[LabelRequest]:
    """300 boxes whose every text is hostile, international, or too long, in turn in every field."""
    return labels.boxes()
