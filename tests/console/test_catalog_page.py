"""The catalog as a customer: prices with their explanation by role, ship dates with their reasons, boxes for a cart."""

from __future__ import annotations

import re
from typing import Any

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Browser, Form, Seen, add_person
from tests.console.offered import LOT

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

COSTS = ("0.3406", "0.0406", "0.4730555556", "0.4967083333", "28 %", "31.9")
"""Landed cost, a component, what the step gave, what the markup made of it, the GPM, the margin."""

PRICE = "/catalog/?customer=C-200&why=price:ANDES/L1"


@pytest.fixture
def manager(visit: Any) -> Browser:
    found: Browser = visit("sales_manager@bloom.test")
    return found


def adding(page: Seen) -> Form:
    """The form that adds boxes of the only line."""
    return next(form for form in page.forms if "boxes" in form)


def pressed(form: Form, **values: str) -> Form:
    """The form with its button pressed, as a browser without scripts sends it."""
    for name, value in values.items():
        form = form.put(name, value)
    return Form(form.action, "post", [*form.values, ("do", "add")])


def test_the_catalog_opens_for_the_first_customer_and_the_first_ship_date(manager: Browser) -> None:
    page = manager.get("/catalog/")
    assert "Corner Florist" in page.text
    assert "first ship date Thu 5 Feb" in page.text
    for words in ("Rose Red Freedom 60cm", "K2K ANDES L1", "HB · 250 stems", "0.48"):
        assert words in page.text, words


def test_the_catalog_remembers_the_last_customer(manager: Browser) -> None:
    assert "0.50" in manager.get("/catalog/?customer=C-200").text
    assert "0.50" in manager.get("/catalog/").text


@pytest.mark.parametrize(
    ("address", "price"),
    [
        ("?customer=C-200", "0.50"),
        ("?customer=C-200&channel=sales", "0.48"),
        ("?customer=C-100&ship_via=grower&channel=sales", "0.42"),
        ("?customer=C-200&location=NYC&channel=sales", "0.53"),
    ],
)
def test_prices_are_those_of_the_customer_the_channel_the_ship_via_and_the_place(
    manager: Browser, address: str, price: str
) -> None:
    assert price in manager.get("/catalog/" + address).text


def test_the_catalog_is_narrowed_to_a_category_while_one_pages_and_searches(manager: Browser, k2k: K2K) -> None:
    k2k.put("BLOOM", "categories", [{"code": "ROSES", "name": "Roses"}, {"code": "FILLERS", "name": "Fillers"}])
    roses = manager.get("/catalog/?customer=C-200&category=ROSES")
    assert "Rose Red Freedom 60cm" in roses.text
    assert "category=ROSES" in roses.html.partition("<table")[2], "its explanations lead back to it"
    assert 'value="ROSES" selected' in roses.html
    fillers = manager.get("/catalog/?customer=C-200&category=FILLERS")
    assert "0 lines" in fillers.text
    assert "Rose Red Freedom 60cm" not in fillers.html.partition("<main")[2]


def test_a_salesperson_opens_it_with_their_own_channel(visit: Any) -> None:
    page = visit("salesperson@bloom.test").get("/catalog/?customer=C-200")
    assert "0.48" in page.text
    assert [form.method for form in page.forms if "boxes" in form] == ["get"], "to a prebook: a cart has shop prices"


def test_a_price_says_why_to_who_may_see_costs(manager: Browser) -> None:
    page = manager.get(PRICE)
    assert page.status == 200
    for words in (
        "Why this price?",
        "0.50 USD a stem",
        "125.00 a box",
        "31.9 % of it is margin",
        "K2K GPM 0.4730555556",
        "Typed price no value",
        "Company GPM not reached",
        "Inbound truck: 3.5 per cube × 2.9 cubes ÷ 250 units 0.0406",
        "Landed cost 0.3406",
        "E-commerce markup: +5 % of customer C-200",
        "0.4967083333",
        "Rounded up, once 0.50",
        "How ANDES made its price is for ANDES only.",
        "Via grower it is 0.44.",
    ):
        assert words in page.text.replace("\xa0", " "), words


