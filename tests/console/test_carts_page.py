"""Carts and prebooks: checked out, approved, cancelled, billed and released from their page, by who may."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen
from tests.console.offered import LOT
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


def cart_of_two(k2k: K2K) -> tuple[str, list[str]]:
    """A cart with two lines; the number of its prebook, and those of the lines."""
    k2k.put("ANDES", "lots", [{**LOT, "code": "L2", "product": "R-RED-60"}])
    placed = k2k.add("BLOOM", customer="C-200", lot="ANDES/L1", boxes=2, ship_date="2026-02-05")
    k2k.add("BLOOM", customer="C-200", lot="ANDES/L2", boxes=3, ship_date="2026-02-05", cart=placed["cart"])
    number = str(placed["prebook"])
    return number, [line["line"] for line in k2k.show("BLOOM", number)["lines"]]


def prebook(k2k: K2K) -> str:
    """A prebook that a salesperson typed."""
    placed = k2k.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], ship_date="2026-02-06")
    return str(placed["prebook"])


def states(k2k: K2K, number: str) -> list[str]:
    return [str(line["state"]) for line in k2k.show("BLOOM", number)["lines"]]


def state(k2k: K2K, number: str) -> str:
    return states(k2k, number)[0]


def pressing(page: Seen, name: str, row: str = "") -> Form:
    """The form of a button of the page, or of one of its rows."""
    form = next(form for form in page.forms if "key" in form and "counted" not in form and ("row", row) in pairs(form))
    return Form(form.action, "post", [*form.values, ("do", name)])


def pairs(form: Form) -> list[tuple[str, str]]:
    """What a form sends; that of no row as an empty one."""
    return form.values if "row" in form else [*form.values, ("row", "")]


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


def test_one_line_of_a_cart_is_checked_out_and_the_others_wait_on(manager: Browser, k2k: K2K) -> None:
    number, (first, _) = cart_of_two(k2k)
    form = pressing(manager.get(f"/carts/{number}"), "checkout-line", first)
    page = manager.send(form)
    assert f"Rose Red Freedom 60cm of {number} is checked out." in page.text
    assert states(k2k, number) == ["checked_out", "in_cart"]
    for words in ("checked out 1", "pending 1"):
        assert words in page.text, words
    assert manager.send(form).status == 200, "the same form once more is done once"
    assert states(k2k, number) == ["checked_out", "in_cart"]


def test_a_line_is_cancelled_after_the_effect_was_shown_and_the_others_wait_on(manager: Browser, k2k: K2K) -> None:
    number, (first, second) = cart_of_two(k2k)
    manager.send(pressing(manager.get(f"/carts/{number}"), "checkout-line", first))
    page = manager.get(f"/carts/{number}?do=cancel-line&row={second}")
    assert "Cancel Rose Red Freedom 60cm" in page.text
    assert "The other lines stay as they are." in page.text
    assert f"Rose Red Freedom 60cm of {number} is cancelled." in manager.send(dialog(page)).text
    assert states(k2k, number) == ["checked_out", "cancelled"]
    page = manager.get(f"/carts/{number}?do=cancel-line&row={first}")
    assert "is cancelled." in manager.send(dialog(page)).text, "until its vendor confirms it"
    assert states(k2k, number) == ["cancelled", "cancelled"]


def test_a_line_that_cannot_be_checked_out_any_more_says_why_with_its_code(manager: Browser, k2k: K2K) -> None:
    number, (first, second) = cart_of_two(k2k)
    page = manager.get(f"/carts/{number}")
    k2k.checkout("BLOOM", line=first)
    refused = manager.send(pressing(page, "checkout-line", first))
    assert (refused.status, states(k2k, number)) == (409, ["checked_out", "in_cart"])
    assert "already. Look at the present state and decide again. conflict" in refused.text
    k2k.set("ANDES", settings={"ship_days_offset": 9})
    refused = manager.send(pressing(page, "checkout-line", second))
    assert (refused.status, "before_earliest_ship_date" in refused.text) == (409, True)
    assert states(k2k, number) == ["checked_out", "in_cart"]


def test_a_line_of_another_document_is_not_there(manager: Browser, k2k: K2K) -> None:
    number, (first, _) = cart_of_two(k2k)
    other = cart(k2k)
    foreign = k2k.show("BLOOM", other)["lines"][0]["line"]
    page = manager.get(f"/carts/{number}")
    for name in (foreign, "x", ""):
        assert manager.send(pressing(page, "checkout-line", first).put("row", name)).status == 404, name
        assert manager.get(f"/carts/{number}?do=cancel-line&row={name}").status == 404, name
    assert states(k2k, number) + states(k2k, other) == ["in_cart"] * 3


def test_a_line_of_a_typed_prebook_waits_for_its_approval(manager: Browser, k2k: K2K) -> None:
    page = manager.get(f"/carts/{prebook(k2k)}")
    assert ('value="checkout-line"' in page.html, "do=cancel-line" in page.html) == (False, True)


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
