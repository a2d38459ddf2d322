"""The most frequent jobs with offers, walked in Chromium with the keyboard: how many clicks and fields each takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in
from tests.console.offered import offer_lots

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

A, B, C = "ANDES/L-A", "ANDES/L-B", "ANDES/L-C"


@pytest.fixture
def page(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Page]:
    offer_lots(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "sales_manager@bloom.test") as opened:
        yield opened


def to_offers(page: Page) -> None:
    """One click from the overview. Keys are heard once the scripts run, which is after the heading is there."""
    page.locator("nav.side").get_by_role("link", name="Offers").click()
    page.wait_for_url("**/offers/**")
    page.get_by_role("heading", name="Offers").wait_for()
    page.wait_for_load_state()


def test_an_offer_is_mapped_and_confirmed_with_two_clicks(page: Page, k2k: K2K) -> None:
    to_offers(page)
    page.keyboard.press("Enter")
    page.get_by_text(f"{A} is mapped and confirmed.").wait_for()
    assert k2k.offer("BLOOM", A)["sellable"]
    assert page.locator("tr.here").inner_text().strip().startswith("Rose Yellow Brighton")


def test_all_exact_matches_are_accepted_with_two_clicks(page: Page, k2k: K2K) -> None:
    k2k.put("BLOOM", "products", [{"code": "B-60", "description": "Rose Brighton Yellow 60cm", "category": "ROSES"}])
    to_offers(page)
    page.get_by_role("button", name="Accept 2 exact matches").wait_for()
    page.keyboard.press("Shift+A")
    page.get_by_text("2 offers are mapped and confirmed.").wait_for()
    assert [k2k.offer("BLOOM", lot)["mapped_product"] for lot in (A, B, C)] == ["ATHENA-60", "B-60", None]


def test_a_price_is_typed_with_one_click_and_one_field_and_undone_with_a_key(page: Page, k2k: K2K) -> None:
    to_offers(page)
    page.keyboard.press("j")
    page.keyboard.press("p")
    page.keyboard.type("0.89")
    page.keyboard.press("Enter")
    page.get_by_text(f"The price of {B} is saved.").wait_for()
    assert k2k.offer("BLOOM", B)["va_price"] == "0.89"
    page.keyboard.press("Control+z")
    page.locator(".cell.typed").wait_for(state="detached")
    assert k2k.offer("BLOOM", B)["va_price"] is None


def test_a_product_is_found_while_one_types(page: Page, k2k: K2K) -> None:
    to_offers(page)
    page.keyboard.press("k")
    page.keyboard.press("m")
    expect(page.get_by_label(f"Your product of {A}")).to_be_focused()
    page.keyboard.type("azul")
    page.locator('#finds [role="option"][aria-selected="true"][data-value="ROSE"]').wait_for()
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Your product of {A}")).to_have_value("ROSE")  # found by its name, taken by its code
    page.keyboard.press("Enter")
    page.get_by_text(f"{A} is mapped to ROSE.").wait_for()
    assert k2k.offer("BLOOM", A)["mapped_product"] == "ROSE"


def test_the_button_to_save_is_there_once_something_was_typed(page: Page) -> None:
    to_offers(page)
    button = page.get_by_role("button", name="Save", exact=True)
    assert not button.is_visible()
    page.get_by_label(f"Typed of {A}").fill("0.5")
    assert button.is_visible()
