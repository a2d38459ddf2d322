"""The console in Chromium: accessibility, no violation of its own content security policy, and narrow screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from k2k_core.api import K2K
from tests.console.in_chromium import log_in, too_wide, violations

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]


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


@pytest.fixture
def unwelcome(page: Page, address: str) -> list[str]:
    """What no page may do: messages on the console, the policy's among them, and requests to other hosts."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url) if not request.url.startswith(address) else None)
    return heard


def _unexpected(heard: list[str]) -> list[str]:
    return [message for message in heard if "the server responded with a status of 40" not in message]


def test_the_menu_of_a_phone_opens_and_shuts_nobody_out(page: Page, unwelcome: list[str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    log_in(page, "admin@bloom.test")
    assert not page.get_by_role("link", name="Margins").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("link", name="Margins").is_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Margins").click()
    page.wait_for_url("**/gpms/**")
    assert not too_wide(page)
    assert _unexpected(unwelcome) == []


@pytest.mark.long
def test_keys_list_themselves_search_and_go_to_pages(page: Page, unwelcome: list[str]) -> None:
    log_in(page, "admin@bloom.test")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("/")
    page.keyboard.type("gm?")
    assert page.locator("#find").input_value() == "gm?"
    page.locator("main").focus()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/gpms/**")
    page.get_by_label("K2K GPM", exact=True).fill("31")
    page.get_by_role("button", name="Save, 3 prices rise").wait_for()
    page.keyboard.press("Control+s")
    page.get_by_text("K2K GPM: 28 → 31. 3 prices rise.").wait_for()
    assert _unexpected(unwelcome) == []


def test_single_letters_do_nothing_once_they_are_switched_off(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/me/")
    page.get_by_text("Off", exact=True).click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    page.locator("main").focus()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_timeout(300)
    assert not page.get_by_role("dialog", name="Keys").is_visible()
    assert page.url.endswith("/me/")


def test_rows_are_walked_and_opened_by_keys(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/markups/")
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="Corner Florist (C-100)").wait_for()


@pytest.mark.long
def test_a_theme_is_tried_out_before_it_is_saved_and_stays(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/me/")
    page.get_by_text("Dark", exact=True).click()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") is None
    page.get_by_text("Dark", exact=True).click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).wait_for()
    page.goto("/gpms/")
    assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.long
def test_a_toast_goes_after_eight_seconds_but_not_while_it_is_focused(page: Page) -> None:
    page.clock.install()
    log_in(page, "admin@bloom.test")
    page.goto("/me/")
    page.get_by_role("button", name="Save").click()
    toast = page.locator(".toast")
    toast.wait_for()
    toast.get_by_role("button", name="Dismiss").focus()
    page.clock.run_for(30_000)
    assert toast.is_visible()
    page.locator("main").focus()
    page.clock.run_for(9_000)
    assert not toast.is_visible()


def test_a_reading_is_filled_in_and_saved_by_the_person(page: Page, k2k: Any) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/gpms/")
    page.get_by_label("K2K GPM", exact=True).fill("28,5")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="28.5", exact=True).click()
    assert page.title().startswith("Error: ")
    field = page.get_by_label("K2K GPM", exact=True)
    assert field.input_value() == "28.5"
    assert page.evaluate("document.activeElement.id") == "k2k_gpm"
    page.locator(".big").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("K2K GPM: 28 → 28.5.").wait_for()
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28.5"


def test_the_frame_is_renewed_while_somebody_is_there_and_not_while_nobody_is(page: Page) -> None:
    asked: list[str] = []
    page.clock.install()
    log_in(page, "admin@bloom.test")
    page.goto("/markups/")
    page.wait_for_load_state("networkidle")
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/frame/") else None)
    page.clock.run_for(5 * 60_000)
    assert 4 <= len(asked) <= 5
    page.clock.run_for(30 * 60_000)
    assert len(asked) <= 10
    page.keyboard.press("j")
    page.clock.run_for(61_000)
    assert len(asked) <= 11


def test_what_is_changed_and_not_saved_says_what_it_was(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/gpms/")
    field = page.get_by_label("K2K GPM", exact=True)
    field.fill("31")
    assert page.get_by_text("was 28").is_visible()
    assert violations(page) == []
    field.fill("28")
    assert not page.get_by_text("was 28").is_visible()


@pytest.mark.long
def test_the_first_wrong_field_has_the_focus_and_many_are_listed_with_links(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/gpms/")
    fields = page.locator("input.n")
    for place in range(fields.count()):
        fields.nth(place).fill("x")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_role("link", name="Company GPM").click()
    assert page.url.endswith("#gpm")
    assert page.locator("[autofocus]").first.get_attribute("name") == "k2k_gpm"
    assert violations(page) == []


def test_the_clock_brings_the_next_cut_off_after_the_page(page: Page, k2k: Any, unwelcome: list[str]) -> None:
    k2k.set("ANDES", settings={"cut_offs": {"mon": "1500"}})
    log_in(page, "admin@bloom.test")
    page.locator("p.clock").get_by_text("ANDES takes orders until 15:00").wait_for()
    assert _unexpected(unwelcome) == []


def test_the_log_in_shuts_nobody_out_before_and_after_a_wrong_password(page: Page) -> None:
    page.goto("/log-in")
    assert violations(page) == []
    page.get_by_label("E-mail address").fill("admin@bloom.test")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    assert page.get_by_role("alert").is_visible()
    assert violations(page) == []


def test_a_refused_form_tells_its_fault_to_those_who_cannot_see_it(page: Page) -> None:
    log_in(page, "admin@bloom.test")
    page.goto("/gpms/")
    page.get_by_label("K2K GPM", exact=True).fill("1e3")
    page.get_by_role("button", name="Save").click()
    page.locator("[aria-invalid]").wait_for()
    field = page.get_by_label("K2K GPM", exact=True)
    assert field.input_value() == "1e3"
    assert field.get_attribute("aria-invalid") == "true"
    described = str(field.get_attribute("aria-describedby")).split()
    assert "is not a number" in " ".join(page.locator(f"#{name}").inner_text() for name in described)
    assert violations(page) == []


def test_a_margin_is_changed_by_keyboard_alone(page: Page, k2k: Any) -> None:
    log_in(page, "sales_manager@bloom.test")
    page.goto("/gpms/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("50")
    page.keyboard.press("Enter")  # before its effect is there: it is shown, and not saved
    page.get_by_role("button", name="Save, 3 prices rise").wait_for()
    page.wait_for_function("document.activeElement.matches('button.go')")
    page.keyboard.press("Enter")
    page.get_by_text("K2K GPM: 28 → 50.").wait_for()
    (line,) = k2k.price(company="BLOOM", customer="C-100", lots=["ANDES/L1"])
    assert line["price"] == "0.69"


def test_the_console_speaks_spanish_to_a_spanish_browser(chromium: Browser, address: str) -> None:
    context = chromium.new_context(base_url=address, locale="es-CO")
    page = context.new_page()
    page.goto("/log-in")
    assert page.get_by_role("heading", name="Entrar").is_visible()
    assert violations(page) == []
    context.close()


def test_an_address_of_a_field_goes_to_it(page: Page) -> None:
    log_in(page, "admin@andes.test")
    for address, label in (("/gpms/#k2k_gpm", "K2K GPM"), ("/inventory/?q=L1#price_a", "Price A of L1")):
        page.goto(address)
        assert page.get_by_label(label, exact=True).evaluate("field => field === document.activeElement"), address
