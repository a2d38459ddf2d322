"""Forms of values in Chromium: the effect comes while one types, nothing that is typed is lost, and two people who
change the same value choose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in, too_wide, violations

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.mark.long
def test_a_margin_shows_its_effect_while_it_is_typed_and_two_people_choose(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "admin@bloom.test", "/gpms/") as page:
        field, save = page.get_by_label("K2K GPM", exact=True), page.locator("#beside .btn.go")
        field.fill("31")
        expect(save).to_contain_text("Save, 3 prices rise")
        expect(page.locator(".formula")).to_contain_text("at 31 % sells at 2.03".replace(" %", "\u00a0%"))
        field.fill("100")
        expect(page.locator("#k2k_gpm-about")).to_contain_text("Choose at least 0 and less than 100.")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert violations(page) == []
        field.fill("20")
        expect(save).to_contain_text("Save, 3 prices fall")
        expect(field).not_to_have_attribute("aria-invalid", "true")
        k2k.set("BLOOM", settings={"k2k_gpm": "35"})
        page.keyboard.press("Control+s")
        dialog = page.locator("dialog:modal")
        expect(dialog).to_contain_text("Somebody else changed this while you were editing")
        assert violations(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert not too_wide(page)
        dialog.get_by_text("Mine").click()
        page.keyboard.press("Control+Enter")
        expect(save).to_contain_text("Save, 3 prices fall")
        page.keyboard.press("Control+s")
        page.get_by_text("K2K GPM: 35 → 20. 3 prices fall.").wait_for()
        page.keyboard.press("Control+z")
        page.get_by_text("Undone.").wait_for()
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "35"


@pytest.mark.long
def test_a_week_keeps_what_is_typed_while_an_order_is_tried(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    k2k.put("ANDES", "carriers", [{"code": "AV", "name": "Avianca Cargo", "cut_offs": {"thu": "1630"}}])
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "setup@andes.test", "/ship_days/") as page:
        cell = page.get_by_label("Orders until, Thursday", exact=True)
        cell.fill("2560")
        expect(page.get_by_text("is no time of day. Type 1500 or 15:00")).to_be_visible()
        cell.fill("1500")
        expect(page.locator("tr.eff td").nth(3)).to_have_text("15:00")
        page.get_by_label("Serve Bloom Wholesale, Friday").check()
        page.get_by_label("Time", exact=True).fill("1510")
        page.get_by_label("Time", exact=True).press("Enter")
        expect(page.locator(".chain li").first).to_contain_text("15:10 Bogotá")
        expect(cell).to_have_value("1500")
        assert violations(page) == []
        page.keyboard.press("Control+s")
        page.get_by_text("2 changes are saved.").wait_for()
    assert k2k.settings("ANDES")["cut_offs"]["value"] == {"thu": "1500"}
    assert k2k.record("ANDES", "customers", "BLOOM")["days_of_service"] == {"fri": "AV"}


def test_an_order_that_is_tried_with_the_keyboard_is_asked_for_once(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "setup@andes.test", "/ship_days/") as page:
        answered: list[str] = []
        page.on("requestfinished", lambda request: answered.append(request.url) if "time=" in request.url else None)
        time = page.get_by_label("Time", exact=True)
        time.fill("1510")
        time.press("Enter")  # the field has changed, and the form is sent
        expect(page.locator(".chain li").first).to_contain_text("15:10 Bogotá")
        page.wait_for_load_state("networkidle")
        assert len(answered) == 1
        with page.expect_request_finished(lambda request: "via=grower" in request.url):
            page.get_by_label("Ship via").select_option("grower")
        assert len(answered) == 2
