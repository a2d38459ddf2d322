"""Labels as ZPL, rendered by a ZPL renderer and then scanned."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from k2k_core.domain.labels import LabelRequest
from k2k_labels.zpl import ZplRenderer
from tests.proofs.labels import TEXTS, codes_in, full_boxes, printed

pytestmark = pytest.mark.needs("node")


@pytest.fixture(scope="module")
def some_boxes() -> list[LabelRequest]:
    """All 300 texts on 34 labels: the renderer takes a quarter of a second for each. The proofs read 300 labels."""
    boxes = full_boxes()
    assert len(set(TEXTS)) == 300
    return boxes


@pytest.fixture(scope="module")
def pictures(some_boxes: list[LabelRequest], as_zpl: ZplRenderer) -> list[Image.Image]:
    return printed([as_zpl.render(box).content for box in some_boxes])


@pytest.mark.long
def test_every_strange_text_is_printed_once_and_the_box_scans_as_itself(
    some_boxes: list[LabelRequest], pictures: list[Image.Image]
) -> None:
    assert [codes_in(picture) for picture in pictures] == [[box.box_code] for box in some_boxes]


def test_nothing_is_printed_outside_the_margins(some_boxes: list[LabelRequest], pictures: list[Image.Image]) -> None:
    for box, picture in zip(some_boxes, pictures, strict=True):
        ink = ImageOps.invert(picture.convert("L")).getbbox()
        assert ink is not None
        assert ink[0] >= 10, box
        assert ink[2] <= 802, box


def test_a_command_in_a_name_changes_nothing_else(roses: LabelRequest, as_zpl: ZplRenderer) -> None:
    hostile = replace(roses, recipient="^XZ^XA^FO0,0^BCN,100^FD666^FS^XZ~JA", carrier="^FS^FO9,9^GB800,600,600^FS")
    pictures = printed([as_zpl.render(hostile).content])
    assert [codes_in(picture) for picture in pictures] == [["ANDES-000123"]]
