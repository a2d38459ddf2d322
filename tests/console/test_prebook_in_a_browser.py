"""A prebook of several lines, typed by keyboard alone in Chromium."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in, too_wide, violations

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

SECOND = {
    "code": "L2",
    "inventory_type": "open_market_boxes",
    "product": "R-RED-60",
    "box_type": "HB",
    "boxes": 4,
    "units_per_box": 200,
    "unit_type": "stem",
    "unit_cost": "0.20",
    "price_a": "0.30",
    "arrival_date": "2026-01-31",
}


def looked_up(page: Page, words: str) -> None:
    """Words typed where the focus is, and the first lot that they find taken."""
    page.keyboard.type(words)
    page.locator('#finds [role="option"][aria-selected="true"]').wait_for()
    page.keyboard.press("Enter")


@pytest.mark.long
def test_a_prebook_is_typed_by_keyboard_alone(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> None:
    k2k.put("ANDES", "lots", [SECOND])
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "salesperson@bloom.test", "/carts/") as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.get_by_role("heading", name="Carts and prebooks").wait_for()
        page.keyboard.press("n")
        page.get_by_label("Lot of line 1").wait_for()
        page.get_by_label("Lot of line 1").focus()
        looked_up(page, "l1")
        page.keyboard.type("2")
        page.keyboard.press("Enter")
        looked_up(page, "andes/l2")
        expect(page.get_by_label("Boxes of line 2")).to_be_focused()
        page.keyboard.type("9")
        page.keyboard.press("Enter")
        expect(page.locator("#lines")).to_contain_text("Only 4 boxes left.")
        expect(page.get_by_label("Boxes of line 1")).to_have_value("2")
        page.reload()
        expect(page.get_by_label("Boxes of line 2")).to_have_value("9")
        assert violations(page) == []
        page.set_viewport_size({"width": 390, "height": 900})
        assert not too_wide(page)
        page.get_by_label("Boxes of line 2").fill("3")
        page.keyboard.press("Enter")
        expect(page.locator("#lines")).to_contain_text("2 lines · 5 boxes")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/carts/B-*")
        assert page.get_by_text("is made: it waits for its approval.").is_visible()
        assert said == []
    (prebook,) = [row for row in k2k.orders("BLOOM", lines=True, limit=9)["items"] if row["kind"] == "prebook"]
    assert [(line["lot"], line["boxes"]) for line in prebook["lines"]] == [("ANDES/L1", 2), ("ANDES/L2", 3)]


def test_on_a_phone_what_makes_the_prebook_is_within_the_screen(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "salesperson@bloom.test", "/carts/") as page:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"http://127.0.0.1:{port}/prebook/?customer=C-100")
        box = page.locator("#grid .bar button.go").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
