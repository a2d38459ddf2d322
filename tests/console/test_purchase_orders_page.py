"""Purchase orders of a buyer: what waits for an approval, approved, sent and cancelled, one by one and at once."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("procurement@bloom.test")
    return found


def ordered(k2k: K2K, day: str = "2026-02-05") -> str:
    """A purchase order of a lot of ANDES that waits for its approval."""
    lines = [{"lot": "ANDES/L1", "boxes": 1}]
    return str(k2k.purchase_order("BLOOM", "ANDES", lines, ship_date=day)["number"])


def status(k2k: K2K, number: str) -> str:
    return str(k2k.show("BLOOM", number)["status"])


def test_what_waits_is_approved_at_once(browser: Browser, k2k: K2K) -> None:
    numbers = [ordered(k2k), ordered(k2k, "2026-02-06")]
    page = browser.get("/purchase_orders/")
    assert all(number in page.text for number in numbers)
    form = next(form for form in page.forms if "counted" in form).put("counted", "2")
    chosen = [("id", number) for number in numbers]
    page = browser.send(Form(form.action, "post", [*form.values, *chosen, ("do", "approve")]))
    assert "2 orders are approved." in page.text
    assert [status(k2k, number) for number in numbers] == ["approved", "approved"]


def test_an_order_is_cancelled_on_its_own_page_after_its_effect_was_said(browser: Browser, k2k: K2K) -> None:
    number = ordered(k2k)
    page = browser.get(f"/purchase_orders/{number}?do=cancel")
    assert "stock at once" in page.text
    page = browser.send(next(form for form in page.forms if "do" in form and form["do"] == "cancel"))
    assert f"{number} is cancelled." in page.text
    assert status(k2k, number) == "cancelled"


def test_an_order_that_cannot_be_sent_says_why(browser: Browser, k2k: K2K) -> None:
    number = ordered(k2k)
    page = browser.get(f"/purchase_orders/{number}")
    form = next(form for form in page.forms if "key" in form)
    page = browser.send(Form(form.action, "post", [*form.values, ("do", "transfer")]))
    assert page.status == 409
    assert k2k.show("BLOOM", number)["transfer"] == "none"
