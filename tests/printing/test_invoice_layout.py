"""The layout of an invoice: as many pages as it needs, inside its margins, whatever its names contain."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2k_core.domain.invoice_document import PAPERS, Party, PrintedInvoice, PrintedLine, address_of, written
from k2k_core.printing import invoice_pdf
from k2k_core.printing.invoice_layout import MARGIN, layout, legible
from k2k_core.printing.pages import RIGHT, SIZES, Sheet, Words
from k2k_core.printing.typeface import Typeface, typeface
from k2k_core.texts import texts

LINE = PrintedLine("Rose Red Freedom 60cm", "HB", "2", "250", "stem", "500", "0.48", "240.00", "C-100")
INVOICE = PrintedInvoice(
    number="I-1001",
    locale="en",
    paper="letter",
    seller="Bloom Wholesale",
    bill_to=Party("Corner Florist", ("1 Main St", "Tampa, FL 33601")),
    ship_to=None,
    facts=(("Date", "2026-02-02"), ("AWB", "260204-BLOOM-2FFG2Y")),
    lines=(LINE,),
    subtotal="240.00",
    charges=(("Fuel", "6.00"),),
    total="246.00 USD",
    words=texts("invoice", "en"),
)
HOSTILE = [
    "^XA^FD injected ^FS^XZ",
    "<b>&amp;</b> <script>alert(1)</script>",
    "line\nbreak\r\n\ttab\x00\x1b[31m",
    "right\u202eto left\u2066",
    "(unbalanced ) parenthesis ( \\ endobj %%EOF",
    "Роза красная «Фридом»",
    "Τριαντάφυλλο κόκκινο",
    "玫瑰 红色",
    "وردة حمراء",
    "गुलाब लाल",
    "🌹" * 40,
    "W" * 5000,
    "a " * 3000,
    "\ud800 half a pair",
    "",
]


@pytest.fixture(scope="module")
def letters() -> Typeface:
    return typeface()


def sheets_of(invoice: PrintedInvoice, letters: Typeface) -> list[Sheet]:
    return layout(legible(invoice, letters), letters)


def box(said: Words, letters: Typeface) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a text."""
    width = letters.width(said.text, said.size, said.bold)
    left = said.x - width if said.align == RIGHT else said.x
    return left, said.y - said.size * 0.75, left + width, said.y + said.size * 0.22


def faults(invoice: PrintedInvoice, letters: Typeface) -> list[str]:
    """Texts that stand outside the margins, or on one another."""
    width, height = SIZES[invoice.paper]
    found = []
    for sheet in sheets_of(invoice, letters):
        boxes = [(one.text, box(one, letters)) for one in sheet.words]
        for text, (left, top, right, bottom) in boxes:
            if left < MARGIN - 0.5 or right > width - MARGIN + 0.5 or top < MARGIN - 20 or bottom > height - 30:
                found.append(f"outside: {text}")
        found += [f"{a[0]} on {b[0]}" for n, a in enumerate(boxes) for b in boxes[n + 1 :] if _touch(a[1], b[1])]
    return found


def _touch(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] + 1 < other[3] and other[1] + 1 < one[3]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("count", [0, 1, 20, 21, 22, 23, 24, 25, 26, 27, 200])
def test_many_lines_go_over_sheets_with_heads_and_numbers(letters: Typeface, paper: str, count: int) -> None:
    invoice = replace(INVOICE, paper=paper, lines=(LINE,) * count)
    sheets = sheets_of(invoice, letters)
    assert faults(invoice, letters) == []
    for place, sheet in enumerate(sheets, 1):
        texts = [one.text for one in sheet.words]
        assert f"Page {place} of {len(sheets)}" in texts
        assert [caption for caption in ("Description", "Boxes", "Price") if texts.count(caption) != 1] == []
    every = [one.text for sheet in sheets for one in sheet.words]
    assert every.count("Rose Red Freedom 60cm") == every.count("240.00") - 1 == count
    assert "246.00 USD" in [one.text for one in sheets[-1].words]


