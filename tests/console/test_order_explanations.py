"""The page of an order says why: its day, the price and the state of each line, and which boxes are missing."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser
from tests.console.page_forms import chosen, dialog
from tests.console.trading import order, trade

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@andes.test")
    return found


def line_of(k2k: K2K, number: str) -> Any:
    return k2k.show("ANDES", number)["lines"][0]


def shipped(k2k: K2K) -> str:
    """An order of two boxes, one of which its buyer reports missing."""
    number = order(k2k, boxes=2)
    k2k.confirm("ANDES", number)
    k2k.ship("ANDES", k2k.show("ANDES", number)["awb"], partner="BLOOM")
    k2k.missing("BLOOM", [line_of(k2k, number)["box_codes"][0]], reason="not in the truck")
    return number


def test_missing_boxes_stand_on_the_order_and_in_its_line(browser: Browser, k2k: K2K) -> None:
    whole = trade(k2k)["confirmed"]
    assert "Reported missing" not in browser.get(f"/orders/{whole}").text
    number = shipped(k2k)
    page, line = browser.get(f"/orders/{number}").text, line_of(k2k, number)
    for words in ("1 box missing", "Reported missing", line["box_codes"][0], "not in the truck"):
        assert words in page, words
    why = browser.get(f"/orders/{number}?why=state:{line['line']}").text
    assert f"{line['box_codes'][0]} is reported missing" in why


def test_a_report_of_missing_boxes_is_declined_with_a_reason(browser: Browser, k2k: K2K) -> None:
    number = shipped(k2k)
    code = line_of(k2k, number)["box_codes"][0]
    form = dialog(browser.get(f"/orders/{number}?do=decline"))
    assert browser.send(form).status == 422, "without a reason nothing is declined"
    other = browser.send(form.put("reason", "the driver has signed").put("boxes", "K-9"))
    assert (other.status, "Not reported as missing: K-9." in other.text) == (409, True)
    page = browser.send(form.put("reason", "the driver has signed").put("boxes", code))
    assert f"The buyer is told that nothing of {number} is missing." in page.text
    assert "Reported missing" not in page.text
    assert "Decline the report" not in page.text


def test_price_day_and_state_say_why(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    number = orders["pending"]
    line = line_of(k2k, number)
    page = browser.get(f"/orders/{number}").html
    for name, key in (("price", line["line"]), ("state", line["line"]), ("leaves", number)):
        assert f'href="/orders/{number}?why={name}:{key}"' in page, name
    price = browser.get(f"/orders/{number}?why=price:{line['line']}").text
    for words in ("Why this price?", "Price A 0.30", "when it was ordered", "75.00 in all"):
        assert words in price, words
    for secret in ("0.48", "K2K GPM"):
        assert secret not in price, "the buyer's price is not the vendor's to see"
    state = browser.get(f"/orders/{number}?why=state:{line['line']}").text
    assert "The buyer has not checked it out yet. It waits until Mon 2 Feb, 10:00 " in state
    day = browser.get(f"/orders/{number}?why=leaves:{number}").text
    for words in (
        "Ordered Mon 2 Feb, 09:00 Bogotá",
        "The buyer ships it on Sat 7 Feb",
        "1 day on its way",
        "Leaves Fri 6",
    ):
        assert words in day, words


def test_nothing_is_explained_of_a_line_that_is_no_own_one(browser: Browser, k2k: K2K) -> None:
    number = trade(k2k)["ready"]
    for why in ("price:999999", "state:999999", "leaves:S-9999K", "nothing:1"):
        assert browser.get(f"/orders/{number}?why={why}").status == 404, why


def test_a_blank_reference_for_several_orders_clears_none(browser: Browser, k2k: K2K) -> None:
    orders = trade(k2k)
    keys = [orders["ready"], orders["pending"]]
    for key in keys:
        k2k.set_reference("ANDES", key, "176-1234")
    form = dialog(browser.send(chosen(browser.get("/orders/"), *keys, do="reference")))
    refused = browser.send(form.put("reference_number", ""))
    assert (refused.status, "Left blank, it changes nothing." in refused.text) == (422, True)
    assert [k2k.show("ANDES", key)["reference_number"] for key in keys] == ["176-1234"] * 2
    assert "2 orders have" in browser.send(dialog(refused).put("reference_number", "176-9")).text
    assert [k2k.show("ANDES", key)["reference_number"] for key in keys] == ["176-9"] * 2
