"""The whole life of a box through the browser alone, by five people of two companies: a price makes a lot shared, it is
mapped, sold, confirmed beside a line that waits, labelled, shipped, scanned on a phone and invoiced."""

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
    """A lot of ANDES that has no price yet, which BLOOM has a product for; boxes are billed as they are scanned."""
    k2k.put("ANDES", "products", [{"code": "V-A", "description": "Rose White Athena 60cm", "category": "ROSES"}])
    k2k.put("ANDES", "lots", [{**LOT, "code": "NEW", "product": "V-A", "price_a": None}])
    k2k.put("BLOOM", "categories", [{"code": "ROSES", "name": "Roses"}])
    own = {"code": "ATHENA-60", "description": "Rose Athena White 60cm", "category": "ROSES"}
    k2k.put("BLOOM", "products", [own])
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
    """The buyer maps and confirms the offer."""
    go(page, "Offers")
    page.get_by_role("button", name="Accept ANDES/NEW").click()
    expect(page.get_by_text("ANDES/NEW is mapped and confirmed.")).to_be_visible()


def sell(page: Page, customer: str, *, check_out: bool) -> str:
    """A salesperson puts a box into a customer's cart, and checks it out; the number of its prebook."""
    page.goto(f"/catalog/?customer={customer}&channel=ecommerce")
    page.get_by_role("row", name="Rose Athena White 60cm").get_by_role("button", name="Add").click()
    expect(page.get_by_text("in the cart")).to_be_visible()
    go(page, "Carts and prebooks")
    row = page.get_by_role("row").filter(has_text=customer_name(customer)).first
    number = row.get_by_role("link").first.inner_text().split()[0]
    if check_out:
        row.get_by_role("link").first.click()
        page.get_by_role("button", name="Check out").click()
        expect(page.get_by_text(f"{number} is checked out.")).to_be_visible()
    return number


def customer_name(customer: str) -> str:
    return {"C-100": "Corner Florist", "C-200": "Petal & Stem"}[customer]


def confirm(page: Page) -> str:
    """The vendor confirms the order, without the line that is still in a cart; its number."""
    go(page, "Orders")
    link = page.get_by_role("table").get_by_role("link", name="S-").first
    number = link.inner_text().split()[0]
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Reference number").fill("729-88123456")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(f"{number} is confirmed.")).to_be_visible()
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
    sold = sell(seller, "C-200", check_out=True)
    sell(seller, "C-100", check_out=False)
    order = confirm(vendor)
    codes = [code for line in trade.show("ANDES", order)["lines"] for code in line["box_codes"]]
    assert len(codes) == 1, "the box of the line in a cart went back"
    assert print_labels(enter("warehouse@andes.test"), tmp_path).startswith(b"%PDF")
    ship(vendor)
    scan(enter("warehouse@bloom.test", PHONE), codes[0])
    seller.goto(f"/carts/{sold}")
    expect(seller.get_by_text("Billed").first).to_be_visible()
    assert [one["kind"] for one in trade.orders("BLOOM") if one["kind"] == "invoice"] == ["invoice"]
    assert trade.verify() == []
