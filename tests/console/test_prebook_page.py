"""New prebook: lines from the catalog and by hand, what is wrong beside each, made by one call, by who may."""

from __future__ import annotations

import re
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LOT = "ANDES/L1"
DRAFT = "/prebook/?customer=C-100&ship_date=2026-02-06&ship_via=warehouse&line=ANDES/L1&boxes=3"


@pytest.fixture
def seller(visit: Any) -> Browser:
    found: Browser = visit("salesperson@bloom.test")
    return found


def lines(page: Seen) -> Form:
    """The form of the prebook."""
    return next(form for form in page.forms if "seen" in form)


def pressed(page: Seen) -> Form:
    """The form with the button that makes the prebook."""
    form = lines(page)
    return Form(form.action, "post", [*form.values, ("do", "prebook")])


def prebooks(k2k: K2K) -> list[Any]:
    return [row for row in k2k.orders("BLOOM") if row["kind"] == "prebook"]


def test_lines_of_the_catalog_become_a_prebook_of_one_call(seller: Browser, k2k: K2K) -> None:
    catalog = seller.get("/catalog/?customer=C-100&channel=sales&ship_date=2026-02-06")
    add = next(form for form in catalog.forms if form.method == "get" and ("line", LOT) in form.values)
    again = seller.client.get(add.action, query_string=add.put("boxes", "3").values).get_data(as_text=True)
    assert "3 boxes" in again
    address = next(link for link in re.findall(r'href="([^"]*)"', again) if link.startswith("/prebook/"))
    page = seller.get(address.replace("&amp;", "&"))
    for words in ("Rose Red Freedom 60cm", "HB · 250 stems", "Prebook 1 line", "why this price?"):
        assert words in page.text, words
    done = seller.send(pressed(page))
    (made,) = prebooks(k2k)
    assert f"{made['number']} is made: it waits for its approval." in done.text
    assert (made["customer"], made["ship_date"]) == ("C-100", "2026-02-06")
    assert k2k.show("BLOOM", made["number"])["lines"][0]["boxes"] == 3
    assert 'value="checkout"' not in done.html, "it is in no cart"
    seller.send(pressed(page))
    assert len(prebooks(k2k)) == 1, "sent twice, it is made once"


def test_a_fault_stands_beside_its_line_and_nothing_is_lost(seller: Browser, k2k: K2K) -> None:
    page = seller.get(f"{DRAFT}&line=NONE&boxes=2&line=ANDES/L1&boxes=9&line=L1&boxes=none")
    refused = seller.send(pressed(page))
    assert (refused.status, prebooks(k2k)) == (422, [])
    assert refused.html.partition("<title>")[2].startswith("Error: ")
    assert "Error: " not in page.html, "nothing was sent yet"
    assert [place for place in range(1, 5) if f'<a href="#line-{place}">' in refused.html] == [2, 3, 4]
    assert re.search(r'id="line-2"[^>]* autofocus', refused.html)
    for words in ("There is no lot NONE that you can see.", "Only 10 boxes left.", "'none' is no number of boxes."):
        assert words.replace("'", "") in refused.text.replace("'", ""), words
    kept = lines(refused)
    assert [value for name, value in kept.values if name == "line"][:4] == [LOT, "NONE", LOT, LOT]
    assert [value for name, value in kept.values if name == "boxes"][:4] == ["3", "2", "9", "none"]
    less = Form(kept.action, "post", [*kept.values, ("drop", "1")])
    assert "NONE" not in seller.send(less).html


def test_a_price_that_moved_is_shown_before_anything_is_sold(seller: Browser, k2k: K2K) -> None:
    page = seller.get(DRAFT)
    k2k.set("BLOOM", settings={"k2k_gpm": "40"})
    shown = seller.send(pressed(page))
    assert shown.status == 422
    assert "it was" in shown.text
    assert prebooks(k2k) == []
    assert "is made" in seller.send(pressed(shown)).text


def test_the_place_decides_the_price(seller: Browser, k2k: K2K) -> None:
    seen = [lines(seller.get(f"{DRAFT}&location={place}"))["seen"] for place in ("MIA", "NYC")]
    assert seen[0] < seen[1]
    seller.send(pressed(seller.get(f"{DRAFT}&location=NYC")))
    assert k2k.show("BLOOM", prebooks(k2k)[0]["number"])["lines"][0]["price"] == seen[1]


def test_lots_are_found_by_goods_and_hidden_ones_say_why(seller: Browser, k2k: K2K) -> None:
    found = seller.client.get(f"{DRAFT}&lookup=line&q=FREEDOM").get_data(as_text=True)
    assert f'data-value="{LOT}"' in found
    assert "Rose Red Freedom 60cm · HB · 250 stems · 10 boxes · " in found
    k2k.set("ANDES", lot="L1", values={"on_hold": True})
    hidden = seller.client.get(f"{DRAFT}&lookup=line&q=freedom").get_data(as_text=True)
    assert "held back by the vendor" in hidden
    assert 'aria-disabled="true"' in hidden
    assert "The customer does not see it" in seller.get(DRAFT).text


@pytest.mark.parametrize(("role", "status"), [("procurement", 200), ("setup", 403), ("warehouse", 403)])
def test_prebooks_are_for_whoever_sells_and_procurement(visit: Any, role: str, status: int) -> None:
    browser = visit(f"{role}@bloom.test")
    assert browser.get("/prebook/").status == status
    if role != "warehouse":
        assert ("/prebook/" in browser.get("/carts/").html) == (status == 200)
