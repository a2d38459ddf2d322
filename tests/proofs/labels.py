"""Labels with hostile and international texts are printed in every format and decoded by a barcode reader.

Each of 300 texts is the product name of one label, with others of them in every other field. PDF, PNG and ZPL are
rendered at the resolution of a label printer: there must be exactly one barcode, with the box code.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image

from k2k_core.domain.labels import LabelRequest
from k2k_core.hooks import PluginContext
from k2k_labels import label_renderers

HERE = Path(__file__).parents[1]
TEXTS: tuple[str, ...] = tuple(
    text for group in json.loads((HERE / "plugins/labels/texts.json").read_text("utf-8")).values() for text in group
)
RENDER = ("node", str(HERE / "node" / "render_zpl.cjs"))
AT_ONCE = 50
"""Labels of one call of the ZPL renderer."""

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

FIELDS = ("product", "pack", "lot", "recipient", "mark_code", "carrier", "awb", "order_number", "vendor_name")


def boxes() -> list[LabelRequest]:
    """A box for each text, which is its product; other texts stand in its other fields."""
    return [_box(number, _others(number)) for number in range(len(TEXTS))]


def full_boxes() -> list[LabelRequest]:
    """As few boxes as hold all texts, each text once: a renderer of ZPL takes a quarter of a second for a label."""
    count = len(FIELDS)
    parts = [TEXTS[start : start + count] for start in range(0, len(TEXTS), count)]
    return [_box(number, [*part, *[""] * (count - len(part))]) for number, part in enumerate(parts)]


def _others(number: int) -> list[str]:
    rest = [TEXTS[(number * (1 + step % 3) + step * 7) % len(TEXTS)] for step in range(1, len(FIELDS))]
    return [TEXTS[number], *rest]


def _box(number: int, texts: Sequence[str]) -> LabelRequest:
    return LabelRequest(
        box_code=CODES[number % len(CODES)],
        ship_date=dt.date(2026, 1, 1) + dt.timedelta(days=number % 300),
        k2k=number % 3 != 0,
        reprint=number % 2 == 0,
        for_date=dt.date(2026, 12, 31) if number % 4 == 0 else None,
        locale=("en", "es", "es-CO", "xx", "")[number % 5],
        **dict(zip(FIELDS, texts, strict=True)),
    )


def codes_in(picture: Image.Image) -> list[str]:
    """Every barcode, of any kind, in a picture.

    Not from a shrunken copy of it, as the reader would also try: no scanner sees a label like that, and bars that
    shrinking has bent can read as a second code.
    """
    return [barcode.text for barcode in zxingcpp.read_barcodes(picture, try_downscale=False)]


def pages(pdf: bytes, dots_per_inch: int = 203) -> Iterator[Image.Image]:
    """The pages of a PDF, drawn at the resolution of a printer."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield page.render(scale=dots_per_inch / 72, grayscale=True).to_pil()
    finally:
        document.close()


def printed(zpl: Sequence[bytes]) -> list[Image.Image]:
    """The labels that a renderer of ZPL makes of some files."""
    pictures: list[Image.Image] = []
    for start in range(0, len(zpl), AT_ONCE):
        content = b"".join(zpl[start : start + AT_ONCE])
        done = subprocess.run(RENDER, input=content, capture_output=True, check=True, timeout=240)
        pictures += [Image.open(io.BytesIO(base64.b64decode(one))) for one in json.loads(done.stdout)]
    return pictures


def may_print_zpl() -> bool:
    """Whether this machine has the renderer of ZPL."""
    return shutil.which("node") is not None and (HERE / "node" / "node_modules" / "zpl-renderer-js").is_dir()


@dataclass
class ReadBack:
    """How many labels were read, in which format, how fast, and which came out wrong."""

    format: str
    labels: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether every label was read, as itself and as nothing else."""
        return self.labels > 0 and not self.faults

    def __str__(self) -> str:
        words = f"{self.labels} labels with {len(TEXTS)} hostile and international texts, printed as {self.format}"
        return f"{words} and read again: {len(self.faults)} faults, {self.seconds:.1f} s"


def read_back(format: str, wanted: Sequence[LabelRequest]) -> ReadBack:
    """Print the boxes in a format and read what comes out."""
    begun = time.perf_counter()
    found = ReadBack(format)
    pictures = list(_pictures(format, wanted))
    if len(pictures) != len(wanted):
        found.faults.append(f"{len(pictures)} labels for {len(wanted)} boxes")
    for box, picture in zip(wanted, pictures, strict=False):
        found.labels += 1
        codes = codes_in(picture)
        if codes != [box.box_code]:
            found.faults.append(f"{box.box_code} reads as {codes}: {ascii(box)[:300]}")
    found.seconds = time.perf_counter() - begun
    return found


def _pictures(format: str, wanted: Sequence[LabelRequest]) -> Iterator[Image.Image]:
    (renderer,) = (one for one in label_renderers(PluginContext("k2k_labels", "ANDES", {})) if one.format == format)
    if format == "pdf":
        assert renderer.sheet is not None
        yield from pages(renderer.sheet(wanted))
    elif format == "png":
        yield from (Image.open(io.BytesIO(renderer.render(box).content)) for box in wanted)
    else:
        yield from printed([renderer.render(box).content for box in wanted])
