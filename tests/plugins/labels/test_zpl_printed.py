"""Labels as ZPL, printed by a renderer of the printer's language and then scanned."""

from __future__ import annotations

import base64
import io
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from k2k_core.domain.labels import LabelRequest
from k2k_labels.zpl import ZplRenderer

NODE = Path(__file__).parents[2] / "node"
Print = Callable[[bytes], list[bytes]]

pytestmark = pytest.mark.needs("node")


@pytest.fixture(scope="module")
def printed() -> Print:
    """Prints ZPL: one picture for each label."""

    def run(zpl: bytes) -> list[bytes]:
        command = ["node", str(NODE / "render_zpl.cjs")]
        done = subprocess.run(command, input=zpl, capture_output=True, check=True, timeout=240)
        return [base64.b64decode(picture) for picture in json.loads(done.stdout)]

    return run


@pytest.fixture(scope="module")
def some_boxes(strange_boxes: list[LabelRequest]) -> list[LabelRequest]:
    """Every third one: the renderer takes half a second for a label."""
    return strange_boxes[::3]


@pytest.fixture(scope="module")
def pictures(some_boxes: list[LabelRequest], as_zpl: ZplRenderer, printed: Print) -> list[bytes]:
    return printed(as_zpl.sheet(some_boxes))


def test_every_strange_box_is_printed_once_and_scans_as_itself(
    some_boxes: list[LabelRequest], pictures: list[bytes], codes_in: Callable[[bytes], list[str]]
) -> None:
    assert [codes_in(picture) for picture in pictures] == [[box.box_code] for box in some_boxes]


def test_nothing_is_printed_outside_the_margins(some_boxes: list[LabelRequest], pictures: list[bytes]) -> None:
    for box, picture in zip(some_boxes, pictures, strict=True):
        with Image.open(io.BytesIO(picture)) as image:
            ink = ImageOps.invert(image.convert("L")).getbbox()
        assert ink is not None
        assert ink[0] >= 10, box
        assert ink[2] <= 802, box


def test_a_command_in_a_name_changes_nothing_else(
    roses: LabelRequest, as_zpl: ZplRenderer, codes_in: Callable[[bytes], list[str]], printed: Print
) -> None:
    hostile = replace(roses, recipient="^XZ^XA^FO0,0^BCN,100^FD666^FS^XZ~JA", carrier="^FS^FO9,9^GB800,600,600^FS")
    pictures = printed(as_zpl.render(hostile).content)
    assert [codes_in(picture) for picture in pictures] == [["ANDES-000123"]]
