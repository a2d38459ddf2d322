"""Barcodes: what is encoded, what is refused, and how wide a bar may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.errors import UnprintableBoxCode
from k2k_labels.barcode import QUIET_MODULES, WIDEST_MODULE, code128

box_codes = st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True)


@given(box_codes)
def test_every_box_code_of_the_dictionary_fits_on_the_label(code: str) -> None:
    barcode = code128(code)
    assert barcode.module_dots(812) >= 1
    assert barcode.data == code


@given(box_codes)
def test_bars_follow_one_another_and_never_touch(code: str) -> None:
    barcode = code128(code)
    ends = [start + width for start, width in barcode.bars]
    assert barcode.bars[0][0] == 0
    assert ends[-1] == barcode.modules
    assert all(1 <= width <= 4 for _, width in barcode.bars)
    assert all(end < start for end, (start, _) in zip(ends, barcode.bars[1:], strict=False))


def test_a_short_code_gets_bars_of_four_dots_and_no_wider() -> None:
    assert code128("B1").module_dots(812) == WIDEST_MODULE == 4


def test_quiet_zones_are_kept_free_on_both_sides() -> None:
    barcode = code128("A" * 40)
    needed = barcode.modules + 2 * QUIET_MODULES
    assert barcode.module_dots(needed) == 1
    with pytest.raises(UnprintableBoxCode, match="too long"):
        barcode.module_dots(needed - 1)


@pytest.mark.parametrize(
    "code", ["", " ", "A ", " A", "A>B", ">:12", "é", "玫", "A\nB", "\x00", "A\x7f", "A\u200b", "A" * 300, "B\u202e1"]
)
def test_what_cannot_be_printed_as_a_barcode_is_refused(code: str) -> None:
    with pytest.raises(UnprintableBoxCode) as refusal:
        code128(code)
    assert refusal.value.code == "unprintable_box_code"
    assert refusal.value.message.isprintable()
