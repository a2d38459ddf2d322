"""Takes the pictures of the web shop for the documents, on the data of the demo.

python -m tests.shop.pictures        as a part of `make walk`
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import waitress
from PIL import Image
from playwright.sync_api import Page

from k2k_core import scenario
from k2k_core.cli import demo_network
from k2k_shop.app import create_app
from k2k_shop.door import Shop
from k2k_shop.shoppers import Shopper, Shoppers
from tests.console.in_chromium import launched
from tests.served import served
from tests.shop.conftest import CORNER, PASSWORD, QUICK

PICTURES = Path(__file__).parents[2] / "docs" / "images" / "shop"
WIDE: Any = {"width": 1440, "height": 900}
PHONE: Any = {"width": 390, "height": 780}
COLOURS = 255


def draw(page: Page, name: str) -> None:
    """Take a picture, with as few colours as a screen needs."""
    picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide")))
    PICTURES.mkdir(parents=True, exist_ok=True)
    small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(PICTURES / f"{name}.png", optimize=True)


def walk(page: Page) -> None:
    """Log in, buy, and look at the cart on a telephone."""
    page.goto("/")
    page.locator("[name=email]").fill(CORNER)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/")
    for place in (1, 2):
        page.locator(".goods form button").nth(place).click()
        page.get_by_role("status").wait_for()
    page.goto("/?q=rose")
    page.locator(".call").wait_for()
    draw(page, "catalog")
    page.set_viewport_size(PHONE)
    page.goto("/cart")
    draw(page, "cart")


def write() -> None:
    """The pictures, in English."""
    with tempfile.TemporaryDirectory(prefix="k2k-shop-") as folder:
        show = demo_network.prepare(Path(folder), "demo.db")
        for _ in scenario.runner.play(show.scenario, show.k2k, show.clock):
            pass
        people = Shoppers([Shopper(CORNER, "Petals on Park", "PETALS", QUICK)])
        shop = Shop(show.k2k, "GOTHAM", people, clock=show.k2k.context.clock)
        server = waitress.create_server(create_app(shop, secret_key="for pictures"), host="127.0.0.1", port=0)
        with served(server) as port, launched() as chromium:
            walk(chromium.new_page(base_url=f"http://127.0.0.1:{port}", viewport=WIDE, locale="en"))
        show.k2k.close()


if __name__ == "__main__":
    write()
