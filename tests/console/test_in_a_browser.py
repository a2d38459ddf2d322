"""The console in Chromium: accessibility, no violation of its own content security policy, and narrow screens."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from k2k_core.api import K2K

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESKS = (
    "/",
    "/companies/",
    "/companies/new/",
    "/companies/edit/?id=BLOOM",
    "/gpms/",
    "/gpms/edit/?id=BLOOM",
    "/markups/",
    "/markups/?search=nothing-like-it",
    "/markups/edit/?id=BLOOM/C-100",
    "/customers/",
    "/customers/edit/?id=BLOOM/C-100",
    "/price-lists/",
    "/price-lists/edit/?id=BLOOM/SUMMER",
    "/ship-days/",
    "/ship-days/edit/?id=ANDES",
    "/audit/",
    "/not-there",
)
WIDTHS = (1280, 400)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(path for path in map(shutil.which, names) if path is not None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def address(served: Any, k2k: K2K, tmp_path: Path) -> Iterator[str]:
    """The console, served as it is in life."""
    with served(k2k, tmp_path) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, locale="en-US")
    yield context.new_page()
    context.close()


def _log_in(page: Page, email: str) -> None:
    page.goto("/log-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill("twelve red roses")
    page.get_by_role("button", name="Log in").click()


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def _too_wide(page: Page) -> bool:
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return wide


@pytest.mark.parametrize("email", ["operator@k2k.test", "admin@bloom.test"])
def test_no_desk_shuts_anybody_out_on_wide_and_narrow_screens(page: Page, email: str, k2k: Any) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "29"})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    _log_in(page, email)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for desk in DESKS:
            page.goto(desk)
            assert _violations(page) == [], (desk, width)
            assert not _too_wide(page), (desk, width)
    assert [message for message in said if "the server responded with a status of 40" not in message] == []


def test_the_log_in_shuts_nobody_out_before_and_after_a_wrong_password(page: Page) -> None:
    page.goto("/log-in")
    assert _violations(page) == []
    page.get_by_label("E-mail address").fill("admin@bloom.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_role("alert").is_visible()
    assert _violations(page) == []


def test_a_refused_form_tells_its_fault_to_those_who_cannot_see_it(page: Page) -> None:
    _log_in(page, "admin@bloom.test")
    page.goto("/gpms/")
    page.get_by_label("K2K GPM", exact=True).fill("1e3")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("K2K GPM", exact=True)
    assert field.input_value() == "1e3"
    assert field.get_attribute("aria-invalid") == "true"
    described = str(field.get_attribute("aria-describedby")).split()
    assert "is not a number" in " ".join(page.locator(f"#{name}").inner_text() for name in described)
    assert _violations(page) == []


def test_a_margin_is_changed_by_keyboard_alone(page: Page, k2k: Any) -> None:
    _log_in(page, "sales_manager@bloom.test")
    page.goto("/gpms/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("50")
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"])
    assert line["price"] == "0.69"


def test_the_console_speaks_spanish_to_a_spanish_browser(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, locale="es-CO")
    page = context.new_page()
    page.goto("/log-in")
    assert page.get_by_role("heading", name="Entrar").is_visible()
    assert _violations(page) == []
    context.close()