@pytest.mark.parametrize("count", [0, 1, 3, 60])
def test_charges_go_on_and_the_total_never_stands_alone(letters: Typeface, count: int) -> None:
    charges = tuple((f"Charge {number}", f"{number}.00") for number in range(count))
    for lines in range(15, 30):
        invoice = replace(INVOICE, lines=(LINE,) * lines, charges=charges)
        assert faults(invoice, letters) == []
        texts = [one.text for one in sheets_of(invoice, letters)[-1].words]
        if count:
            assert f"Charge {count - 1}" in texts
        assert "246.00 USD" in texts


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_every_name_is_data_and_stays_in_its_place(letters: Typeface, text: str) -> None:
    line = replace(LINE, description=text, mark=text, box_type=text[:40])
    everywhere = replace(
        INVOICE,
        number=text[:40] or "I",
        seller=text,
        bill_to=Party(text, (text, text)),
        ship_to=Party(text, (text,)),
        facts=tuple((caption, text) for caption in ("Order", "AWB", "Carrier", "Ship via", "Currency")),
        lines=(line, LINE),
        charges=((text, "6.00"),),
    )
    assert faults(everywhere, letters) == []
    shown = [one.text for sheet in sheets_of(everywhere, letters) for one in sheet.words]
    assert [one for one in shown if any(ord(letter) not in letters.repertoire for letter in one)] == []
    content = invoice_pdf.draw(everywhere)
    document = pypdfium2.PdfDocument(content)
    assert len(document) >= 1
    assert "246.00 USD" in "".join(page.get_textpage().get_text_range() for page in document)
    assert document.get_metadata_dict()["Author"] == letters.readable(text)
    document.close()


@given(text=st.text(max_size=80), lines=st.integers(0, 40))
@settings(max_examples=25, deadline=None)
def test_any_text_can_be_printed(text: str, lines: int) -> None:
    invoice = replace(INVOICE, seller=text, bill_to=Party(text), lines=(replace(LINE, description=text),) * lines)
    assert faults(invoice, typeface()) == []
    assert invoice_pdf.draw(invoice).startswith(b"%PDF-")


def test_the_largest_amounts_leave_room_for_the_description(letters: Typeface) -> None:
    amounts = {"units": "250,000,000,000", "price": "999,999,999,999.999999", "total": "-999,999,999,999.99"}
    large = replace(LINE, box_type="W" * 40, **amounts)
    invoice = replace(INVOICE, lines=(large, LINE), subtotal="999,999,999,999.99", total="999,999,999,999.99 USD")
    assert faults(invoice, letters) == []


def test_it_is_drawn_and_not_only_said(letters: Typeface) -> None:
    """What a person sees: ink where the text stands, none in the margins."""
    content = invoice_pdf.draw(replace(INVOICE, lines=(LINE,) * 60))
    document = pypdfium2.PdfDocument(content)
    for page in document:
        picture = page.render(scale=1, grayscale=True).to_pil()
        width, height = picture.size
        dark: Any = picture.point(lambda value: 255 if value < 200 else 0)
        left, top, right, bottom = dark.getbbox()
        assert left >= MARGIN - 1
        assert right <= width - MARGIN + 1
        assert top >= MARGIN - 20
        assert bottom <= height - 25
    document.close()


def test_an_address_is_written_as_on_an_envelope() -> None:
    whole = {"name": "Corner", "street": "1 Main St", "city": "Tampa", "state": "FL", "postal_code": "33601"}
    assert address_of(whole | {"country": "USA", "phone": "+1"}) == ("1 Main St", "Tampa, FL 33601", "USA", "+1")
    assert address_of({"city": "Quito"}) == ("Quito",)
    assert address_of({}) == ()


@pytest.mark.parametrize(
    ("number", "english", "spanish"),
    [
        ("1234567.50", "1,234,567.50", "1.234.567,50"),
        ("-100.00", "-100.00", "-100,00"),
        ("0.000001", "0.000001", "0,000001"),
        ("999999999999.99", "999,999,999,999.99", "999.999.999.999,99"),
        ("1000", "1,000", "1.000"),
    ],
)
def test_numbers_are_written_as_a_language_writes_them(number: str, english: str, spanish: str) -> None:
    assert (written(number, "en"), written(number, "es")) == (english, spanish)
