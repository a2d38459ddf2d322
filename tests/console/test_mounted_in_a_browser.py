"""The console in a host's own application, in Chromium: the host's log-in, every page, and a session that ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import waitress
from playwright.sync_api import Browser, Page, expect

from k2k_core.api import K2K
from tests.console.a_host import PREFIX, employ, make_host
from tests.console.in_chromium import violations
from tests.console.offered import offer_lots
from tests.served import served

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]

MANAGER = "sales_manager@bloom.test"


@pytest.fixture
def port(k2k: K2K, tmp_path: Path) -> Iterator[int]:
    """The host, served."""
    host = make_host(k2k, tmp_path)
    employ(tmp_path, "leo", MANAGER)
    with served(waitress.create_server(host, host="127.0.0.1", port=0, threads=8)) as found:
        yield found


@pytest.fixture
def page(chromium: Browser, port: int) -> Iterator[Page]:
    """A page of a browser. The console may ask for nothing elsewhere, find everything, and say nothing."""
    context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US", reduced_motion="reduce")
    opened, heard = context.new_page(), list[str]()

    def look(url: str, status: int) -> None:
        of_console = PREFIX in url and not url.endswith("/session")
        if f":{port}/" not in url or (of_console and status >= 400):
            heard.append(f"{status} {url}")

    opened.on("response", lambda answer: look(answer.url, answer.status))
    opened.on("console", lambda said: None if said.text.startswith("Failed to load") else heard.append(said.text))
    opened.on("pageerror", lambda error: heard.append(str(error)))
    yield opened
    context.close()
    assert heard == []


def enter(page: Page, name: str) -> None:
    """Log in at the host."""
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Enter").click()


@pytest.mark.long
def test_a_manager_of_the_host_works_in_the_console_below_its_path(page: Page, k2k: K2K) -> None:
    offer_lots(k2k)
    page.goto(f"{PREFIX}/offers/")
    enter(page, "leo")
    expect(page.locator("body")).to_have_attribute("data-person", MANAGER)
    assert page.url.endswith(f"{PREFIX}/offers/")
    cell = page.get_by_label("Typed of ANDES/L-A")
    cell.fill("0.89")
    cell.press("Enter")
    page.get_by_text("The price of ANDES/L-A is saved.").wait_for()
    assert k2k.offer("BLOOM", "ANDES/L-A")["va_price"] == "0.89"
    for address in page.eval_on_selector_all("#side li a", "links => links.map(link => link.pathname)"):
        assert address.startswith(f"{PREFIX}/")
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert violations(page) == []
    page.goto(f"{PREFIX}/me/")
    page.get_by_role("button", name="Leo").or_(page.locator("button.me")).first.click()
    page.get_by_role("button", name="Log out", exact=True).click()
    page.get_by_role("heading", name="The ERP of nobody").wait_for()
    assert k2k.sessions(MANAGER) == []


def test_what_is_typed_waits_while_its_user_logs_in_at_the_host_again(page: Page, k2k: K2K) -> None:
    offer_lots(k2k)
    page.goto(f"{PREFIX}/offers/")
    enter(page, "leo")
    cell = page.get_by_label("Typed of ANDES/L-A")
    cell.fill("0.89")
    page.context.request.get("/leave")
    with page.expect_response("**/session") as asked:
        cell.press("Enter")
    assert asked.value.status == 401
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Your session has ended.").wait_for()
    assert violations(page) == []
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Log in").click()
    other = opened.value
    enter(other, "leo")
    expect(other.locator("body")).to_have_attribute("data-person", MANAGER)
    other.close()
    dialog.get_by_role("button", name="Go on").click()
    page.get_by_text("The price of ANDES/L-A is saved.").wait_for()
    assert k2k.offer("BLOOM", "ANDES/L-A")["va_price"] == "0.89"
