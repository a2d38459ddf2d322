"""The overview renews itself: what an unchanged one answers, and what of a changed one is put in place when."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium

from k2k_core.api import K2K
from tests.console.conftest import Browser
from tests.console.in_chromium import logged_in
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROUND = 5_500
"""Milliseconds in which the page has asked once more."""


def asked(browser: Browser, tag: str) -> Any:
    return browser.client.get("/", headers={"If-None-Match": f'"{tag}"', "K2K-Background": "overview"})


def tags(html: str) -> dict[str, str]:
    return dict(re.findall(r'data-part="(\w+)" data-tag="(\w+)"', html))


def whole(html: str) -> str:
    return re.findall(r'id="overview" data-etag="(\w+)"', html)[0]


def test_an_unchanged_overview_is_not_sent_again_and_a_changed_one_says_which_part(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    browser = visit("admin@andes.test")
    before = browser.get("/").html
    again = asked(browser, whole(before))
    assert (again.status_code, again.get_data(), again.headers.getlist("Set-Cookie")) == (304, b"", [])
    assert again.headers["K2K-Checked"] == "09:00", "on the clock of the company"
    assert "<span data-checked>09:00</span>" in before
    order(k2k, "C-200", day="2026-02-06")
    changed = asked(browser, whole(before))
    assert changed.status_code == 200
    after = changed.get_data(as_text=True)
    assert whole(after) != whole(before)
    assert {part for part, tag in tags(after).items() if tag != tags(before)[part]} == {"work"}


def test_who_sees_more_or_reads_another_language_has_a_page_of_their_own(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    found = {role: visit(f"{role}@andes.test").get("/").html for role in ("admin", "setup", "sales_manager")}
    assert len({whole(html) for html in found.values()}) == 3
    assert "latest" not in tags(found["sales_manager"])
    spoken = visit("").client.get("/", headers={"Accept-Language": "es"})
    assert spoken.status_code == 302


def test_what_is_stored_is_the_readers_company_alone(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    assert "changed K2K GPM" in visit("admin@bloom.test").get("/").text
    assert "changed K2K GPM" not in visit("admin@andes.test").get("/").text


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_a_part_is_renewed_in_its_place_unless_the_pointer_is_over_it(
    chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    trade(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "admin@andes.test") as page:
        work, changed = page.locator('[data-part="work"]'), page.get_by_role("button", name="The overview has changed")
        confirm = work.get_by_text("Order waits for your confirmation", exact=True)
        confirm.wait_for()
        confirm.hover()
        order(k2k, "C-200", day="2026-02-06")
        changed.wait_for(timeout=2 * ROUND)
        assert confirm.is_visible()
        changed.click()
        work.get_by_text("Orders wait for your confirmation", exact=True).wait_for()
        assert not changed.is_visible()
        page.mouse.move(0, 0)
        order(k2k, "C-100", day="2026-02-05")
        work.locator("li b", has_text="3").wait_for(timeout=2 * ROUND)
        assert not changed.is_visible()


@pytest.mark.needs("chromium")
def test_the_overview_says_when_it_was_checked_and_says_it_anew_when_it_was_again(
    chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "admin@andes.test", "/") as page:
        checked = page.locator("[data-checked]")
        assert checked.text_content() == "09:00"
        checked.evaluate("shown => { shown.textContent = '08:00'; }")
        page.wait_for_function(
            "() => document.querySelector('[data-checked]').textContent === '09:00'", timeout=2 * ROUND
        )
