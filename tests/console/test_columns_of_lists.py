"""Which columns a list shows, and in which order: in its address, in saved views and in exports, and without a
script."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.trading import trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LISTS = [page for page in PAGES if page.list is not None]


@pytest.fixture
def manager(visit: Any, k2k: K2K) -> Browser:
    trade(k2k)
    browser: Browser = visit("sales_manager@andes.test")
    return browser


def headings(page: Seen) -> list[str]:
    """The headings of the table; not those of ticks and buttons."""
    head = page.html.partition("<thead>")[2].partition("</thead>")[0]
    words = [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r'<th scope="col".*?</th>', head, re.DOTALL)]
    return [one.split(" USD")[0] for one in words]


def chooser(page: Seen) -> Form:
    return next(form for form in page.forms if form.method == "get" and "columns" in form)


def test_a_list_shows_the_columns_of_its_address_in_their_order(manager: Browser) -> None:
    page = manager.get("/orders/?view=all&columns=total,boxes")
    assert headings(page) == ["Order", "Total", "Boxes"]
    form = chooser(page)
    assert [value for name, value in form.values if name == "columns"][:2] == ["total", "boxes"]
    assert form["view"] == "all"
    assert "Number, AWB, buyer" in page.html
    assert 'name="columns" value="total,boxes"' not in page.html.partition('id="columns"')[2].partition("</form>")[0]


def test_the_columns_stay_while_one_sorts_filters_searches_and_turns_pages(manager: Browser) -> None:
    html = manager.get("/orders/?view=all&columns=total,boxes").html
    chosen = "columns=number%2Ctotal%2Cboxes"
    for link in (f"sort=number&amp;{chosen}", f"k2k=true&amp;{chosen}", f"view=voided&amp;{chosen}"):
        assert link in html, link
    assert '<input type="hidden" name="columns" value="number,total,boxes">' in html


@pytest.mark.parametrize(
    "given", ["", "nothing", "number", "number,nothing", "buyer_name,number", ",,,", "total:left", "total\0"]
)
def test_what_is_no_column_is_left_alone(manager: Browser, given: str) -> None:
    whole = headings(manager.get("/orders/?view=all"))
    found = headings(manager.get(f"/orders/?view=all&columns={given}"))
    assert found == (["Order", "Buyer"] if "buyer_name" in given else whole)


def test_a_column_is_moved_without_a_script_and_the_form_stays_open(manager: Browser) -> None:
    page = manager.get("/orders/?view=all&columns=boxes&columns=total&columns=status&move=status:left")
    assert headings(page) == ["Order", "Boxes", "Status", "Total"]
    assert re.search(r'<form id="columns"[^>]*class="sheet pad columns"', page.html)
    again = manager.get("/orders/?view=all&columns=boxes,total&move=boxes:left")
    assert headings(again) == ["Order", "Boxes", "Total"]
    assert headings(manager.get("/orders/?view=all&columns=boxes,total&move=boxes:right")) == [
        "Order",
        "Total",
        "Boxes",
    ]
    assert re.search(r'<form id="columns"[^>]*popover', manager.get("/orders/?view=all&columns=boxes").html)


def test_all_columns_come_back(manager: Browser) -> None:
    page = manager.get("/orders/?view=all&columns=boxes")
    assert '<a class="btn s bare" href="/orders/?view=all">All columns</a>' in page.html
    assert "All columns" not in manager.get("/orders/?view=all").html


def test_a_saved_view_has_its_columns(manager: Browser, k2k: K2K) -> None:
    page = manager.get("/orders/?view=all&columns=total,boxes")
    form = next(one for one in page.forms if "name" in one and "everybody" in one).put("name", "Short")
    saved = manager.send(Form(form.action, form.method, [*form.values, ("do", "save-view")]))
    assert headings(saved) == ["Order", "Total", "Boxes"]
    assert k2k.views("sales_manager@andes.test")[0]["query"] == "view=all&columns=number%2Ctotal%2Cboxes"


@pytest.mark.parametrize("page", LISTS, ids=lambda page: page.name)
def test_an_export_has_the_columns_of_the_list(visit: Any, k2k: K2K, page: Any) -> None:
    trade(k2k)
    browser = visit("admin@bloom.test" if page.item.side == "buys" else "admin@andes.test")
    columns = page.list.columns
    last = next(one for one in reversed(columns) if one.phone != "title" and one.spread is None)
    answer = browser.client.get(f"/{page.name}/?columns={last.name}&as=csv")
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8").removeprefix("\ufeff"))))
    title = next(column for column in columns if column.phone == "title")
    assert rows[0] == [str(title.label), str(last.label)]


def test_a_column_that_is_not_for_the_reader_is_not_offered(visit: Any, k2k: K2K) -> None:
    trade(k2k)
    page = visit("warehouse@andes.test").get("/inventory/?columns=price_a,location")
    assert headings(page) == ["Lot", "Place"]
    assert "Web price" not in page.html
