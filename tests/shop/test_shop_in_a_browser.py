"""The web shop walked in Chromium beside the console: wide and narrow, in both languages, with its clock running."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from k2k_console.serving.server import listen
from k2k_core import K2K
from k2k_shop.app import create_app
from tests.console.conftest import add_person
from tests.console.in_chromium import launched, too_wide, violations
from tests.console.in_chromium import log_in as log_in_to_the_console
from tests.served import served
from tests.shop.conftest import CORNER, DAY, PASSWORD, Clock, shop_of

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]
WIDE: Any = {"width": 1440, "height": 900}
NARROW: Any = {"width": 390, "height": 844}
WORDS = {
    "en": {
        "log in": "Log in",
        "day": "Flowers for Thursday, February 5",
        "call": "Call us for the price",
        "added": "It is in your cart, and held for you.",
        "check out": "Check out",
        "lost": "A cart ran out at 10:00.",
        "thanks": "Thank you. Your order is placed.",
        "orders": "My orders",
    },
    "es": {
        "log in": "Iniciar sesión",
        "day": "Flores para el jueves, 5 de febrero",
        "call": "Llámenos para el precio",
        "added": "Está en su carrito, reservado para usted.",
        "check out": "Finalizar compra",
        "lost": "Un carrito venció a las 10:00.",
        "thanks": "Gracias. Su pedido está hecho.",
        "orders": "Mis pedidos",
    },
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture
def port(k2k: K2K, clock: Clock, tmp_path: Path) -> Iterator[int]:
    """The console and beside it the shop, as `k2k serve --demo` serves them."""
    shop = create_app(shop_of(k2k, clock), secret_key="only for these tests")
    with served(listen(k2k, "127.0.0.1", 0, data=tmp_path, beside={"/shop": shop})) as found:
        yield found


@contextmanager
def opened(chromium: Browser, port: int, size: Any = WIDE, language: str = "en") -> Iterator[Page]:
    """A page; afterwards nothing was asked of another host, and the browser has complained of nothing."""
    address, complaints = f"http://127.0.0.1:{port}", []
    context = chromium.new_context(
        base_url=address, viewport=size, locale=language, timezone_id="Asia/Tokyo", reduced_motion="reduce"
    )
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: asked.url.startswith(address) or complaints.append(asked.url))
    yield page
    context.close()
    assert complaints == []


def log_in(page: Page, words: dict[str, str]) -> None:
    page.goto("/shop/")
    page.locator("[name=email]").fill(CORNER)
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name=words["log in"]).click()
    page.wait_for_url("**/shop/")


def add(page: Page, words: dict[str, str], boxes: int = 2) -> None:
    page.goto(f"/shop/?date={DAY}&via=warehouse")
    form = page.locator("li", has_text="Rose Red Freedom").locator("form")
    form.get_by_role("spinbutton").fill(str(boxes))
    form.get_by_role("button").click()
    page.get_by_text(words["added"]).wait_for()


def look(page: Page) -> None:
    """Whether everybody can read the page, wide and narrow."""
    walked = page.viewport_size
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert not too_wide(page)
    page.set_viewport_size(walked or WIDE)


@pytest.mark.long
@pytest.mark.parametrize(("language", "size"), [("en", NARROW), ("es", WIDE)], ids=["narrow", "wide"])
def test_a_shopper_buys_what_is_left_before_the_time_is_over(
    chromium: Browser, port: int, k2k: K2K, clock: Clock, language: str, size: Any
) -> None:
    words = WORDS[language]
    with opened(chromium, port, size, language) as page:
        page.goto("/shop/log-in")
        look(page)
        log_in(page, words)
        page.get_by_role("heading", name=words["day"]).wait_for()
        expect(page.locator("li", has_text="Rose White Mondial")).to_contain_text(words["call"])
        assert page.locator("li", has_text="Rose White Mondial").locator("form").count() == 0
        add(page, words)
        look(page)

        clock.later(minutes=30)
        page.goto("/shop/cart")
        expect(page.locator("main .clock")).to_have_text(re.compile(r"29:5\d"))  # it runs
        look(page)
        clock.later(minutes=29, seconds=58)
        page.goto("/shop/cart")
        clock.later(seconds=2)
        page.get_by_text(words["lost"]).wait_for()  # by itself
        look(page)

        add(page, words, boxes=3)
        page.goto("/shop/cart")
        page.get_by_role("button", name=words["check out"]).click()
        page.get_by_text(words["thanks"]).wait_for()
        look(page)
        page.get_by_role("link", name=words["orders"]).click()
        page.get_by_role("link", name="B-1002").wait_for()
        look(page)
    sold = k2k.show("ANDES", "S-1002K")
    assert [(line["boxes"], line["state"]) for line in sold["lines"]] == [(3, "checked_out")]


@pytest.mark.long
def test_the_vendor_sees_the_order_in_the_console_beside_the_shop(chromium: Browser, port: int, k2k: K2K) -> None:
    add_person(k2k, "ANDES", "jorge@andes.test", "sales_manager")
    with opened(chromium, port) as page:
        log_in(page, WORDS["en"])
        add(page, WORDS["en"])
        log_in_to_the_console(page, "jorge@andes.test")
        page.goto("/shop/cart")  # both cookies stand beside each other
        page.get_by_role("button", name="Check out").click()
        page.get_by_text("Order B-1001").wait_for()
        page.goto("/orders/")
        page.get_by_role("link", name="S-1001K").first.wait_for()


def test_without_scripts_the_clock_says_the_minutes_and_all_else_works(
    chromium: Browser, port: int, clock: Clock
) -> None:
    context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en", java_script_enabled=False)
    page = context.new_page()
    log_in(page, WORDS["en"])
    add(page, WORDS["en"])
    clock.later(minutes=10, seconds=1)
    page.goto("/shop/cart")
    expect(page.locator("main .clock")).to_have_text("50 min")
    page.get_by_role("button", name="Check out").click()
    page.get_by_text("Order B-1001").wait_for()
    context.close()
