"""The whole life of a box through the browser alone, by five people of two companies: a price makes a lot shared, it is
mapped, sold, confirmed without a line that is pending, labelled, shipped, scanned on a phone and invoiced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from k2k_core.api import K2K
from tests.console.in_chromium import log_in
from tests.console.offered import LOT

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
GOODS = {"NEW": "Rose White Athena 60cm", "PINK": "Rose Pink Mondial 60cm"}
OWN = {"NEW": "Rose Athena White 60cm", "PINK": "Rose Mondial Pink 60cm"}
"""What the vendor and the buyer call them."""
Enter = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[Enter]:
    """Logs somebody in, in a browser of their own; nobody's console has anything to say."""
    said: list[str] = []
    contexts: list[BrowserContext] = []
    with served(k2k, tmp_path) as port:

        def opened(person: str, size: Any = DESK) -> Page:
            address = f"http://127.0.0.1:{port}"
            contexts.append(chromium.new_context(base_url=address, locale="en-US", viewport=size))
            contexts[-1].on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
            page = contexts[-1].new_page()
            log_in(page, person)
            return page

        yield opened
        for context in contexts:
            context.close()
    assert said == []


@pytest.fixture
def trade(k2k: K2K) -> K2K:
    """Two lots of ANDES, one of them without a price yet, that BLOOM has products for and bills as they are scanned."""
    lots = {"NEW": None, "PINK": "0.28"}
    k2k.put("ANDES", "products", [{"code": lot, "description": GOODS[lot], "category": "ROSES"} for lot in lots])
    k2k.put("ANDES", "lots", [{**LOT, "code": lot, "product": lot, "price_a": price} for lot, price in lots.items()])
    k2k.put("BLOOM", "categories", [{"code": "ROSES", "name": "Roses"}])
    own = [{"code": f"OWN-{lot}", "description": OWN[lot], "category": "ROSES"} for lot in lots]
    k2k.put("BLOOM", "products", own)
    k2k.set("BLOOM", settings={"auto_map_products": False, "autoconfirm": False, "auto_billing": "scan"})
    return k2k


def go(page: Page, item: str) -> None:
    """To a page of the menu."""
    page.locator("nav.side").get_by_role("link", name=item).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(item)


def share(page: Page) -> None:
    """The vendor types price A: from now on its buyers are offered the lot."""
    go(page, "Inventory")
    page.get_by_label("Price A of NEW").fill("0.31")
    page.keyboard.press("Enter")
    expect(page.get_by_text("NEW is saved.")).to_be_visible()


def accept(page: Page) -> None:
    """The buyer maps and confirms the offers."""
    for lot in GOODS:
        go(page, "Offers")
        page.get_by_role("button", name=f"Accept ANDES/{lot}").click()
        expect(page.get_by_text(f"ANDES/{lot} is mapped and confirmed.")).to_be_visible()


def sell(page: Page) -> str:
    """A salesperson puts a box of each into the cart of a customer, who takes only the first yet; the number of the
    prebook."""
    page.goto("/catalog/?customer=C-200&channel=ecommerce")
    for goods, in_the_cart in zip(OWN.values(), ("1 box", "2 boxes"), strict=True):
        page.get_by_role("row", name=goods).get_by_role("button", name="Add").click()
        expect(page.get_by_text(f"C-1001 · {in_the_cart} ·")).to_be_visible()
    go(page, "Carts and prebooks")
    link = page.get_by_role("row").filter(has_text="Petal & Stem").get_by_role("link").first
    number = link.inner_text().split()[0]
    link.click()
    expect(page.get_by_text("pending 2")).to_be_visible()
    page.keyboard.press("Enter")  # on the first line, as nothing else was chosen
    expect(page.get_by_text(f"{OWN['NEW']} of {number} is checked out.")).to_be_visible()
    return number


def confirm(page: Page) -> str:
    """The vendor confirms the order of two lines without the one that is still in the cart; its number."""
    go(page, "Orders")
    page.get_by_role("table").get_by_role("link", name="S-").click()
    number = page.get_by_role("heading", level=1).inner_text().split()[0]
    for goods, word, tone in ((GOODS["NEW"], "Checked out", "ok"), (GOODS["PINK"], "Pending", "info")):
        expect(page.get_by_role("row", name=goods).locator(f".state.{tone}")).to_have_text(word)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_have_text("Not checked out: 1 of 2 lines")
    expect(dialog).to_contain_text(GOODS["PINK"])
    dialog.get_by_label("Reference number").fill("729-88123456")
    expect(dialog.get_by_role("button", name="Confirm 1, drop 1")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"{number} is confirmed without 1 line.")).to_be_visible()
    return number


def print_labels(page: Page, folder: Path) -> bytes:
    """The warehouse prints the labels of the AWB."""
    go(page, "AWBs and labels")
    page.get_by_role("link", name="729-88123456").click()
    page.get_by_role("link", name="Print labels").click()
    with page.expect_download() as started:
        page.get_by_role("dialog").get_by_role("button", name="Print labels").click()
    started.value.save_as(folder / "labels.pdf")
    return (folder / "labels.pdf").read_bytes()


def ship(page: Page) -> None:
    go(page, "AWBs and labels")
    page.get_by_role("link", name="729-88123456").click()
    page.get_by_role("link", name="Ship", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Ship", exact=True).click()
    expect(page.get_by_text("is shipped.")).to_be_visible()


def scan(page: Page, code: str) -> None:
    """A hand scanner types the code of the box on a phone."""
    page.goto("/scan/")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Billed")


def test_a_box_lives_from_the_cooler_to_the_invoice(enter: Enter, trade: K2K, tmp_path: Path) -> None:
    vendor = enter("sales_manager@andes.test")
    share(vendor)
    accept(enter("procurement@bloom.test"))
    seller = enter("salesperson@bloom.test")
    sold = sell(seller)
    order = confirm(vendor)
    lines = trade.show("ANDES", order)["lines"]
    assert [line["state"] for line in lines] == ["staged", "dropped"]
    assert trade.record("ANDES", "lots", "PINK")["boxes"] == 10, "the box of the line that was dropped is back"
    codes = [code for line in lines for code in line["box_codes"]]
    assert len(codes) == 1
    assert print_labels(enter("warehouse@andes.test"), tmp_path).startswith(b"%PDF")
    ship(vendor)
    scan(enter("warehouse@bloom.test", PHONE), codes[0])
    seller.goto(f"/carts/{sold}")
    expect(seller.get_by_text("Billed").first).to_be_visible()
    assert [one["kind"] for one in trade.orders("BLOOM") if one["kind"] == "invoice"] == ["invoice"]
    assert trade.verify() == []
