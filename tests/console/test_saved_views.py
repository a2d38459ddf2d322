"""Views of a list that people save under a name, for themselves or for everybody of their company."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.trading import trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

WANTED = "/orders/?view=all&k2k=true&q=S-10&sort=-vendor_ship_date"


@pytest.fixture
def manager(visit: Any, k2k: K2K) -> Browser:
    trade(k2k)
    found: Browser = visit("sales_manager@andes.test")
    return found


def asked(page: Seen, do: str) -> list[Form]:
    """The forms of a page that save or delete a view, as they are sent by their buttons."""
    own = {"save-view": "name", "drop-view": "saved"}[do]
    return [Form(one.action, "post", [*one.values, ("do", do)]) for one in page.forms if own in one and "key" in one]


def save(browser: Browser, name: str, at: str = WANTED, *, everybody: bool = False) -> Seen:
    (form,) = asked(browser.get(at), "save-view")
    return browser.send(form.put("name", name).put("everybody", "on" if everybody else ""))


def tab(page: Seen, name: str) -> str:
    """The tab of a view, from its address to its name."""
    tabs = page.html.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    return next((one for one in tabs.split("<a ") if f">{name}<" in one), "")


def test_a_view_has_the_filters_the_sort_and_the_search_of_the_address(manager: Browser) -> None:
    page = save(manager, "  Big ones ")
    assert "The view Big ones is saved." in page.text
    assert 'aria-current="page"' in tab(page, "Big ones")
    elsewhere = manager.get("/orders/")
    assert 'aria-current="page"' not in tab(elsewhere, "Big ones")
    found = tab(elsewhere, "Big ones").partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert found == WANTED
    assert 'aria-current="page"' in tab(manager.get(found), "Big ones")
    assert tab(manager.get("/awbs/"), "Big ones") == ""


def test_a_view_is_ones_own_unless_it_is_for_everybody_of_the_company(manager: Browser, visit: Any) -> None:
    save(manager, "Mine")
    save(manager, "Ours", everybody=True)
    colleague = visit("admin@andes.test").get("/orders/")
    assert (tab(colleague, "Mine"), bool(tab(colleague, "Ours"))) == ("", True)
    for other in ("admin@bloom.test", "operator@k2k.test"):
        assert "Ours" not in visit(other).get("/orders/").html, other


def test_a_view_is_deleted_by_its_owner_or_an_admin_and_by_nobody_else(manager: Browser, visit: Any, k2k: K2K) -> None:
    (mine,) = asked(save(manager, "Mine"), "drop-view")
    page = manager.send(mine)
    assert "The view Mine is deleted." in page.text
    assert tab(page, "Mine") == ""
    (ours,) = asked(save(manager, "Ours", everybody=True), "drop-view")
    colleague = visit("setup@andes.test")
    seen = colleague.get("/orders/")
    assert asked(seen, "drop-view") == []
    forged = Form("/orders/", "post", [("csrf_token", seen.form["csrf_token"]), ("key", ours["key"] + "x")])
    forged.values += [("do", "drop-view"), ("saved", ours["saved"])]
    assert colleague.send(forged).status == 403
    admin = visit("admin@andes.test")
    (form,) = asked(admin.get("/orders/"), "drop-view")
    assert "The view Ours is deleted." in admin.send(form).text
    assert k2k.views("sales_manager@andes.test") == []


def test_a_view_of_the_same_name_is_replaced(manager: Browser, k2k: K2K) -> None:
    save(manager, "Mine")
    save(manager, "Mine", "/orders/?view=voided")
    (view,) = k2k.views("sales_manager@andes.test")
    assert view["query"] == "view=voided"


def test_a_name_that_cannot_be_stored_is_asked_for_again_with_what_was_typed(manager: Browser, k2k: K2K) -> None:
    refused = save(manager, " ")
    assert refused.status == 422
    assert "1 to 80 characters" in refused.text
    assert asked(refused, "save-view")[0]["name"] == " "
    assert k2k.views("sales_manager@andes.test") == []


def test_of_a_saved_query_only_what_the_list_knows_is_asked_for(manager: Browser, k2k: K2K) -> None:
    k2k.save_view("sales_manager@andes.test", "orders", "Odd", "view=all&do=confirm&cursor=x&why=price:1&sort=nothing")
    assert 'href="/orders/?view=all"' in tab(manager.get("/orders/"), "Odd")


def test_the_tab_of_every_other_view_says_where_its_number_of_rows_is(manager: Browser) -> None:
    save(manager, "Voided ones", "/orders/?view=voided")
    page = manager.get("/orders/?view=all")
    for name, rows in (("To confirm", 2), ("Voided ones", 0)):
        address = tab(page, name).partition('data-count="')[2].partition('"')[0].replace("&amp;", "&")
        listed = manager.get(address.replace("?as=count", "").replace("&as=count", ""))
        assert manager.client.get(address).get_data(as_text=True) == str(rows), name
        assert listed.html.count('name="id"') == rows, name
    assert "data-count" not in tab(page, "All")


def test_a_number_that_is_asked_for_in_the_background_writes_no_cookie(manager: Browser) -> None:
    answer = manager.client.get("/orders/?as=count", headers={"K2K-Background": "count"})
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    assert manager.client.get("/orders/").headers.getlist("Set-Cookie") != []
