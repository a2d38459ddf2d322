"""Inventory: prices, hold and sell fast are typed in the list, several lots are held at once, two people meet in a
field."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@andes.test")
    return found


def lot(k2k: K2K) -> Any:
    return k2k.record("ANDES", "lots", "L1")


def cells(page: Seen, **typed: str | None) -> Form:
    """The form of the cells with other values in those of lot L1; None takes a tick away."""
    form = next(form for form in page.forms if "do" in form and form["do"] == "cells")
    seen = [pair for other in page.forms for pair in other.values if pair[0].startswith(("was:", "set:"))]
    names = {f"set:{name}:L1": value for name, value in typed.items()}
    values = [(name, value) for name, value in seen if name not in names]
    return Form(form.action, "post", [*form.values, *values, *((n, v) for n, v in names.items() if v is not None)])


def test_a_lot_is_shown_with_what_is_left_and_its_prices(browser: Browser) -> None:
    page = browser.get("/inventory/")
    for words in ("L1", "R-RED-60", "HB · 250 stems", "10"):
        assert words in page.text
    assert 'value="0.3"' in page.html or 'value="0.30"' in page.html


def test_a_price_that_is_typed_is_saved_alone_and_undone(browser: Browser, k2k: K2K) -> None:
    page = browser.send(cells(browser.get("/inventory/"), price_a="0.35"))
    assert "L1 is saved. Price A: 0.30 → 0.35." in page.text
    assert (lot(k2k)["price_a"], lot(k2k)["web_price"]) == ("0.35", None)
    browser.send(next(form for form in page.forms if "entry" in form))
    assert lot(k2k)["price_a"] == "0.3"


def test_hold_is_ticked_and_taken_away_in_the_list(browser: Browser, k2k: K2K) -> None:
    browser.send(cells(browser.get("/inventory/"), on_hold="on"))
    assert lot(k2k)["on_hold"]
    assert "L1" in browser.get("/inventory/?on_hold=true").text
    browser.send(cells(browser.get("/inventory/"), on_hold=None))
    assert not lot(k2k)["on_hold"]


def test_lots_are_held_and_released_at_once(browser: Browser, k2k: K2K) -> None:
    for do, held in (("hold", True), ("release", False)):
        form = next(form for form in browser.get("/inventory/").forms if "counted" in form)
        browser.send(Form(form.action, "post", [*form.put("counted", "1").values, ("id", "L1"), ("do", do)]))
        assert lot(k2k)["on_hold"] is held


@pytest.mark.parametrize(("keeps", "price"), [("yours", "0.4"), ("theirs", "0.33")])
def test_a_field_that_two_people_changed_is_decided_and_other_fields_are_left(
    browser: Browser, k2k: K2K, keeps: str, price: str
) -> None:
    mine = cells(browser.get("/inventory/"), price_a="0.4")
    k2k.set("ANDES", lot="L1", values={"price_a": "0.33", "sell_fast": True})
    page = browser.send(mine)
    assert page.status == 409
    assert "Somebody else changed this while you were editing" in page.text
    browser.send(next(form for form in page.forms if "keep.price_a" in form).put("keep.price_a", keeps))
    assert (lot(k2k)["price_a"], lot(k2k)["sell_fast"]) == (price, True)


def test_the_warehouse_sees_lots_and_no_money(visit: Any) -> None:
    page = visit("warehouse@andes.test").get("/inventory/")
    assert "L1" in page.text
    for words in ("Price A", "Web price", "0.3", 'name="set:'):
        assert words not in page.html


def suggestions(browser: Browser, k2k: K2K) -> Seen:
    """The step that shows the prices of two lots without one, and that a third has its price."""
    bare = {"inventory_type": "open_market_boxes", "product": "R-RED-60", "box_type": "HB", "boxes": 1}
    bare |= {"units_per_box": 250, "unit_type": "stem", "arrival_date": "2026-01-31", "unit_cost": "1.40"}
    k2k.set("ANDES", settings={"gpm": "30"})
    k2k.put("ANDES", "lots", [{**bare, "code": code} for code in ("BARE-1", "BARE-2")])
    form = next(form for form in browser.get("/inventory/").forms if "counted" in form)
    ids = [("id", lot) for lot in ("BARE-1", "BARE-2", "L1")]
    do = ("do", "suggest-price-a")
    return browser.send(Form(form.action, "post", [*form.put("counted", "3").values, *ids, do]))


def test_a_suggested_price_that_moved_since_it_was_shown_is_not_saved(browser: Browser, k2k: K2K) -> None:
    page = suggestions(browser, k2k)
    k2k.set("ANDES", lot="BARE-2", values={"unit_cost": "1.47"})
    page = browser.send(next(form for form in page.forms if "previewed" in form))
    assert "1 done, 1 refused" in page.text
    assert "The price of lot BARE-2 would be 2.10 by now, not 2.00." in page.text
    assert [k2k.record("ANDES", "lots", lot)["price_a"] for lot in ("BARE-1", "BARE-2")] == ["2", None]


def test_suggested_prices_are_shown_from_and_to_then_saved_and_undone_together(browser: Browser, k2k: K2K) -> None:
    page = suggestions(browser, k2k)
    for words in ("Suggest price A of 2 lots", "2.00", "Lot L1 has a price A: 0.30.", "Suggested"):
        assert words in page.text
    assert k2k.record("ANDES", "lots", "BARE-1")["price_a"] is None
    page = browser.send(next(form for form in page.forms if "previewed" in form))
    assert "2 prices A are filled." in page.text
    assert [k2k.record("ANDES", "lots", lot)["price_a"] for lot in ("BARE-1", "BARE-2", "L1")] == ["2", "2", "0.3"]
    k2k.set("ANDES", lot="BARE-2", values={"price_a": "2.50"})
    page = browser.send(next(form for form in page.forms if "entry" in form))
    assert "1 undone, 1 refused" in page.text
    assert [k2k.record("ANDES", "lots", lot)["price_a"] for lot in ("BARE-1", "BARE-2")] == [None, "2.5"]
