"""Carts and prebooks: checked out, approved, cancelled, billed and released from their page, by who may."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.page_forms import dialog

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def manager(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@bloom.test")
    return found


def cart(k2k: K2K) -> str:
    """A cart of a customer; the number of its prebook."""
    placed = k2k.add("BLOOM", customer="C-200", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    return str(placed["prebook"])


def prebook(k2k: K2K) -> str:
    """A prebook that a salesperson typed."""
    placed = k2k.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], ship_date="2026-02-06")
    return str(placed["prebook"])


def state(k2k: K2K, number: str) -> str:
    return str(k2k.show("BLOOM", number)["lines"][0]["state"])


def pressing(page: Seen, name: str) -> Form:
    """The form of a button of the page."""
    form = next(form for form in page.forms if "key" in form and "counted" not in form)
    return Form(form.action, "post", [*form.values, ("do", name)])


def test_the_list_opens_on_what_waits_and_says_until_when(manager: Browser, k2k: K2K) -> None:
    numbers = [cart(k2k), prebook(k2k)]
    page = manager.get("/carts/")
    assert [number for number in numbers if number in page.text] == numbers
    for words in ("Petal & Stem", "250.00", "until Mon 2 Feb, 10:00 New York", "2 carts and prebooks"):
        assert words in page.text, words


def test_a_cart_is_checked_out_with_one_click(manager: Browser, k2k: K2K) -> None:
    number = cart(k2k)
    page = manager.send(pressing(manager.get(f"/carts/{number}"), "checkout"))
    assert f"{number} is checked out." in page.text
    assert state(k2k, number) == "checked_out"


def test_a_prebook_is_approved_and_is_no_cart(manager: Browser, k2k: K2K) -> None:
    number = prebook(k2k)
    refused = manager.send(pressing(manager.get(f"/carts/{number}"), "checkout"))
    assert refused.status == 409
    assert "It is in no cart: it waits for its approval." in refused.text
    assert "is approved." in manager.send(pressing(manager.get(f"/carts/{number}"), "approve")).text
    assert state(k2k, number) == "checked_out"


@pytest.mark.parametrize("made", [cart, prebook])
def test_a_cart_and_a_prebook_are_cancelled_after_the_effect_was_shown(manager: Browser, k2k: K2K, made: Any) -> None:
    number = made(k2k)
    page = manager.get(f"/carts/{number}?do=cancel")
    assert "Its boxes go back at once" in page.text
    assert f"{number} is cancelled." in manager.send(dialog(page)).text
    assert state(k2k, number) == "cancelled"


def test_a_release_is_typed(manager: Browser, k2k: K2K) -> None:
    number = prebook(k2k)
    k2k.approve("BLOOM", prebook=number)
    k2k.confirm("ANDES", "S-1001K")
    line = k2k.show("BLOOM", number)["lines"][0]["line"]
    form = dialog(manager.get(f"/carts/{number}?do=release")).put("line", line).put("reason", "not needed")
    refused = manager.send(form.put("confirm", "yes"))
    assert refused.status in (409, 422)
    assert "are released." in manager.send(form.put("confirm", "CONFIRM")).text


def test_salespeople_check_out_and_do_not_approve(visit: Any, k2k: K2K) -> None:
    number, typed = cart(k2k), prebook(k2k)
    seller, manager = visit("salesperson@bloom.test"), visit("sales_manager@bloom.test")
    page = seller.get(f"/carts/{number}")
    assert ('value="checkout"' in page.html, 'value="approve"' in page.html) == (True, False)
    assert 'value="approve"' not in manager.get(f"/carts/{number}").html, "a cart is checked out, not approved"
    page = seller.get(f"/carts/{typed}")
    assert ('value="checkout"' in page.html, 'value="approve"' in page.html) == (False, False)
    page = manager.get(f"/carts/{typed}")
    assert ('value="checkout"' in page.html, 'value="approve"' in page.html) == (False, True)
    assert visit("warehouse@bloom.test").get(f"/carts/{number}").status == 403
