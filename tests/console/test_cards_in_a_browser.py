"""A list on a phone: each row is a card, whose second line is its partner, and nothing of it stands for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from k2k_core.api import K2K
from tests.console.every_address import furnish
from tests.console.in_chromium import logged_in, too_wide

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

PHONE: Any = {"width": 390, "height": 844}
HEADING = "node => getComputedStyle(node, '::before').content"


def width(cell: Locator) -> float:
    box = cell.bounding_box()
    assert box is not None
    return box["width"]


def lines_that_say_nothing(page: Page) -> list[str]:
    """The headings of what a card shows of its row though there is nothing to show."""
    found: list[str] = page.eval_on_selector_all(
        ".cards td[data-l]",
        "cells => cells.filter(cell => cell.checkVisibility() && ['', '–'].includes(cell.textContent.trim())"
        " && !cell.querySelector('input')).map(cell => cell.dataset.l)",
    )
    return found


def test_the_partner_of_a_document_stands_below_its_number_across_the_card(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    furnish(k2k)
    with (
        served(k2k, tmp_path) as port,
        logged_in(chromium, port, "admin@andes.test", "/orders/?view=all") as page,
    ):
        row = page.locator(".cards tbody tr").first
        buyer, leaves = row.locator('td[data-l="Buyer"]'), row.locator('td[data-l="Leaves"]')
        assert width(buyer) < width(row) / 2, "in a table it is a column"
        page.set_viewport_size(PHONE)
        assert width(buyer) > 1.8 * width(leaves)
        assert buyer.evaluate(HEADING) == "none"
        assert leaves.evaluate(HEADING) == '"Leaves"'
        assert not too_wide(page)


def test_the_tab_that_is_open_is_seen_though_the_tabs_are_wider_than_a_phone(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path
) -> None:
    furnish(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "admin@andes.test", "/orders/") as page:
        page.set_viewport_size(PHONE)
        page.goto("/orders/?view=all")
        page.wait_for_load_state("networkidle")
        tab = page.locator(".tabs [aria-current]").bounding_box()
        assert tab is not None
        assert 0 <= tab["x"] <= PHONE["width"] - tab["width"]
        assert page.locator(".tabs").evaluate("tabs => tabs.scrollWidth > tabs.clientWidth")


@pytest.mark.long
@pytest.mark.parametrize(
    ("email", "address"),
    [("admin@bloom.test", "/hidden_lots/"), ("admin@andes.test", "/awbs/?view=all"), ("admin@bloom.test", "/offers/")],
)
def test_a_card_leaves_out_what_there_is_nothing_to_say_of(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path, email: str, address: str
) -> None:
    furnish(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, email, address) as page:
        page.locator(".cards tbody tr").first.wait_for()
        page.set_viewport_size(PHONE)
        assert lines_that_say_nothing(page) == []


@pytest.mark.parametrize(
    ("email", "address", "sorted_by", "sort"),
    [
        ("admin@bloom.test", "/catalog/", "Boxes", "sort=available"),
        ("admin@andes.test", "/orders/?view=all", "Leaves", "sort=vendor_ship_date"),
        ("admin@bloom.test", "/markups/", "Name", "sort="),
    ],
)
def test_cards_are_sorted_from_a_menu_where_their_headings_are_not_seen(
    chromium: Browser, served: Any, k2k: K2K, tmp_path: Path, email: str, address: str, sorted_by: str, sort: str
) -> None:
    furnish(k2k)
    with served(k2k, tmp_path) as port, logged_in(chromium, port, email, address) as page:
        button = page.get_by_role("button", name="Sort", exact=True)
        assert button.count() == 0, "in a table the headings sort"
        page.set_viewport_size(PHONE)
        button.click()
        page.locator("#sorts").get_by_role("link", name=sorted_by).click()
        page.wait_for_url(lambda url: sort in url)
        page.locator(".cards tbody tr").first.wait_for()
        button.click()
        assert page.locator("#sorts a svg").count() == 1, "the menu says by what they are sorted"
        assert not too_wide(page)
