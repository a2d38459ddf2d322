"""Available items: prices of every inventory type are typed in the list and explained."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.trading import order

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def browser(visit: Any, k2k: K2K) -> Browser:
    """A sales manager of ANDES, which has lots of every inventory type."""
    lot = k2k.record("ANDES", "lots", "L1")
    shown = ("product", "box_type", "boxes", "units_per_box", "unit_type", "unit_cost", "arrival_date")
    common = {name: lot[name] for name in shown}
    rows: list[dict[str, Any]] = [
        {"code": "U1", "inventory_type": "open_market_units", "unit_price": "0.36"},
        {"code": "V1", "inventory_type": "vendor_availability", "va_price": "0.33"},
        {"code": "F1", "inventory_type": "future_sales", "purchase_order_price": "0.35"},
    ]
    k2k.put("ANDES", "lots", [{**common, **row} for row in rows])
    found: Browser = visit("sales_manager@andes.test")
    return found


def cells(page: Seen, **typed: str) -> Form:
    """The form of the cells with a price typed for some lots."""
    form = next(form for form in page.forms if "do" in form and form["do"] == "cells")
    names = {f"set:typed:{lot.replace('__', '/')}": value for lot, value in typed.items()}
    seen = [pair for other in page.forms for pair in other.values if pair[0].startswith(("was:", "set:"))]
    return Form(form.action, "post", [*form.values, *(one for one in seen if one[0] not in names), *names.items()])


def test_items_of_every_type_say_what_is_typed_and_what_is_computed(browser: Browser) -> None:
    page = browser.get("/available_items/").text
    for words in ("Open market, units", "Vendor availability", "Future sales", "Price per unit", "Web price"):
        assert words in page
    assert "Open market price" in page, "the step that makes the price of F1: not the typed one"
    alone = browser.get("/available_items/?inventory_type=future_sales").text
    assert ("F1" in alone, "V1" in alone) == (True, False)


def test_a_price_is_typed_where_its_inventory_type_has_it(browser: Browser, k2k: K2K) -> None:
    page = browser.send(cells(browser.get("/available_items/"), L1="0.41", U1="0.42", V1="", F1="0.43"))
    assert page.status == 200
    lots = {one["lot"]: one for one in k2k.available_items("ANDES")["items"]}
    assert {lot: (one["typed"], one["price"]) for lot, one in lots.items()} == {
        "F1": ("0.43", "0.41"),
        "L1": ("0.41", "0.41"),
        "U1": ("0.42", "0.42"),
        "V1": (None, None),
    }
    assert k2k.record("ANDES", "lots", "L1")["web_price"] == "0.41"


def test_two_people_who_type_one_price_meet(browser: Browser, k2k: K2K) -> None:
    form = cells(browser.get("/available_items/"), U1="0.50")
    k2k.set("ANDES", lot="U1", values={"unit_price": "0.40"})
    page = browser.send(form)
    assert page.status == 409
    assert "Typed price" in page.text
    assert k2k.record("ANDES", "lots", "U1")["unit_price"] == "0.4"


def test_an_offer_of_a_vendor_is_priced_beside_ones_own(visit: Any, k2k: K2K) -> None:
    order(k2k)
    browser = visit("sales_manager@bloom.test")
    page = browser.get("/available_items/?inventory_type=k2k")
    assert "ANDES/L1" in page.text
    assert "K2K GPM" in page.text
    browser.send(cells(page, ANDES__L1="0.55"))
    item = k2k.available_items("BLOOM", "k2k")["items"][0]
    assert (item["typed"], item["computed"], item["price"], item["step"]) == ("0.55", "0.48", "0.55", "va_price")
    drawer = browser.get("/available_items/?why=price:ANDES/L1").text
    for words in ("Which step made it", "0.48", "0.55", "Typed price"):
        assert words in drawer


def test_whoever_sees_no_money_sees_the_goods(browser: Browser, visit: Any) -> None:
    page = visit("warehouse@andes.test").get("/available_items/")
    assert "U1" in page.text
    for words in ("0.36", "0.21", "In force", "Computed"):
        assert words not in page.text
    drawer = visit("warehouse@andes.test").get("/available_items/?why=price:U1")
    assert "0.36" not in drawer.text
