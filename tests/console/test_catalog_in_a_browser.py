"""Why this price, and why is it hidden: walked in Chromium, with the clicks and the fields that they take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from k2k_core.api import K2K
from tests.console.in_chromium import logged_in

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


@pytest.fixture
def page(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Page]:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "sales_manager@bloom.test") as opened:
        yield opened


def search(page: Page, words: str) -> None:
    """One field: the search over everything."""
    page.keyboard.press("/")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_why_this_price_takes_one_field_and_one_key(page: Page) -> None:
    search(page, "L1")
    page.get_by_role("row", name="Rose Red Freedom 60cm").wait_for()
    page.keyboard.press("w")
    page.get_by_role("dialog").get_by_text("Which step made it").wait_for()


def test_why_is_it_hidden_takes_one_field_and_one_click(page: Page, k2k: K2K) -> None:
    k2k.set("ANDES", product="R-RED-60", values={"local_after": 1})
    search(page, "L1")
    page.get_by_role("link", name="ANDES/L1 is hidden: why?").click()
    page.get_by_role("dialog").get_by_text("What stops it").wait_for()


def test_the_catalog_says_how_many_lots_are_seen_and_hidden(page: Page) -> None:
    page.goto("/catalog/?customer=C-200")
    page.get_by_role("link", name="1 seen, 0 hidden").wait_for()
    assert page.title().startswith("Catalog as a customer"), "and not like the page that the count is of"
