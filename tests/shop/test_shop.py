"""The sample web shop over HTTP, without scripts: from the log-in to the order that the vendor sees."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from k2k_core import K2K, scenario
from k2k_core.cli import demo_network
from k2k_shop.app import create_app
from k2k_shop.door import Shop
from k2k_shop.shoppers import Shopper, Shoppers
from tests.architecture.catalogue_tools import update_translations
from tests.shop.conftest import CORNER, DAY, PETAL, QUICK, Browser, Clock, Seen, Visit, shop_of

TOP = Path(__file__).parents[2]
FOR_A_DAY = f"/?date={DAY}&via=warehouse"
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
ENDED = "You are no longer logged in. Log in again: your cart is as you left it."


def add(browser: Browser, boxes: str = "2") -> Seen:
    return browser.send(browser.get(FOR_A_DAY).form("/add"), boxes=boxes)


def check_out(browser: Browser) -> Seen:
    form = browser.get("/cart").form("/check-out")
    return browser.send(form, cart="C-1001")


def left(k2k: K2K) -> int:
    return k2k.availability(["ANDES/L1"])[0]["available"]


def test_a_shopper_buys_and_the_vendor_sees_the_order(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    catalog = browser.get(FOR_A_DAY)
    assert "Rose Red Freedom 60cm half box, 250 stems" in catalog.text
    assert "10 left $0.48 per stem $120.00 a box" in catalog.text
    assert "It is in your cart, and held for you." in browser.send(catalog.form("/add"), boxes="2").text
    assert left(k2k) == 8
    cart = browser.get("/cart")
    assert "Thursday, February 5 · Via our warehouse Held for you until 10:00 60 min" in cart.text
    assert "2 × Rose Red Freedom 60cm half box, 250 stems · $0.48 per stem $240.00" in cart.text
    done = check_out(browser)
    assert done.at == "/orders/B-1001"
    assert "Thank you. Your order is placed. Order B-1001" in done.text
    assert "ordered $240.00 Total $240.00" in done.text
    assert "Order B-1001 Thursday, February 5 Boxes: 2 $240.00" in browser.get("/orders").text
    (line,) = k2k.show("ANDES", "S-1001K")["lines"]
    assert (line["boxes"], line["state"]) == (2, "checked_out")
    k2k.confirm("ANDES", "S-1001K", reference_number="AWB-1")
    assert "confirmed $240.00" in browser.get("/orders/B-1001").text


@ONE_ENGINE
def test_what_has_no_price_has_the_call_icon_and_no_form(visit: Visit) -> None:
    seen = visit().get(f"{FOR_A_DAY}&q=mondial")
    assert "Rose White Mondial 50cm" in seen.text
    assert "Call us for the price" in seen.text
    assert "icons.svg#phone" in seen.html
    assert 'action="/add"' not in seen.html


@ONE_ENGINE
def test_everything_is_said_in_spanish_too(visit: Visit) -> None:
    browser = visit(language="es-CO,es;q=0.9")
    seen = add(browser)
    assert "Está en su carrito, reservado para usted. Flores para el jueves, 5 de febrero" in seen.text
    assert "media caja, 250 tallos" in seen.text
    assert "Reservado para usted hasta las 10:00" in browser.get("/cart").text
    refused = add(browser, "99")
    assert "tiene 8 cajas disponibles; se pidieron 99. Pida como mucho el número de cajas que quedan." in refused.text
    english = browser.send(refused.form("/language"), language="en")
    assert (english.at, "Flowers for Thursday" in english.text) == (FOR_A_DAY, True)
    assert "Flowers for" in browser.get("/").text, "and it stays so"


@ONE_ENGINE
@pytest.mark.parametrize(
    ("boxes", "said"),
    [
        ("many", "'many' is not a number of boxes from 1 to 1000000."),
        ("0", "0 is not a number of boxes"),
        ("", "is not a number of boxes"),
        ("-1", "is not a number of boxes"),
        ("11", "has 10 boxes available, 11 were asked for"),
    ],
)
def test_boxes_that_are_no_number_or_too_many_are_refused_in_the_facades_words(
    visit: Visit, k2k: K2K, boxes: str, said: str
) -> None:
    seen = add(visit(), boxes)
    assert said in seen.text
    assert (seen.at, left(k2k)) == (FOR_A_DAY, 10)


def test_a_line_that_is_sold_out_meanwhile_is_refused(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    form = browser.get(FOR_A_DAY).form("/add")
    k2k.add("BLOOM", "C-200", lot="ANDES/L1", boxes=10, ship_date=DAY)
    seen = browser.send(form, boxes="1")
    assert seen.html.count('class="told bad"') == 1
    assert "Rose Red Freedom 60cm" not in seen.text.partition("Which flowers")[2]
    assert k2k.carts("BLOOM", customer="C-100")["items"] == []


@ONE_ENGINE
def test_days_on_which_nothing_ships_and_days_that_are_none_are_said(visit: Visit) -> None:
    browser = visit()
    past = browser.get("/?date=2026-01-05&via=warehouse")
    assert "Nothing ships to you on this day. The first day is Monday, February 2." in past.text
    wrong = browser.get("/?date=soon")
    assert (wrong.status, "'soon' is not a day: write it as 2026-02-14" in wrong.text) == (422, True)
    assert "Flowers for Thursday, February 5" in browser.get("/?via=teleport").text, "another via is the first one"


@ONE_ENGINE
def test_a_customer_is_offered_its_own_ship_vias_only(visit: Visit) -> None:
    assert "Straight from the grower" in visit(CORNER).get("/").text
    assert "Straight from the grower" not in visit(PETAL).get("/").text


def test_a_double_click_does_once_what_the_form_says(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    form = browser.get(FOR_A_DAY).form("/add")
    for _ in range(2):
        assert "It is in your cart" in browser.send(form, boxes="3").text
    assert left(k2k) == 7
    order = browser.get("/cart").form("/check-out")
    answers = [browser.send(order, cart="C-1001") for _ in range(2)]
    assert [(seen.at, "Thank you" in seen.text) for seen in answers] == [("/orders/B-1001", True)] * 2
    assert len(k2k.orders("BLOOM", kind="prebook")["items"]) == 1


def test_a_second_tab_orders_what_the_first_one_has_ordered_already(visit: Visit) -> None:
    browser = visit()
    add(browser)
    first, second = browser.get("/cart").form("/check-out"), browser.get("/cart").form("/check-out")
    assert browser.send(first, cart="C-1001").at == "/orders/B-1001"
    again = browser.send(second, cart="C-1001")
    assert (again.at, 'class="told bad"' in again.html) == ("/cart", True)


def test_a_cart_whose_time_is_over_says_so_and_what_was_in_it(visit: Visit, k2k: K2K, clock: Clock) -> None:
    browser = visit()
    catalog = browser.send(browser.get(FOR_A_DAY).form("/add"), boxes="2")
    order = browser.get("/cart").form("/check-out")
    clock.later(minutes=60)
    seen = browser.send(order, cart="C-1001")
    assert "Cart C-1001 has expired; its boxes went back." in seen.text
    assert "A cart ran out at 10:00. Its boxes are for everybody again:" in seen.text
    assert "2 × Rose Red Freedom 60cm See what is left" in seen.text
    assert "It is in your cart" in browser.send(catalog.form("/add"), boxes="1").text, "of the page that was open"
    assert [cart["state"] for cart in k2k.carts("BLOOM")["items"]] == ["expired", "open"]
    clock.later(minutes=61)
    assert "ran out at 10:00" not in browser.get("/cart").text


def test_boxes_and_lines_are_taken_out_of_the_cart(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    add(browser, "5")
    fewer = browser.get("/cart").form("/change")
    for _ in range(2):  # a second click changes nothing
        assert "3 × Rose Red Freedom" in browser.send(fewer, boxes="3").text
    assert left(k2k) == 7
    assert "Add more boxes among the flowers" in browser.send(fewer, boxes="5").text
    assert "'few' is not a number of boxes" in browser.send(browser.get("/cart").form("/change"), boxes="few").text
    assert left(k2k) == 7
    seen = browser.send(browser.get("/cart").form("/change", 1), boxes="0")
    assert "Nothing is in it." in seen.text
    assert left(k2k) == 10


def test_what_was_ordered_in_another_tab_is_not_removed_from_this_one(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    add(browser)
    stale = browser.get("/cart").form("/change")
    check_out(browser)
    assert "This is no longer in your cart." in browser.send(stale, boxes="0").text
    assert k2k.show("BLOOM", "B-1001")["lines"][0]["state"] == "checked_out"


def test_after_a_log_out_in_another_tab_the_cart_is_there_again(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    catalog = add(browser)
    stale = browser.get("/cart").form("/check-out")
    assert "Log in to see your prices" in browser.send(catalog.form("/log-out")).text
    refused = browser.send(stale, cart="C-1001")
    assert ENDED in refused.text
    assert k2k.carts("BLOOM")["items"][0]["state"] == "open"
    browser.log_in()
    assert "2 × Rose Red Freedom" in browser.get("/cart").text


@ONE_ENGINE
def test_a_copied_cookie_is_worth_nothing_after_the_log_out(visit: Visit) -> None:
    browser, thief = visit(), visit("")
    cookie = browser.client.get_cookie("k2k_shop")
    assert cookie is not None
    thief.client.set_cookie("k2k_shop", cookie.value)
    seen = thief.get("/cart")
    assert seen.at == "/cart"
    browser.send(browser.get("/").form("/log-out"))
    assert thief.get("/cart").at == "/log-in?back=/cart"
    assert thief.send(seen.form("/log-out")).at == "/log-in", "once more, of the token that has ended"


def test_a_token_that_has_ended_leads_to_the_log_in_and_back(visit: Visit, k2k: K2K, clock: Clock) -> None:
    browser = visit()
    clock.later(hours=8)
    seen = browser.get("/orders")
    assert (seen.at, ENDED in seen.text) == ("/log-in?back=/orders", True)
    again = browser.send(seen.form("/log-in"), email=CORNER, password="twelve red roses")
    assert again.at == "/orders"
    (token,) = k2k.api_keys("BLOOM", customer="C-100", state="active")["items"]
    k2k.revoke_api_key("BLOOM", token["id"])
    assert browser.get("/cart").at == "/log-in?back=/cart"


@ONE_ENGINE
def test_only_who_is_known_comes_in_and_only_to_this_shop(visit: Visit) -> None:
    browser = visit("")
    assert browser.get("/cart").at == "/log-in?back=/cart"
    wrong = browser.log_in(password="eleven red roses")
    assert (wrong.status, "do not belong together" in wrong.text) == (401, True)
    assert browser.log_in("nobody@florist.test").status == 401
    for elsewhere in ("//evil.test", "/\\evil.test", "https://evil.test/"):
        form = browser.get(f"/log-in?back={elsewhere}").form("/log-in")
        assert browser.send(form, email=CORNER, password="twelve red roses").at == "/"


@ONE_ENGINE
def test_what_the_facade_refuses_at_the_log_in_is_a_page_in_the_shoppers_language(visit: Visit, k2k: K2K) -> None:
    k2k.archive("BLOOM", "customers", "C-100")
    seen = visit("", language="es").log_in()
    assert (seen.status, "C-100 en BLOOM." in seen.text) == (404, True)


@ONE_ENGINE
def test_passwords_are_not_tried_without_end(visit: Visit) -> None:
    browser = visit("")
    assert [browser.log_in(password="x").status for _ in range(21)] == [401] * 20 + [429]


def test_another_customers_order_is_not_found(visit: Visit) -> None:
    browser = visit(CORNER)
    add(browser)
    check_out(browser)
    other = visit(PETAL)
    assert other.get("/orders/B-1001").status == other.get("/nowhere").status == 404
    assert "You have not ordered yet." in other.get("/orders").text


@ONE_ENGINE
def test_a_forged_form_changes_nothing(visit: Visit, k2k: K2K) -> None:
    browser = visit()
    form = browser.get(FOR_A_DAY).form("/add")
    assert ENDED in browser.send(form, csrf_token="forged").text
    assert left(k2k) == 10


@ONE_ENGINE
def test_under_a_prefix_every_address_and_the_cookie_are_under_it(k2k: K2K, clock: Clock) -> None:
    app = create_app(shop_of(k2k, clock), secret_key="only for these tests", testing=True)
    browser = Browser(app.test_client(), "/of/bloom")
    seen = browser.log_in()
    for page in (seen, browser.get(FOR_A_DAY), add(browser), browser.get("/cart"), check_out(browser)):
        assert page.status == 200
        linked = re.findall(r'(?:href|src|action)="([^"]*)"', page.html)
        assert [address for address in linked if not address.startswith(("/of/bloom/", "#main"))] == []
    answer = app.test_client().get("/log-in", base_url="http://localhost/of/bloom")
    assert "k2k_shop=" in answer.headers["Set-Cookie"]
    assert "Path=/of/bloom" in answer.headers["Set-Cookie"]


@ONE_ENGINE
def test_pages_allow_only_files_of_their_own_and_are_not_stored(visit: Visit) -> None:
    browser = visit()
    for address in ("/", "/cart", "/nowhere"):
        seen = browser.get(address)
        assert seen.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
        assert seen.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src)|<style| style=| on\w+=", seen.html)


def test_the_shop_knows_the_facade_and_its_errors_and_nothing_else_of_k2k() -> None:
    known: set[str] = set()
    for source in (TOP / "console" / "k2k_shop").glob("*.py"):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            known |= {
                f"{module}.{name}".strip(".") for name in names if f"{module}.{name}".strip(".").startswith("k2k_")
            }
    of_k2k = {name for name in known if not name.startswith("k2k_shop.")}
    assert {name for name in of_k2k if not name.startswith("k2k_core.errors.")} == {"k2k_core.K2K"}
    assert "k2k_core.errors.K2KError" in of_k2k


@ONE_ENGINE
def test_the_shop_in_a_hosts_own_application_is_as_its_document_says(k2k: K2K) -> None:
    page = (TOP / "docs" / "web-shop.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"k2k": k2k}
    exec(example, names)
    browser = Browser(names["app"].test_client())
    form = browser.get("/flowers/log-in").form("/flowers/log-in")
    seen = browser.send(form, email="cora@florist.example", password="twelve red roses")
    assert (seen.status, seen.at) == (200, "/flowers/")
    linked = re.findall(r'(?:href|src|action)="([^"]*)"', seen.html)
    assert [address for address in linked if not address.startswith(("/flowers/", "#main"))] == []
    with browser.client.get("/flowers/shop-files/shop.css") as sheet:
        assert sheet.status_code == 200
    assert browser.get("/flowers/orders/none").status == 404


def test_every_text_of_the_shop_is_translated_and_compiled() -> None:
    said = {str(message.id) for message in update_translations().shop() if message.id}
    folder = update_translations().OF_ITS_OWN["shop"] / "es" / "LC_MESSAGES"
    with (folder / "shop.po").open("rb") as written, (folder / "shop.mo").open("rb") as compiled:
        found, running = read_po(written), read_mo(compiled)
    texts = {str(message.id): str(message.string) for message in found if message.id}
    assert set(texts) == said
    assert [one for one, words in texts.items() if not words] == []
    assert {str(message.id): str(message.string) for message in running if message.id} == texts
    facts = [
        one
        for one, words in texts.items()
        if set(re.findall(r"%\(\w+\)s", one)) != set(re.findall(r"%\(\w+\)s", words))
    ]
    assert facts == []


def test_the_demo_shows_the_call_icon_on_the_first_page_of_its_shop(tmp_path: Path) -> None:
    show = demo_network.prepare(tmp_path, "demo.db")
    for _ in scenario.runner.play(show.scenario, show.k2k, show.clock):
        pass
    people = Shoppers([Shopper(CORNER, "Petals on Park", "PETALS", QUICK)])
    shop = Shop(show.k2k, "GOTHAM", people, clock=show.k2k.context.clock)
    browser = Browser(create_app(shop, secret_key="k" * 40).test_client())
    browser.log_in()
    seen = browser.get("/")
    assert "Garden rose Juliet peach 40cm" in seen.text
    assert "Call us for the price" in seen.text
    assert 'action="/add"' in seen.html, "and what has a price beside it"
    show.k2k.close()
