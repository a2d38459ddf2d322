"""Labels as pictures: one pixel of the picture is one dot of the printer."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from k2k_core.domain.labels import LabelRequest
from k2k_labels.design import Bars
from k2k_labels.layout import layout
from k2k_labels.png import PngRenderer
from k2k_labels.typeface import Typeface
from tests.proofs.labels import read_back

Read = Callable[[bytes], list[str]]


@pytest.mark.long
def test_300_strange_boxes_scan_each_as_itself_and_as_nothing_else(strange_boxes: list[LabelRequest]) -> None:
    assert len({box.product for box in strange_boxes}) == 300
    found = read_back("png", strange_boxes)
    assert found.sound, found.faults


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=60), code=st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True))
def test_any_text_leaves_the_barcode_alone(
    roses: LabelRequest, as_png: PngRenderer, codes_in: Read, text: str, code: str
) -> None:
    request = replace(roses, box_code=code, product=text, pack=text, vendor_name=text, carrier=text, order_number=text)
    assert codes_in(as_png.render(request).content) == [code]


def test_a_picture_is_four_by_three_inches_at_203_dots(roses: LabelRequest, as_png: PngRenderer) -> None:
    with Image.open(io.BytesIO(as_png.render(roses).content)) as image:
        assert image.size == (812, 609)
        assert image.info["dpi"] == pytest.approx((203, 203), abs=0.1)


@pytest.mark.parametrize("code", ["A" * 40, "7" * 40, "ANDES-000123", "B1"])
def test_every_bar_is_a_whole_number_of_sharp_dots(
    roses: LabelRequest, as_png: PngRenderer, typeface: Typeface, code: str
) -> None:
    request = replace(roses, box_code=code)
    bars = layout(request, typeface).bars
    with Image.open(io.BytesIO(as_png.render(request).content)) as image:
        row = [image.getpixel((x, bars.y + bars.height // 2)) for x in range(image.width)]
    assert row == _drawn(bars, len(row))


def _drawn(bars: Bars, width: int) -> list[int]:
    row = [255] * width
    for start, length in bars.barcode.bars:
        for module in range(start * bars.module, (start + length) * bars.module):
            row[bars.x + module] = 0
    return row


def test_the_same_request_gives_the_same_picture(roses: LabelRequest, as_png: PngRenderer) -> None:
    assert as_png.render(roses) == as_png.render(roses)


def test_a_hidden_vendor_is_not_in_the_pictures_notes(roses: LabelRequest, as_png: PngRenderer) -> None:
    with Image.open(io.BytesIO(as_png.render(replace(roses, vendor_name="")).content)) as image:
        assert set(image.info) == {"dpi"}
