"""A session that ends under an open page, in Chromium: the log-in stands over the page, and what was typed goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in, violations
from tests.console.offered import offer_lots

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

SELLER, MANAGER = "salesperson@bloom.test", "sales_manager@bloom.test"
DRAFT = "/prebook/?customer=C-100&ship_date=2026-02-06&line=ANDES/L1&boxes=3"


def log_in_over(page: Page, password: str) -> None:
    """Log in with the e-mail address that the dialog has already."""
    page.locator("#session-over").get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def test_a_form_goes_on_after_the_log_in(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> None:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, SELLER, "/") as page:
        page.goto(DRAFT)
        k2k.end_sessions(SELLER)
        page.keyboard.press("Control+Enter")
        page.get_by_role("dialog").get_by_text("Your session has ended.").wait_for()
        assert violations(page) == []
        log_in_over(page, "not this one")
        page.get_by_role("alert").get_by_text("do not belong together").wait_for()
        assert k2k.orders("BLOOM") == []
        log_in_over(page, "twelve red roses")
        page.wait_for_url("**/carts/B-*")
        assert page.get_by_text("is made: it waits for its approval.").is_visible()
    (made,) = [row for row in k2k.orders("BLOOM") if row["kind"] == "prebook"]
    assert k2k.show("BLOOM", made["number"])["lines"][0]["boxes"] == 3


def test_a_typed_cell_goes_on_and_another_person_does_not(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    offer_lots(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, MANAGER, "/offers/") as page:
        cell = page.get_by_label("Typed of ANDES/L-A")
        cell.fill("0.89")
        k2k.end_sessions(MANAGER)
        cell.press("Enter")
        page.locator("#session-over").wait_for()
        page.keyboard.press("Escape")
        expect(cell).to_have_value("0.89")
        cell.press("Enter")
        page.locator("#session-over").wait_for()
        log_in_over(page, "twelve red roses")
        page.get_by_text("The price of ANDES/L-A is saved.").wait_for()
        assert k2k.offer("BLOOM", "ANDES/L-A")["va_price"] == "0.89"
        page.get_by_label("Typed of ANDES/L-B").fill("0.77")
        k2k.end_sessions(MANAGER)
        page.get_by_label("Typed of ANDES/L-B").press("Enter")
        page.locator("#session-over").get_by_label("E-mail address").fill("admin@bloom.test")
        log_in_over(page, "twelve red roses")
        expect(page.locator("body")).to_have_attribute("data-person", "admin@bloom.test")
        assert k2k.offer("BLOOM", "ANDES/L-B")["va_price"] is None, "nothing is sent in another person's name"
