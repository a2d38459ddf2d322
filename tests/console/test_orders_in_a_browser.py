"""The most frequent jobs with orders, walked in Chromium: how many clicks and fields each of them takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from k2k_console.page_views.lists import list_view
from k2k_core.api import K2K
from tests.console.in_chromium import logged_in
from tests.console.trading import order, trade

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


class Walk:
    """A person's way through the console, with the clicks and keys that it takes. Fields are counted too."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.fields = 0

    def click(self, role: Any, name: str, within: str = "body") -> None:
        self.clicks += 1
        self.page.locator(within).get_by_role(role, name=name).first.click()

    def press(self, keys: str) -> None:
        self.clicks += 1
        self.page.keyboard.press(keys)


@pytest.fixture
def walk(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Walk]:
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "sales_manager@andes.test") as opened:
        yield Walk(opened)


def statuses(k2k: K2K, *numbers: str) -> list[str]:
    return [str(k2k.show("ANDES", number)["status"]) for number in numbers]


def test_all_ready_orders_are_confirmed_with_three_clicks(walk: Walk, k2k: K2K) -> None:
    numbers = [order(k2k), order(k2k, "C-100")]
    walk.click("link", "Orders", "nav.side")
    walk.click("checkbox", "All on this page")
    walk.click("button", "Confirm 2 orders")
    walk.page.get_by_text("2 orders are confirmed.").wait_for()
    assert statuses(k2k, *numbers) == ["confirmed", "confirmed"]
    assert (walk.clicks, walk.fields) == (3, 0)


def test_an_order_is_confirmed_without_its_pending_lines_with_three_steps(walk: Walk, k2k: K2K) -> None:
    number = trade(k2k)["pending"]
    walk.page.goto("/orders/")
    walk.click("link", number)
    walk.page.get_by_role("heading", name=number).wait_for()
    walk.press("c")
    walk.page.get_by_role("dialog").wait_for()
    walk.press("Control+Enter")
    walk.page.get_by_text(f"{number} is voided: none of its lines was checked out.").wait_for()
    assert k2k.show("ANDES", number)["lines"][0]["state"] == "dropped"
    assert (walk.clicks, walk.fields) == (3, 0)


def test_the_bar_for_chosen_rows_says_how_many_they_are(walk: Walk, k2k: K2K) -> None:
    trade(k2k)
    page = walk.page
    page.goto("/orders/")
    bar = page.get_by_role("region", name="For the chosen rows")
    assert not bar.is_visible()
    page.get_by_role("checkbox", name="Choose S-1002K").check()
    assert "1 chosen · 1 box · all lines checked out" in said(page)
    assert bar.get_by_role("button", name="Confirm 1 order, 1 box").is_visible()
    page.get_by_role("checkbox", name="All on this page").check()
    assert "2 chosen · 2 boxes · 1 has lines that are not checked out" in said(page)
    assert bar.get_by_role("button", name="Confirm 2 orders, 2 boxes").is_visible()
    page.goto("/orders/?view=all")
    page.get_by_role("checkbox", name="Choose S-1001K").check()
    assert "1 not possible: Confirm order" in said(page), "it is confirmed already"
    assert bar.get_by_role("button", name="Confirm 1 order").is_disabled()
    page.get_by_role("checkbox", name="Choose S-1002K").check()
    assert "1 not possible: Confirm order" in said(page)
    assert bar.get_by_role("button", name="Confirm 2 orders").is_enabled()
    bar.get_by_role("button", name="Choose none").click()
    assert not bar.is_visible()


def test_the_bar_sums_up_all_rows_that_match_also_those_of_other_pages(
    walk: Walk, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_view, "ROWS_A_PAGE", 1)
    numbers = [order(k2k), order(k2k, "C-100", 3)]
    walk.page.goto("/orders/")
    bar = walk.page.get_by_role("region", name="For the chosen rows")
    walk.page.get_by_role("checkbox", name=f"Choose {numbers[0]}").check()
    bar.get_by_role("button", name="Confirm 1 order, 1 box").wait_for()
    bar.get_by_role("checkbox", name="Choose all 2").check()
    bar.get_by_text("2 chosen").wait_for()
    bar.get_by_text("all lines checked out").wait_for()
    bar.get_by_role("button", name="Confirm 2 orders, 4 boxes").wait_for()


def test_a_search_in_vain_names_the_nearest_once_the_page_is_there(walk: Walk, k2k: K2K) -> None:
    trade(k2k)
    walk.page.goto("/orders/?q=S-1001Kx")
    walk.page.locator("[data-nearest-rows]").wait_for()
    assert "Nearest: S-1001K, " in walk.page.locator("#list .empty").inner_text()
    assert walk.page.locator("main").count() == 1


def said(page: Page) -> str:
    """What the bar says of the chosen rows."""
    return " · ".join(part for part in page.locator(".chosen > *").all_inner_texts() if part)
