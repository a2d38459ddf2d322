"""The search over everything: what is found while one types, where it leads, and what a role does not see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from k2k_core.api import K2K
from tests.console.conftest import Browser
from tests.console.in_chromium import logged_in, violations
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def listed(browser: Browser, words: str) -> list[tuple[str, str]]:
    """The codes and addresses of what is listed while one types."""
    html = browser.client.get("/search/", query_string={"as": "list", "q": words}).get_data(as_text=True)
    return re.findall(r'data-value="([^"]*)" data-href="([^"]*)"', html)


def box_of(k2k: K2K, number: str) -> str:
    return str(k2k.show("ANDES", number)["lines"][0]["box_codes"][0])


def test_an_exact_number_comes_first_whatever_case_and_reader(visit: Any, k2k: K2K) -> None:
    number, browser = trade(k2k)["confirmed"], visit("admin@andes.test")
    assert listed(browser, number.lower())[0] == (number, f"/orders/{number}")
    assert listed(browser, "bloom")[0] == ("BLOOM", "/customers/edit/?id=ANDES/BLOOM")
    code = box_of(k2k, number)
    assert listed(browser, f"]C1{code}")[0] == (code, f"/orders/{number}")
    assert browser.get(f"/search/?q=%5DC1{code}").at == f"/orders/{number}"
    assert listed(browser, "zzz") == []
    k2k.set("BLOOM", customer="C-100", values={"name": "Floristería Ñandú"})
    assert listed(visit("admin@bloom.test"), "FLORISTERIA nandu") == [("C-100", "/customers/edit/?id=BLOOM/C-100")]


def test_a_number_that_is_typed_without_its_signs_is_opened(visit: Any, k2k: K2K) -> None:
    number, browser = trade(k2k)["confirmed"], visit("admin@andes.test")
    bare = number.replace("-", "").lower()
    assert bare == "s1001k"
    assert listed(browser, bare)[0] == (number, f"/orders/{number}")
    assert browser.get(f"/search/?q={bare}").at == f"/orders/{number}"


def test_boxes_lead_to_their_order_or_to_what_the_role_opens(visit: Any, k2k: K2K) -> None:
    code = box_of(k2k, trade(k2k)["confirmed"])
    assert "/awbs/" in dict(listed(visit("warehouse@andes.test"), code))[code]
    assert dict(listed(visit("admin@bloom.test"), code))[code].startswith("/carts/")


def test_settings_lead_to_where_they_are_changed_or_shown(visit: Any, k2k: K2K) -> None:
    browser = visit("admin@bloom.test")
    assert ("k2k_gpm", "/gpms/#k2k_gpm") in listed(browser, "k2k_gpm")
    assert ("cube_rate", "/search/?setting=cube_rate") in listed(browser, "cube rate")
    k2k.set("BLOOM", settings={"cube_rate": "3.75"})
    page = browser.get("/search/?setting=cube_rate")
    for words in ("cube_rate", "In force 3.75", "3.50 → 3.75"):
        assert words in page.text.replace("3.5 →", "3.50 →"), words
    warehouse = visit("warehouse@bloom.test")
    assert listed(warehouse, "k2k_gpm") == listed(warehouse, "cube rate") == []
    assert warehouse.get("/search/?setting=cube_rate").status == 404


def test_a_search_in_vain_names_what_is_nearest(visit: Any, k2k: K2K) -> None:
    order(k2k)
    browser = visit("sales_manager@andes.test")
    page = browser.get("/search/?q=S-1001KX")
    assert "Nothing matches “S-1001KX”." in page.text
    assert "What is nearest?" in page.text
    nearest = browser.get("/search/?q=S-1001KX&as=nearest")
    assert "Nothing matches “S-1001KX”." in nearest.text
    assert 'Nearest: <a href="/orders/S-1001K">S-1001K</a>' in nearest.html
    part = browser.client.get("/search/?q=S-1001KX&as=nearest", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert 'Nearest: <a href="/orders/S-1001K">S-1001K</a>' in part
    assert "<html" not in part
    assert "earest" not in browser.get("/search/?q=%C3%B1%C3%B1").text


def test_people_are_found_by_admins_alone(visit: Any) -> None:
    assert "salesperson@bloom.test" in visit("admin@bloom.test").get("/search/?q=salesperson@bloom").html
    assert "salesperson@bloom.test</b>" not in visit("setup@bloom.test").get("/search/?q=salesperson@bloom").html


@pytest.mark.long
@pytest.mark.needs("chromium")
def test_what_is_found_is_walked_by_keyboard(chromium: Chromium, served: Any, k2k: K2K, tmp_path: Path) -> None:
    number = trade(k2k)["ready"]
    with served(k2k, tmp_path) as port, logged_in(chromium, port, "sales_manager@andes.test") as page:
        page.keyboard.press("/")
        page.keyboard.type("s-1")
        options = page.locator('#finds [role="option"]')
        expect(options).to_have_count(5)
        assert violations(page) == []
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowUp")
        expect(options.first).to_have_attribute("aria-selected", "true")
        page.keyboard.press("Escape")
        expect(options.first).to_be_hidden()
        page.keyboard.press("Control+a")
        page.keyboard.type(number.lower())
        expect(options.first).to_contain_text("exact")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/orders/{number}")
        page.keyboard.press("/")
        page.keyboard.type("rose red")
        page.locator('#finds [role="option"]').get_by_text("L1").wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/inventory/?q=L1")
