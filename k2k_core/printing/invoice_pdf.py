"""Draws an invoice as PDF. The same invoice always gives the same bytes."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from k2k_core.domain.invoice_document import PrintedInvoice
from k2k_core.printing.invoice_layout import layout, legible
from k2k_core.printing.pages import RIGHT, SIZES, Sheet, Words
from k2k_core.printing.typeface import Typeface, typeface

MEDIA_TYPE = "application/pdf"

_FONT_FILE = threading.Lock()
"""reportlab embeds a font by moving one shared cursor through its file, so only one thread may do so."""


def draw(invoice: PrintedInvoice) -> bytes:
    """The file. Its metadata name the seller that the invoice shows, and no other company."""
    fonts = typeface()
    shown = legible(invoice, fonts)
    sheets = layout(shown, fonts)
    file = io.BytesIO()
    canvas = Canvas(
        file,
        pagesize=SIZES[invoice.paper],
        initialFontName=fonts.name(),  # type: ignore[arg-type]  # the stubs take the name for a number
        invariant=1,
        lang=invoice.locale,
    )
    title = f"{invoice.words['title']} {shown.number}"
    canvas.setTitle(title)
    canvas.setAuthor(shown.seller)
    canvas.setSubject(title)
    canvas.setCreator("K2K")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    _paint(canvas, sheets, fonts, SIZES[invoice.paper][1])
    with _FONT_FILE:
        canvas.save()
    return file.getvalue()


def _paint(canvas: Canvas, sheets: Sequence[Sheet], fonts: Typeface, height: float) -> None:
    for sheet in sheets:
        for field in sheet.fields:
            canvas.setFillGray(field.gray)
            canvas.rect(field.x, height - field.y - field.height, field.width, field.height, stroke=0, fill=1)
        for words in sheet.words:
            _draw_text(canvas, words, fonts, height)
        canvas.showPage()


def _draw_text(canvas: Canvas, words: Words, fonts: Typeface, height: float) -> None:
    canvas.setFillGray(words.gray)
    canvas.setFont(fonts.name(words.bold), words.size)
    place = canvas.drawRightString if words.align == RIGHT else canvas.drawString
    place(words.x, height - words.y, words.text)