def test_a_step_that_was_not_reached_says_what_it_would_have_given(manager: Browser, k2k: K2K) -> None:
    k2k.set("BLOOM", settings={"gpm": "50"})
    page = manager.get(PRICE).text.replace("\xa0", " ")
    assert "Company GPM not reached, would be 0.68" in page


def test_a_salesperson_sees_prices_and_steps_and_no_cost(visit: Any) -> None:
    page = visit("salesperson@bloom.test").get(PRICE + "&channel=ecommerce")
    assert page.status == 200
    assert "0.50 USD a stem" in page.text
    assert "K2K GPM made it" in page.text
    assert "Costs and margins are not for your roles." in page.text
    html = page.html.replace("\xa0", " ")
    assert [cost for cost in COSTS if cost in html] == []


def test_another_margin_is_tried_out_from_the_catalog_and_kept_as_a_draft(
    manager: Browser, visit: Any, k2k: K2K
) -> None:
    opened = manager.get("/catalog/?customer=C-200&why=what_if:margins")
    assert "why=what_if%3Amargins" in manager.get("/catalog/?customer=C-200").html
    form = next(form for form in opened.forms if "k2k_gpm" in form)
    assert (form["k2k_gpm"], form["customer"]) == ("28", "C-200")
    tried = manager.get(f"{form.action}?customer=C-200&why=what_if:margins&k2k_gpm=33&gpm=")
    assert "rise" in tried.text
    assert "ANDES/L1" in tried.text
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28"
    keep = next(form for form in tried.forms if "k2k_gpm" in form and form.method == "post")
    kept = manager.send(Form(keep.action, "post", [*keep.values, ("do", "keep_what_if")]))
    assert "The what-if is kept among the what-if drafts." in kept.text
    (draft,) = k2k.drafts("BLOOM")["items"]
    assert [change["settings"] for change in draft["changes"]] == [{"k2k_gpm": "33"}]
    assert "100" in manager.get(f"{form.action}?why=what_if:margins&k2k_gpm=120").text, "a margin stays below 100"
    seller = visit("salesperson@bloom.test")
    assert "what_if" not in seller.get("/catalog/").html
    assert seller.get("/catalog/?why=what_if:margins").status == 403


def test_the_warehouse_has_no_catalog(visit: Any) -> None:
    assert visit("warehouse@bloom.test").get(PRICE).status == 403


def test_a_price_of_an_unknown_lot_is_not_found(manager: Browser) -> None:
    assert manager.get("/catalog/?customer=C-200&why=price:ANDES/NONE").status == 404
    assert manager.get("/catalog/?customer=NOBODY").status == 404


def test_a_lot_without_a_price_says_why_the_customer_is_asked_to_call(manager: Browser, k2k: K2K) -> None:
    k2k.set("BLOOM", settings={"k2k_gpm": None})
    page = manager.get("/catalog/?customer=C-200")
    assert "call why is there no price?" in page.text
    drawer = manager.get(PRICE)
    assert "No price: the customer is asked to call" in drawer.text


def test_ship_dates_say_why_in_the_zone_of_the_vendor_and_in_ones_own(visit: Any, k2k: K2K) -> None:
    k2k.set("ANDES", settings={"cut_offs": {"mon": "0830"}})
    k2k.set("BLOOM", values={"timezone": "Europe/Amsterdam"})
    manager = visit("sales_manager@bloom.test")
    page = manager.get("/catalog/?customer=C-200&why=dates:ANDES")
    for words in (
        "Mon 2 Feb at ANDES 09:00 Bogotá, 15:00 Amsterdam",
        "Cut-off has passed 08:30 Bogotá, 14:30 Amsterdam",
        "Counted as ordered on Tue 3 Feb",
        "Ship-days offset 2: leaves Thu 5 Feb or later",
        "First ship date Fri 6 Feb",
    ):
        assert words in page.text, words
    assert "Own stock" not in page.text
    assert "Own stock" in manager.get("/catalog/?customer=C-200&why=dates:all").text


