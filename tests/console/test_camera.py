"""The camera of the scan page, in Chromium with a film of a printed label: the local reader of bar codes reads it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import launched, log_in
from tests.console.staged_boxes import scans_of, stage

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

WIDTH, HEIGHT = 1280, 720


def film_of(label: bytes, path: Path) -> None:
    """Write a film (YUV4MPEG2) of a label that somebody holds before the camera, in shades of grey."""
    picture = Image.new("L", (WIDTH, HEIGHT), 150)
    printed = Image.open(io.BytesIO(label)).convert("L")
    printed.thumbnail((WIDTH * 3 // 4, HEIGHT * 9 // 10))
    picture.paste(printed, ((WIDTH - printed.width) // 2, (HEIGHT - printed.height) // 2))
    grey = bytes([128]) * (WIDTH * HEIGHT // 2)
    frame = b"FRAME\n" + picture.tobytes() + grey
    path.write_bytes(b"YUV4MPEG2 W%d H%d F5:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT) + frame * 5)


@pytest.fixture
def filmed(served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Callable[[str], Page]]:
    """Takes a box code; opens the scan page on a device that has its label before the camera."""
    said: list[str] = []

    def opened(code: str) -> Page:
        files = k2k.label_files("ANDES", box_codes=[code], format="png").labels
        film = tmp_path / "label.y4m"
        film_of(files[0][1].content, film)
        browser = stack.enter_context(
            launched(
                "--use-fake-ui-for-media-stream",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-video-capture={film}",
            )
        )
        page = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US").new_page()
        page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        log_in(page, "warehouse@bloom.test", to="/scan/")
        return page

    with served(k2k, tmp_path) as port, ExitStack() as stack:
        yield opened
    assert said == []


@pytest.mark.long
def test_the_camera_reads_a_label_once_while_it_is_held_before_it(filmed: Any, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    page = filmed(code)
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("#outcome")).to_contain_text(f"Received{code}")
    page.wait_for_timeout(1500)
    assert page.locator("#scans li").count() == 1
    assert scans_of(k2k) == [[code]]
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("video")).to_be_hidden()
    assert page.evaluate("document.querySelector('video').srcObject") is None


def test_nothing_of_the_reader_is_loaded_before_the_camera_is_used(filmed: Any, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    page = filmed(code)
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [name for name in loaded if "zxing" in name or "camera" in name or "reader" in name] == []


def test_a_browser_that_reads_bar_codes_itself_needs_no_other_reader(filmed: Any, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page = filmed(codes[0])
    page.evaluate(
        """(code) => {
            window.BarcodeDetector = class {
                static async getSupportedFormats() { return ["code_128", "qr_code"]; }
                async detect() { return [{rawValue: code}]; }
            };
        }""",
        codes[1],
    )
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("#outcome")).to_contain_text(f"Received{codes[1]}")
    loaded = page.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")
    assert [name for name in loaded if "zxing" in name] == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("NotAllowedError", "The browser does not let this page use the camera."),
        ("NotFoundError", "This device has no camera that is free."),
        ("AbortError", "The camera cannot be read. Scan with the field."),
    ],
)
def test_without_a_camera_the_page_says_why_and_scanning_goes_on(filmed: Any, k2k: K2K, error: str, said: str) -> None:
    (code,) = stage(k2k, 1)
    page = filmed(code)
    page.evaluate(
        "(name) => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('none', name); }; }",
        error,
    )
    page.get_by_role("button", name="Use the camera").click()
    expect(page.locator("#outcome")).to_contain_text(said)
    expect(page.locator("#camera")).to_be_hidden()
    page.locator("#code").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Received")
