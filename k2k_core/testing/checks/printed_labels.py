"""Reads labels as those who use them do: pictures as a scanner, ZPL as a printer."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import NamedTuple

import pypdfium2
from PIL import Image

PDF, ZPL = "application/pdf", "application/zpl"
DOTS_PER_INCH = 203
DANGEROUS = frozenset(("~JA", "^JU", "~JR", "^KL"))
"""Commands that only a text of the checks contains."""


class Field(NamedTuple):
    """A field of a ZPL label: its barcode command, empty for text, and its data as they are printed."""

    barcode: str
    data: str


def can_be_read(media_type: str) -> bool:
    """Whether labels of that media type can be read here. One of a plugin's own kind cannot."""
    return media_type in (PDF, ZPL) or media_type.startswith("image/")


def codes_in(media_type: str, content: bytes) -> list[str]:
    """Every barcode on a label. Raises `AssertionError` where the reader of barcodes is not installed."""
    if media_type == ZPL:
        return [field.data for field in fields_of(content) if field.barcode]
    if find_spec("zxingcpp") is None:
        raise AssertionError("the barcodes of labels are read with zxing-cpp: pip install zxing-cpp")
    import zxingcpp

    return [found.text for found in zxingcpp.read_barcodes(_picture(media_type, content), try_downscale=False)]


def obeyed(media_type: str, content: bytes) -> list[str]:
    """Commands in the file of a label that a text became; pictures have none."""
    if media_type != ZPL:
        return []
    commands = [name for name, _ in _commands(content)]
    twice = [name for name in ("^XA", "^XZ") if commands.count(name) != 1]
    return [*twice, *(name for name in commands if name in DANGEROUS)]


def fields_of(content: bytes) -> Iterator[Field]:
    """The fields of a ZPL label, one after the other."""
    barcode, escape = "", ""
    for name, words in _commands(content):
        if name == "^FS":
            barcode = escape = ""
        elif name[:2] == "^B" and name not in ("^BY",):
            barcode = name
        elif name == "^FH":
            escape = words[:1] or "_"
        elif name == "^FD":
            yield Field(barcode, _unescaped(words, escape).removeprefix(">:"))


def _commands(content: bytes) -> Iterator[tuple[str, str]]:
    """The commands of a ZPL label, each with what follows it."""
    for found in re.finditer(r"([\^~][A-Za-z@][A-Za-z0-9@]?)([^\^~]*)", content.decode("utf-8", "replace")):
        yield found[1].upper(), found[2].rstrip("\r\n")


def _unescaped(words: str, escape: str) -> str:
    if not escape:
        return words
    found = re.sub(
        re.escape(escape) + r"([0-9A-Fa-f]{2})", lambda pair: bytes.fromhex(pair[1]).decode("latin-1"), words
    )
    return found.encode("latin-1", "replace").decode("utf-8", "replace")


def _picture(media_type: str, content: bytes) -> Image.Image:
    """A label as a picture, a PDF at the resolution of a label printer."""
    if media_type != PDF:
        return Image.open(io.BytesIO(content)).convert("L")
    document = pypdfium2.PdfDocument(content)
    try:
        picture: Image.Image = document[0].render(scale=DOTS_PER_INCH / 72, grayscale=True).to_pil().copy()
        return picture
    finally:
        document.close()
