"""Renders labels as PNG at printer resolution, from the same PDF that is printed."""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass

import pypdfium2
from PIL import Image

from k2k_core.domain.labels import Label, LabelRequest
from k2k_labels.design import DOTS_PER_INCH
from k2k_labels.pdf import PdfRenderer

MEDIA_TYPE = "image/png"

_PDFIUM = threading.Lock()
"""PDFium is not thread-safe, and a web server has several threads."""


@dataclass(frozen=True, slots=True)
class PngRenderer:
    """PNG labels, one pixel for each dot of a 203 dpi printer."""

    pdf: PdfRenderer

    def render(self, request: LabelRequest) -> Label:
        """One label as a grey picture. Raises `UnprintableBoxCode`."""
        label = self.pdf.render(request)
        return Label(request.box_code, MEDIA_TYPE, picture(label.content), label.text)


def picture(pdf: bytes) -> bytes:
    """The first page of a PDF as PNG."""
    file = io.BytesIO()
    _page_image(pdf).save(file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
    return file.getvalue()


def _page_image(pdf: bytes) -> Image.Image:
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page = document[0]
            bitmap = page.render(scale=DOTS_PER_INCH / 72, grayscale=True)
            image: Image.Image = bitmap.to_pil().copy()
            return image
        finally:
            document.close()
