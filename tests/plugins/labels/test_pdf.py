"""Labels as PDF: the barcode scans, the texts are right, and the file contains nothing else."""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pypdfium2.raw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2k_core.domain.labels import LabelRequest
from k2k_core.errors import UnprintableBoxCode
from k2k_labels.layout import layout
from k2k_labels.pdf import PdfRenderer
from k2k_labels.typeface import Typeface
from tests.proofs.labels import read_back

Read = Callable[[bytes], list[str]]
TEXT, PATH = pypdfium2.raw.FPDF_PAGEOBJ_TEXT, pypdfium2.raw.FPDF_PAGEOBJ_PATH


def _pictures(pdf: bytes, dots_per_inch: int) -> list[bytes]:
    document = pypdfium2.PdfDocument(pdf)
    pictures = []
    for page in document:
        file = io.BytesIO()
        page.render(scale=dots_per_inch / 72).to_pil().save(file, "PNG")
        pictures.append(file.getvalue())
    document.close()
    return pictures


def _words(pdf: bytes, page: int = 0) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = str(document[page].get_textpage().get_text_bounded())
    document.close()
    return " ".join(text.split())


def letters(text: str) -> list[str]:
    """The letters of a text in order of their codes; joined ones (`ﬁ`) apart, as a reader of PDF gives them."""
    return sorted("".join(unicodedata.normalize("NFKC", text).split()))


@pytest.mark.parametrize("dots_per_inch", [203, 300, 600])
def test_the_barcode_reads_as_the_box_code(
    roses: LabelRequest, as_pdf: PdfRenderer, codes_in: Read, dots_per_inch: int
) -> None:
    pictures = _pictures(as_pdf.render(roses).content, dots_per_inch)
    assert [codes_in(picture) for picture in pictures] == [["ANDES-000123"]]


def test_a_page_is_four_by_three_inches(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    document = pypdfium2.PdfDocument(as_pdf.render(roses).content)
    assert document[0].get_size() == pytest.approx((288, 216))
    document.close()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), code=st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True))
def test_any_text_leaves_the_barcode_alone(
    roses: LabelRequest, as_pdf: PdfRenderer, codes_in: Read, text: str, code: str
) -> None:
    request = replace(roses, box_code=code, product=text, recipient=text, mark_code=text, lot=text, awb=text)
    assert [codes_in(picture) for picture in _pictures(as_pdf.render(request).content, 300)] == [[code]]


def test_a_sheet_of_300_strange_boxes_has_a_page_for_each_and_each_page_scans(
    strange_boxes: list[LabelRequest],
) -> None:
    found = read_back("pdf", strange_boxes)
    assert found.labels == 300
    assert found.sound, found.faults


def test_strange_texts_are_in_the_file_as_text_and_add_nothing_to_it(
    strange_boxes: list[LabelRequest], as_pdf: PdfRenderer, typeface: Typeface
) -> None:
    """Each page holds the texts of its design, its rectangles, and no other object; the file does nothing."""
    content = as_pdf.sheet(strange_boxes)
    document = pypdfium2.PdfDocument(content)
    assert len(document) == len(strange_boxes)
    for page, box in zip(document, strange_boxes, strict=True):
        design = layout(box, typeface)
        kinds = Counter(one.type for one in page.get_objects())
        assert set(kinds) == {TEXT, PATH}
        assert kinds[PATH] == len(design.blocks) + len(design.bars.barcode.bars), box
        drawn = "".join(line for words in design.words for _, line in words.placed_lines())
        read = page.get_textpage().get_text_range()
        assert letters(read) == letters(drawn), box
    document.close()
    for command in (b"/JavaScript", b"/JS", b"/Action", b"/OpenAction", b"/Annots", b"/URI", b"/EmbeddedFile"):
        assert command not in content


def test_international_names_can_be_read_and_searched(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    pdf = as_pdf.render(replace(roses, product="Роза Łódź", recipient="Λουλούδια Αθηνών")).content
    assert "Роза Łódź" in _words(pdf)
    assert "Λουλούδια Αθηνών" in _words(pdf)


def test_every_text_of_the_label_is_in_the_file(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    label = as_pdf.render(roses)
    words = _words(label.content)
    assert [text for text in label.text if text not in words] == []


def test_the_same_request_gives_the_same_bytes(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    assert as_pdf.render(roses) == as_pdf.render(roses)
    assert as_pdf.sheet([roses, roses]) == as_pdf.sheet([roses, roses])


def test_no_metadata_name_the_vendor(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    shown = pypdfium2.PdfDocument(as_pdf.render(roses).content)
    metadata = shown.get_metadata_dict()
    shown.close()
    assert metadata["Title"] == "Label ANDES-000123"
    assert metadata["Author"] == "K2K"
    assert "Andes" not in str(metadata)


def test_a_hidden_vendor_is_nowhere_in_the_file(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    label = as_pdf.render(replace(roses, vendor_name=""))
    assert "Andes" not in _words(label.content)
    assert b"Andes" not in label.content


def test_no_font_is_left_to_the_reader(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    pdf = as_pdf.render(roses).content
    assert b"Helvetica" not in pdf
    assert pdf.count(b"/FontFile2") == 2


def test_a_code_that_no_barcode_carries_is_refused(roses: LabelRequest, as_pdf: PdfRenderer) -> None:
    with pytest.raises(UnprintableBoxCode):
        as_pdf.render(replace(roses, box_code="A>B"))


def test_several_threads_print_at_once(strange_boxes: list[LabelRequest], as_pdf: PdfRenderer) -> None:
    """Accented letters are put together from parts, which is where a shared font file would go wrong."""
    boxes = [
        replace(box, product=f"{number} Ñandú é ö ş Ĝ ǟ {box.product}") for number, box in enumerate(strange_boxes[:40])
    ]
    alone = [as_pdf.render(box) for box in boxes]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(as_pdf.render, boxes)) == alone
