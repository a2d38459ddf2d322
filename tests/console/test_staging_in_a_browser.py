"""The staging area and the AWBs in Chromium: chosen rows, and accessibility in both languages, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import log_in
from tests.console.staged_boxes import stage, states

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def page(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Page]:
    """A page whose console stays empty."""
    said: list[str] = []
    with served(k2k, tmp_path) as port:
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US", reduced_motion="reduce")
        opened = context.new_page()
        opened.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        yield opened
        context.close()
    assert said == []


def test_the_boxes_of_an_awb_are_chosen_together_and_received_by_hand(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    others = stage(k2k, 2, awb="729-2", customer="C-200")
    log_in(page, "procurement@bloom.test", to="/staging/")
    page.get_by_label("All of AWB 729-88123456").check()
    expect(page.get_by_text("3 chosen")).to_be_visible()
    page.get_by_role("button", name="Receive 3 boxes").click()
    expect(page.get_by_text("3 boxes are received.")).to_be_visible()
    expect(page.get_by_label("All of AWB 729-88123456")).to_have_count(0)
    assert states(k2k, codes) == {"received"}
    assert states(k2k, others) == {"staged"}
