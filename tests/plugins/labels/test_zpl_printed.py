"""Labels as ZPL, printed by a renderer of the printer's language and then scanned."""

from __future__ import annotations

import base64
import io
import json
import shutil
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


@pytest.fixture(scope="module")
def printed(request: pytest.FixtureRequest) -> Print:
    """Prints ZPL: one picture for each label."""
    node = shutil.which("node")
    if node is None or not (NODE / "node_modules" / "zpl-renderer-js").is_dir():
        request.getfixturevalue("not_run")("reading printed ZPL", "npm ci --prefix tests/node")

    def run(zpl: bytes) -> list[bytes]:
        command = [str(node), str(NODE / "render_zpl.cjs")]
        done = subprocess.run(command, input=zpl, capture_output=True, check=True, timeout=240)
        return [base64.b64decode(picture) for picture in json.loads(done.stdout)]

    return run


def test_every_strange_box_is_printed_once_and_scans_as_itself(
    strange_boxes: list[LabelRequest], as_zpl: ZplRenderer, codes_in: Callable[[bytes], list[str]], printed: Print
) -> None:
    pictures = printed(as_zpl.sheet(strange_boxes))
    assert [codes_in(picture) for picture in pictures] == [[box.box_code] for box in strange_boxes]


def test_nothing_is_printed_outside_the_margins(
    strange_boxes: list[LabelRequest], as_zpl: ZplRenderer, printed: Print
) -> None:
    for box, picture in zip(strange_boxes[:90], printed(as_zpl.sheet(strange_boxes[:90])), strict=True):
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
