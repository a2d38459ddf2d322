"""Forms that are sent twice, changed by hand, or back from a page that is old: each is answered in words."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.offered import offer_lots
from tests.console.trading import order

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

A = "ANDES/L-A"
KEY = "a key of this form"


def token(browser: Browser) -> str:
    return next(form["csrf_token"] for form in browser.get("/me/").forms if "csrf_token" in form)


def post(browser: Browser, address: str, *fields: tuple[str, str], key: str = KEY) -> Seen:
    """Send fields to an address, as a form that its page has or not."""
    return browser.send(Form(address, "post", [("csrf_token", token(browser)), ("key", key), *fields]))


def undo_of(page: Seen, **fields: str) -> Form:
    """The form of a toast that has these fields."""
    return next(form for form in page.forms if all(name in form and form[name] == fields[name] for name in fields))


@pytest.mark.parametrize(("field", "do", "value"), [("va_price", "price", "0.55"), ("product", "map", "ROSE")])
def test_a_value_of_an_offer_that_was_emptied_is_put_back_by_undo(
    visit: Any, k2k: K2K, field: str, do: str, value: str
) -> None:
    offer_lots(k2k)
    k2k.map("BLOOM", A, **{field: value})
    browser: Browser = visit("sales_manager@bloom.test")
    column = {"va_price": "va_price", "product": "mapped_product"}[field]
    cell = f"{column}:{A}"
    page = post(browser, "/offers/?view=all", ("do", "cells"), (f"was:{cell}", value), (f"set:{cell}", ""))
    assert k2k.offer("BLOOM", A)[column] is None
    page = browser.send(undo_of(page, do=do, id=A))
    assert page.status == 200
    assert k2k.offer("BLOOM", A)[column] == value


@pytest.mark.parametrize("was", ["None", "many", "NaN", "1,5", "9" * 200])
def test_a_number_seen_before_that_is_no_number_is_a_bad_request(visit: Any, k2k: K2K, was: str) -> None:
    offer_lots(k2k)
    browser: Browser = visit("sales_manager@bloom.test")
    cell = f"va_price:{A}"
    answer = post(browser, "/offers/", ("do", "cells"), (f"was:{cell}", was), (f"set:{cell}", "0.50"))
    assert answer.status == 400
    assert k2k.offer("BLOOM", A)["va_price"] is None


def test_a_part_of_a_box_is_not_released(visit: Any, k2k: K2K) -> None:
    number = order(k2k)
    (prebook,) = k2k.orders("BLOOM", kind="prebook")["items"]
    k2k.confirm("ANDES", number)
    line = k2k.show("BLOOM", prebook["number"])["lines"][0]["line"]
    fields = [("do", "release"), ("line", str(line)), ("boxes", "0.5"), ("reason", "late"), ("confirm", "CONFIRM")]
    answer = post(visit("sales_manager@bloom.test"), f"/carts/{prebook['number']}", *fields)
    assert answer.status == 422
    assert "0.5 is no number of boxes" in answer.text
    assert k2k.verify() == []


@pytest.mark.parametrize("do", ["ship", "invoice"])
def test_an_order_that_nobody_has_is_not_found_from_the_list_either(visit: Any, k2k: K2K, do: str) -> None:
    answer = post(visit("sales_manager@andes.test"), "/orders/", ("do", do), ("id", "S-9999"))
    assert answer.status == 404
    assert k2k.verify() == []
