"""Lists that renew themselves: what an unchanged one answers, and what of a changed one is put in place when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route

from k2k_core.api import K2K
from tests.console.conftest import Browser
from tests.console.in_chromium import logged_in
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ROUND = 5_500
"""Milliseconds in which a list has asked once more."""

ROWS = "#list [data-row]"


def asked(browser: Browser, tag: str = "", address: str = "/orders/?view=all") -> Any:
    headers = {"HX-Request": "true", "HX-Target": "#list", **({"If-None-Match": tag} if tag else {})}
    return browser.client.get(address, headers=headers)


def test_an_unchanged_list_is_not_sent_again(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    browser = visit("sales_manager@andes.test")
    tag = asked(browser).headers["ETag"]
    assert f"data-etag={tag}" in browser.get("/orders/?view=all").html
    again = asked(browser, tag)
    assert (again.status_code, again.get_data()) == (304, b"")
    assert asked(browser, tag, "/orders/?view=all&q=S-10").status_code == 200
    number = order(k2k)
    changed = asked(browser, tag)
    assert changed.status_code == 200
    assert number in changed.get_data(as_text=True)


def test_a_list_with_other_actions_has_another_tag(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    tags = {asked(visit(f"{role}@andes.test")).headers["ETag"] for role in ("sales_manager", "salesperson")}
    assert len(tags) == 2


@pytest.fixture
def orders(k2k: K2K) -> dict[str, str]:
    return trade(k2k)


@pytest.fixture
def page(chromium: Chromium, served: Any, k2k: K2K, orders: dict[str, str], tmp_path: Path) -> Iterator[Page]:
    manager, shown = "sales_manager@andes.test", "/orders/?view=all"
    with served(k2k, tmp_path) as port, logged_in(chromium, port, manager, shown) as opened:
        opened.locator(ROWS).first.wait_for()
        yield opened


def rows(page: Page) -> list[str]:
    return [str(row.get_attribute("data-row")) for row in page.locator(ROWS).all()]


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_rows_that_came_wait_behind_a_button_and_the_others_stay_where_they_are(page: Page, k2k: K2K) -> None:
    page.locator(".tabs a", has_text="To confirm").locator("b", has_text="2").wait_for()
    before = rows(page)
    number = order(k2k)
    button = page.get_by_role("button", name="1 new, show")
    button.wait_for(timeout=2 * ROUND)
    assert rows(page) == before
    page.wait_for_timeout(ROUND)
    button.click()
    page.locator(f'{ROWS}[data-row="{number}"]').wait_for()
    assert not button.is_visible()


@pytest.mark.needs("chromium")
def test_what_changed_in_a_row_is_shown_in_its_place(page: Page, k2k: K2K, orders: dict[str, str]) -> None:
    before = rows(page)
    k2k.confirm("ANDES", orders["ready"])
    page.locator(f'{ROWS}[data-row="{orders["ready"]}"]', has_text="confirmed").wait_for(timeout=2 * ROUND)
    assert rows(page) == before


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_a_list_in_use_is_left_alone(page: Page, k2k: K2K) -> None:
    tick = page.locator(f'{ROWS} input[type="checkbox"]').first
    tick.check()
    page.evaluate("document.activeElement.blur()")
    order(k2k)
    page.wait_for_timeout(ROUND)
    assert not page.get_by_role("button", name="1 new, show").is_visible()
    assert tick.is_checked()
    tick.uncheck()
    page.evaluate("document.activeElement.blur()")
    page.get_by_role("button", name="1 new, show").wait_for(timeout=2 * ROUND)


@pytest.mark.needs("chromium")
def test_a_form_that_is_being_sent_is_not_replaced_and_is_sent(page: Page, k2k: K2K) -> None:
    held: list[Route] = []
    page.route("**/session", lambda route: held.append(route))
    page.clock.install()
    page.goto("/awbs/?view=sent")
    (awb,) = k2k.awbs("ANDES", limit=100)["items"]
    page.get_by_role("button", name=f"Print {awb['id']}").click()
    page.evaluate("document.activeElement.blur()")
    k2k.ship("ANDES", str(awb["id"]))
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.clock.run_for(2 * ROUND)
    page.wait_for_timeout(200)
    assert asked_for == []
    with page.expect_download() as started:
        held[0].continue_()
    assert started.value.suggested_filename == "labels.pdf"
