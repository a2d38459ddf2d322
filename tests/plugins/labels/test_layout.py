"""The label layout: what is printed, and that no two parts overlap."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations

import pytest

from k2k_core.domain.labels import LabelRequest
from k2k_labels.design import HEIGHT, WIDTH, Design
from k2k_labels.layout import layout
from k2k_labels.typeface import Typeface

Box = tuple[float, float, float, float]


def test_a_label_says_everything_in_reading_order(roses: LabelRequest, typeface: Typeface) -> None:
    assert layout(roses, typeface).text == (
        *("K2K", "Vendor", "Andes Flower Farms", "Ship date", "2026-02-11", "Rose Red Freedom 60cm"),
        *("Pack", "Half box · 10 × 25 stems", "Lot", "L-2026-0207", "Mark", "C-100", "Ship to", "Bloom Wholesale"),
        *("Carrier", "Armellini", "AWB", "145-88231124", "Order", "100342K", "ANDES-000123"),
    )


def test_the_buyers_ship_date_stands_beside_the_vendors_where_it_is_another(
    roses: LabelRequest, typeface: Typeface
) -> None:
    two = replace(roses, for_date=dt.date(2026, 2, 13))
    assert layout(two, typeface).text[:7] == (
        *("K2K", "Vendor", "Andes Flower Farms", "Ship date", "2026-02-11", "For", "2026-02-13"),
    )
    assert "Para" in layout(replace(two, locale="es"), typeface).text
    sizes = {words.fitted.text: words.fitted.size for words in layout(two, typeface).words}
    assert sizes["2026-02-11"] == sizes["2026-02-13"] >= 28


def test_a_reprint_is_marked(roses: LabelRequest, typeface: Typeface) -> None:
    assert "R" in layout(replace(roses, reprint=True), typeface).text
    assert "R" not in layout(roses, typeface).text


def test_a_box_that_is_not_k2k_has_no_k2k_mark(roses: LabelRequest, typeface: Typeface) -> None:
    assert "K2K" not in layout(replace(roses, k2k=False), typeface).text


def test_a_hidden_vendor_leaves_no_caption_behind(roses: LabelRequest, typeface: Typeface) -> None:
    text = layout(replace(roses, vendor_name=""), typeface).text
    assert not {"Vendor", "Andes Flower Farms"} & set(text)


@pytest.mark.parametrize("locale", ["es", "es-CO", "es_MX", "ES"])
def test_captions_speak_spanish(roses: LabelRequest, typeface: Typeface, locale: str) -> None:
    assert {"Marca", "Lote", "Fecha de envío"} <= set(layout(replace(roses, locale=locale), typeface).text)


def test_an_unknown_language_is_answered_in_english(roses: LabelRequest, typeface: Typeface) -> None:
    assert layout(replace(roses, locale="nl"), typeface).text == layout(roses, typeface).text


def test_the_box_code_is_never_shortened(roses: LabelRequest, typeface: Typeface) -> None:
    for code in ("W" * 40, "a b  c", "7"):
        assert layout(replace(roses, box_code=code), typeface).text[-1] == code


def test_mark_code_product_and_box_code_are_the_largest_words(roses: LabelRequest, typeface: Typeface) -> None:
    sizes = {words.fitted.text: words.fitted.size for words in layout(roses, typeface).words}
    largest = sorted(sizes, key=lambda text: -sizes[text])[:2]
    assert largest == ["C-100", "Rose Red Freedom 60cm"]
    assert sizes["ANDES-000123"] >= 36


def test_a_box_with_nothing_but_its_code_still_gets_a_label(typeface: Typeface) -> None:
    bare = LabelRequest("B1", "", "", "", "", "", "", dt.date(2026, 2, 11), "", "", k2k=False)
    assert layout(bare, typeface).text == ("Ship date", "2026-02-11", "B1")


def test_nothing_leaves_the_label_or_runs_into_anything_else(
    strange_boxes: list[LabelRequest], typeface: Typeface
) -> None:
    two_dates = [replace(one, for_date=dt.date(2026, 2, 13)) for one in strange_boxes]
    for request in (*strange_boxes, *two_dates):
        boxes = _boxes(layout(request, typeface), typeface)
        assert all(left >= 0 and top >= 0 and right <= WIDTH and bottom <= HEIGHT for left, top, right, bottom in boxes)
        assert not [pair for pair in combinations(boxes, 2) if _overlap(*pair)], request


def _boxes(design: Design, typeface: Typeface) -> list[Box]:
    """The rectangles that capitals, rules, marks and barcode take; white words lie on their own marks."""
    bars = design.bars
    boxes: list[Box] = [(bars.x, bars.y, bars.x + bars.barcode.modules * bars.module, bars.y + bars.height)]
    boxes += [(block.x, block.y, block.x + block.width, block.y + block.height) for block in design.blocks[:2]]
    for words in design.words:
        for baseline, line in () if words.white else words.placed_lines():
            right = words.x + typeface.width(line, words.fitted.size, words.bold)
            boxes.append((words.x, baseline - 0.73 * words.fitted.size, right, baseline))
    return boxes


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