def test_boxes_go_into_the_cart_with_one_click_and_come_out_with_undo(manager: Browser, k2k: K2K) -> None:
    form = pressed(adding(manager.get("/catalog/?customer=C-200")))
    page = manager.send(form)
    assert "In the cart: 1 box." in page.text
    [cart] = k2k.carts("BLOOM", state="open")["items"]
    assert (cart["customer"], cart["ship_date"], cart["boxes"]) == ("C-200", "2026-02-05", 1)
    assert f"{cart['cart']} · 1 box" in page.text.replace("\xa0", " ")
    undo = next(form for form in page.forms if "do" in form and form["do"] == "take_out")
    assert "Taken out of the cart again." in manager.send(undo).text
    assert k2k.carts("BLOOM", state="open")["items"] == []


def test_the_same_click_twice_is_one_box_and_the_next_click_goes_into_the_same_cart(manager: Browser, k2k: K2K) -> None:
    form = pressed(adding(manager.get("/catalog/?customer=C-200")), boxes="2")
    manager.send(form)
    page = manager.send(form)
    manager.send(pressed(adding(page)))
    [cart] = k2k.carts("BLOOM", state="open")["items"]
    assert (cart["boxes"], sum(cart["line_counts"].values())) == (3, 2)


@pytest.mark.parametrize(
    ("boxes", "code"),
    [("11", "insufficient_stock"), ("0", "invalid_quantity"), ("1.5", "invalid_quantity"), ("x", "is not a number")],
)
def test_boxes_that_cannot_be_added_are_refused_and_what_was_typed_stays(
    manager: Browser, k2k: K2K, boxes: str, code: str
) -> None:
    page = manager.send(pressed(adding(manager.get("/catalog/?customer=C-200")), boxes=boxes))
    assert code in page.text
    assert f'value="{boxes}"' in page.html
    assert k2k.carts("BLOOM")["items"] == []


def test_a_search_finds_goods_and_codes_of_lots(manager: Browser) -> None:
    for words in ("freedom", "L1"):
        assert "Rose Red Freedom 60cm" in manager.get(f"/catalog/?customer=C-200&q={words}").text, words
    assert "Nothing matches" in manager.get("/catalog/?customer=C-200&q=tulips").text


def test_the_search_over_everything_leads_from_a_vendors_lot_to_its_line(manager: Browser) -> None:
    page = manager.get("/search/?q=L1")
    assert page.at == "/catalog/?lot=ANDES%2FL1"
    assert "Rose Red Freedom 60cm" in page.text


def test_the_catalog_speaks_spanish(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "BLOOM", "ana@bloom.test", "admin", locale="es")
    page = visit("ana@bloom.test").get(PRICE)
    for words in (
        "¿Por qué este precio?",
        "0,50 USD por tallo",
        "Costo puesto 0,3406",
        "Redondeado hacia arriba, una vez 0,50",
    ):
        assert words in page.text, words


def test_the_lines_are_sorted_by_goods_boxes_and_price_in_both_directions(manager: Browser, k2k: K2K) -> None:
    goods = {"AA": ("Alstroemeria", 3, "0.90"), "ZZ": ("Zinnia", 7, "0.10")}
    k2k.put("ANDES", "products", [{"code": one, "description": goods[one][0], "category": "ROSES"} for one in goods])
    lots = [{**LOT, "code": one, "product": one, "boxes": goods[one][1], "price_a": goods[one][2]} for one in goods]
    k2k.put("ANDES", "lots", lots)
    orders = {
        "": ["Alstroemeria", "Rose", "Zinnia"],
        "-description": ["Zinnia", "Rose", "Alstroemeria"],
        "available": ["Alstroemeria", "Zinnia", "Rose"],
        "-price": ["Alstroemeria", "Rose", "Zinnia"],
        "nonsense": ["Alstroemeria", "Rose", "Zinnia"],
    }
    for sort, expected in orders.items():
        page = manager.get(f"/catalog/?sort={sort}")
        assert re.findall(r'<th scope="row" class="full">(\w+)', page.html) == expected, sort
    page = manager.get("/catalog/?sort=-price")
    assert 'aria-sort="descending"' in page.html
    assert "sort=price" in page.html, "the heading turns it round"
