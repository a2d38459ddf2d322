"""Requests from buyers: accepted, mapped, filled from lots and rejected, with what the buyer sees of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console import conftest
from tests.console.conftest import Browser, Seen
from tests.console.page_forms import chosen, dialog
from tests.console.trading import requested

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

GLOBE = {"product": "GLOBE", "box_type": "HB", "boxes": 3}
ROSE = {"product": "R-RED-60", "boxes": 12}


@pytest.fixture
def browser(visit: Any, k2k: K2K) -> Browser:
    """A sales manager of the vendor, whose buyer has a product that the vendor does not know."""
    roses = {"category": "ROSES", "description": "Rose Red Freedom 60cm", "code": "R-RED-60"}
    k2k.put("BLOOM", "categories", [{"code": "ROSES"}])
    k2k.put("BLOOM", "products", [roses, {**roses, "code": "GLOBE", "description": "Disco globe"}])
    found: Browser = visit("sales_manager@andes.test")
    return found


def ordered(k2k: K2K) -> dict[str, Any]:
    """The only purchase order, as the buyer sees it."""
    (order,) = k2k.orders("BLOOM", kind="purchase_order", lines=True, limit=10)["items"]
    return dict(order)


def pressed(browser: Browser, page: Seen, do: str) -> Seen:
    """What follows a button of a record that asks nothing."""
    form = next(form for form in page.forms if "key" in form and "do" not in form)
    return browser.send(type(form)(form.action, "post", [*form.values, ("do", do)]))


def test_a_request_is_accepted_mapped_and_filled_in_part(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k, ROSE, GLOBE)
    page = browser.get("/requests/")
    assert "P-1001" in page.text
    assert "1 known, 1 unknown" in page.text
    page = browser.get(f"/requests/{number}")
    assert "Fill from lots" not in page.text, "it is answered first"
    page = pressed(browser, page, "accept")
    assert "P-1001 is accepted" in page.text
    assert 'href="/orders/S-1001K"' in page.html, "its order is one click away"
    assert ordered(k2k)["transfer"] == "accepted"
    line = next(one["line"] for one in ordered(k2k)["lines"] if one["product"] == "GLOBE")
    form = dialog(browser.get(f"/requests/{number}?do=map"))
    page = browser.send(form.put(f"product.{line}", "R-RED-60"))
    assert "The products of P-1001 are mapped." in page.text
    page = browser.get(f"/requests/{number}?do=fill")
    first, second = (one["line"] for one in ordered(k2k)["lines"])
    form = dialog(page)
    assert (form[f"boxes.{first}.L1"], form[f"boxes.{second}.L1"]) == ("10", ""), "first in, first out"
    page = browser.send(form.put(f"boxes.{first}.L1", "11"))
    assert (page.status, dialog(page)[f"boxes.{first}.L1"]) == (409, "11"), "what was typed stays"
    page = browser.send(dialog(page).put(f"boxes.{first}.L1", "7").put(f"boxes.{second}.L1", "3"))
    assert "P-1001 is filled." in page.text
    assert "Filled in part" in page.text
    order = ordered(k2k)
    assert order["transfer"] == "filled"
    states = sorted((one["state"], one["boxes"]) for one in order["lines"])
    assert states == [("checked_out", 3), ("checked_out", 7), ("needed", 5)]
    assert "P-1001" in browser.get("/requests/?view=to-fill").text, "five boxes are still asked for"


@pytest.mark.parametrize(
    ("typed", "said"), [("", "Type how many boxes"), ("x", "is not a number"), ("1.5", "1.5 is no")]
)
def test_what_is_no_number_of_boxes_fills_nothing(browser: Browser, k2k: K2K, typed: str, said: str) -> None:
    number = requested(k2k)
    k2k.accept_order("ANDES", number)
    (line,) = ordered(k2k)["lines"]
    form = dialog(browser.get(f"/requests/{number}?do=fill"))
    page = browser.send(form.put(f"boxes.{line['line']}.L1", typed))
    assert page.status == 422
    assert said in page.text
    assert ordered(k2k)["transfer"] == "accepted"


def test_requests_are_rejected_together_with_a_reason_that_the_buyer_reads(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k)
    page = browser.send(chosen(browser.get("/requests/"), number, do="reject"))
    page = browser.send(dialog(page))
    assert (page.status, "This is needed." in page.text) == (422, True)
    page = browser.send(dialog(page).put("reason", "frost"))
    assert "1 request is rejected." in page.text
    assert "No buyer waits for an answer" in page.text
    assert (ordered(k2k)["transfer"], ordered(k2k)["reason"]) == ("rejected", "frost")
    assert "frost" in browser.get(f"/requests/{number}").text
    buyer = Browser(browser.client.application)
    buyer.log_in("procurement@bloom.test")
    assert "frost" in buyer.get("/purchase_orders/P-1001").text


def test_the_search_leads_to_a_request_by_either_number(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k)
    for words in (number, "P-1001"):
        page = browser.get(f"/search/?q={words}")
        assert "P-1001" in page.text
        assert page.at == f"/requests/{number}" or f'href="/requests/{number}"' in page.html


def test_the_order_of_a_request_leads_to_its_boxes_and_is_rejected_there_too(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k)
    k2k.accept_order("ANDES", number)
    (order,) = [one["number"] for one in k2k.orders("ANDES", kind="sales_order", limit=10)["items"]]
    listed = browser.get("/orders/").text
    assert "To fill" in listed
    assert "1 of 1 without boxes" in listed
    page = browser.get(f"/orders/{order}")
    assert f'href="/requests/{order}"' in page.html
    page = browser.send(dialog(browser.get(f"/orders/{order}?do=reject")).put("reason", "no roses left"))
    assert ordered(k2k)["transfer"] == "rejected"
    assert "Fill it from your lots" not in page.text


def test_a_request_that_has_not_left_on_its_day_is_overdue(
    visit: Any, browser: Browser, k2k: K2K, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = requested(k2k)
    k2k.accept_order("ANDES", number)
    k2k.fill("ANDES", number, [{"line": ordered(k2k)["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 2}]}])
    assert "No request is overdue" in browser.get("/requests/?view=overdue").text
    monkeypatch.setattr(conftest, "NOW", conftest.NOW + dt.timedelta(days=3))
    later = visit("sales_manager@andes.test")
    listed = later.get("/requests/?view=overdue").text
    assert "P-1001" in listed
    assert "1 request" in listed
    assert "Overdue" in later.get(f"/requests/{number}").text
    for address in ("/orders/?view=overdue", "/orders/"):
        assert "Overdue" in later.get(address).text.partition("Status")[2], address


def test_a_request_that_was_filled_meanwhile_is_shown_before_more_is_filled(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k, {"product": "R-RED-60", "boxes": 2}, {"product": "R-RED-60", "boxes": 3})
    k2k.accept_order("ANDES", number)
    first, second = (one["line"] for one in ordered(k2k)["lines"])
    opened = dialog(browser.get(f"/requests/{number}?do=fill")).put(f"boxes.{first}.L1", "")
    k2k.fill("ANDES", number, [{"line": first, "lots": [{"lot": "L1", "boxes": 2}]}])
    again = browser.send(opened)
    assert again.status == 412
    assert "version_mismatch" in again.text
    assert f"boxes.{first}.L1" not in again.html, "the line is filled by now"
    assert "is filled." in browser.send(dialog(again).put(f"boxes.{second}.L1", "3")).text


def test_many_faults_of_a_dialog_are_listed_with_links_to_their_fields(browser: Browser, k2k: K2K) -> None:
    number = requested(k2k, *[{"product": "R-RED-60", "boxes": boxes} for boxes in (1, 2, 3)])
    k2k.accept_order("ANDES", number)
    lines = [one["line"] for one in ordered(k2k)["lines"]]
    form = dialog(browser.get(f"/requests/{number}?do=fill"))
    for line in lines:
        form = form.put(f"boxes.{line}.L1", "many")
    page = browser.send(form)
    assert page.html.partition("<title>")[2].startswith("Error: ")
    for line in lines:
        assert f'<a href="#field-boxes.{line}.L1">' in page.html
    assert re.search(rf'id="field-boxes.{lines[0]}.L1"[^>]* autofocus', page.html)
    assert page.html.count(" autofocus") == 1
