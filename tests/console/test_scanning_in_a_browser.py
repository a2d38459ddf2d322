"""The scan page in Chromium, as a warehouse uses it: a hand scanner that types, a network that is away, two tabs, and a
session that ends in between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from k2k_core.api import K2K
from tests.console.conftest import add_person
from tests.console.in_chromium import log_in, too_wide, violations
from tests.console.staged_boxes import box_of_others, grow, scans_of, stage, states

pytestmark = [
    pytest.mark.needs("chromium"),
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
]

WORKER = "warehouse@bloom.test"
PHONE = {"width": 390, "height": 844}
GLOVE = 52
FRAMES = 9
"""What a screen of 60 frames a second draws in 150 milliseconds; a busy machine draws fewer a second, not more."""


@pytest.fixture
def context(chromium: Browser, served: Any, k2k: K2K, tmp_path: Path) -> Iterator[BrowserContext]:
    """The browser of a device in the warehouse; what it says to its console is nothing."""
    said: list[str] = []
    with served(k2k, tmp_path) as port:
        opened = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US")
        opened.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
        opened.on("weberror", lambda error: said.append(str(error.error)))
        yield opened
        opened.close()
    assert [one for one in said if "Failed to load resource" not in one] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    found = context.new_page()
    log_in(found, WORKER, to="/scan/")
    expect(found.locator("#code")).to_be_focused()
    return found


def shoot(page: Page, *codes: str) -> None:
    """What a hand scanner does: it types the code and presses enter, wherever the focus is."""
    for code in codes:
        page.keyboard.type(code)
        page.keyboard.press("Enter")


def end_session(page: Page, context: BrowserContext) -> None:
    """The session is over; nothing is under way whose answer would bring it back."""
    page.wait_for_load_state("networkidle")
    context.clear_cookies()


def on_top(page: Page) -> Any:
    return expect(page.locator("#outcome"))


def row_codes(page: Page) -> list[str]:
    """The codes of the last scans, the first one first."""
    notes: Sequence[str] = page.locator("#scans .sub").all_inner_texts()
    return [note.partition(" ")[0] for note in reversed(notes)]


@pytest.mark.long
def test_a_hand_scanner_is_answered_in_colour_word_and_icon(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    shoot(page, codes[0])
    on_top(page).to_contain_text("Received")
    on_top(page).to_have_class("outcome ok")
    expect(page.locator("#progress")).to_contain_text(f"missing 2: {codes[1]}, {codes[2]}")
    shoot(page, codes[0])
    on_top(page).to_contain_text("Already received")
    on_top(page).to_have_class("outcome warn")
    shoot(page, box_of_others(k2k))
    on_top(page).to_contain_text("Put the box aside")
    on_top(page).to_have_class("outcome bad")
    assert page.locator("#outcome svg.i").count() == 1
    expect(page.locator("#code")).to_be_focused()
    expect(page.locator("#code")).to_have_value("")


def test_the_field_takes_the_code_wherever_the_focus_was(page: Page, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    page.locator("#no-scans").click()
    page.locator("[data-sound]").focus()
    page.evaluate("document.activeElement.blur()")
    shoot(page, code)
    on_top(page).to_contain_text(code)


def test_a_scanner_may_end_a_code_with_a_tab(page: Page, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    page.keyboard.type(f"]C1{code}")
    page.keyboard.press("Tab")
    on_top(page).to_contain_text(f"Received{code}")


def test_a_pasted_list_is_received_in_its_order(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.querySelector("#code").dispatchEvent(
                new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        "\r\n".join(codes),
    )
    on_top(page).to_contain_text("3 boxes received")
    assert row_codes(page) == codes


def test_a_list_in_the_larger_field_is_received_too(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page.get_by_text("Paste a list of codes").click()
    page.locator("#codes").fill("\n".join(codes))
    page.get_by_role("button", name="Receive the list").click()
    on_top(page).to_contain_text("2 boxes received")


def test_an_outcome_is_heard_felt_and_seen_at_once(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page.evaluate(
        """() => {
            window.felt = []; window.heard = 0; window.came = false; window.frames = 0; window.drawn = 0;
            navigator.vibrate = (pattern) => window.felt.push(pattern);
            const start = OscillatorNode.prototype.start;
            OscillatorNode.prototype.start = function (...at) { window.heard += 1; return start.apply(this, at); };
            const tick = () => { window.frames += 1; requestAnimationFrame(tick); };
            const json = Response.prototype.json;
            Response.prototype.json = async function () {
                const said = await json.call(this);
                window.came ||= Boolean(requestAnimationFrame(tick));
                return said; };
            new MutationObserver(() => window.came && requestAnimationFrame(() => { window.drawn ||= window.frames; }))
                .observe(document.querySelector("#outcome"), {childList: true, attributes: true});
        }"""
    )
    shoot(page, codes[0])
    on_top(page).to_contain_text("Received")
    page.wait_for_function("window.drawn > 0")
    assert page.evaluate("window.drawn") <= FRAMES
    assert page.evaluate("window.felt") == [[60]]
    assert page.evaluate("window.heard") == 2
    page.get_by_role("button", name="Sound").click()
    shoot(page, codes[1])
    expect(page.locator("#progress")).to_contain_text("complete")
    assert page.evaluate("window.heard") == 2
    assert page.evaluate("window.felt.length") == 2


@pytest.mark.long
def test_twenty_scans_without_a_network_arrive_once_each_and_in_order(
    page: Page, context: BrowserContext, k2k: K2K
) -> None:
    grow(k2k, 40)
    codes = stage(k2k, 18)
    context.set_offline(True)
    shoot(page, *codes[:9], codes[0], *codes[9:], box_of_others(k2k))
    expect(page.locator("#waiting")).to_contain_text("20 boxes wait")
    on_top(page).to_contain_text("Waits for the network")
    assert scans_of(k2k) == []
    context.set_offline(False)
    on_top(page).to_contain_text("1 box to put aside")
    on_top(page).to_contain_text("ANDES-7")
    expect(page.locator("#waiting")).to_be_hidden()
    assert scans_of(k2k) == [[code] for code in codes]
    assert states(k2k, codes) == {"received"}
    assert row_codes(page) == [*codes[:9], codes[0], *codes[9:], "ANDES-7"]


def test_an_answer_that_is_lost_is_asked_for_again_and_counts_nothing_twice(page: Page, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(str(route.request.post_data))
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/scan/", lose_the_first_answer)
    shoot(page, code)
    on_top(page).to_contain_text("Received")
    assert len(lost) == 1
    assert scans_of(k2k) == [[code]]
    assert row_codes(page) == [code]


@pytest.mark.long
def test_what_waits_survives_closing_the_page_and_logging_out(page: Page, context: BrowserContext, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    context.set_offline(True)
    shoot(page, *codes)
    expect(page.locator("#waiting")).to_contain_text("3 boxes wait")
    page.close()
    context.clear_cookies()  # before it is online: an answer under way would bring the session back
    context.set_offline(False)
    again = context.new_page()
    log_in(again, WORKER, to="/scan/")
    on_top(again).to_contain_text("3 boxes sent")
    assert scans_of(k2k) == [[code] for code in codes]


def test_a_session_that_ended_in_between_loses_nothing(page: Page, context: BrowserContext, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    end_session(page, context)
    shoot(page, *codes)
    expect(page.locator("#logged-out")).to_contain_text("2 boxes wait")
    page.locator("#logged-out a").click()
    page.locator('input[name="email"]').fill(WORKER)
    page.locator('input[name="password"]').fill("twelve red roses")
    page.locator('form:has(input[name="password"]) [type="submit"]').click()
    on_top(page).to_contain_text("2 boxes sent")
    assert scans_of(k2k) == [[code] for code in codes]


@pytest.mark.long
def test_a_log_in_in_another_tab_lets_the_scans_go_on(page: Page, context: BrowserContext, k2k: K2K) -> None:
    """At once: how long the page waits between two attempts by now does not matter."""
    (code,) = stage(k2k, 1)
    end_session(page, context)
    page.evaluate("window.setTimeout = () => 0")
    shoot(page, code)
    expect(page.locator("#logged-out")).to_be_visible()
    log_in(context.new_page(), WORKER, to="/companies/")
    on_top(page).to_contain_text("Received")
    expect(page.locator("#logged-out")).to_be_hidden()


@pytest.mark.long
def test_two_tabs_share_what_waits_and_send_it_once(page: Page, context: BrowserContext, k2k: K2K) -> None:
    codes = stage(k2k, 6)
    other = context.new_page()
    other.goto("/scan/")
    context.set_offline(True)
    for number, code in enumerate(codes):
        shoot(page if number % 2 else other, code)
    for tab in (page, other):
        expect(tab.locator("#waiting")).to_contain_text("6 boxes wait")
    context.set_offline(False)
    for tab in (page, other):
        expect(tab.locator("#waiting")).to_be_hidden()
        expect(tab.locator("#scans li")).to_have_count(6)
    assert scans_of(k2k) == [[code] for code in codes]


def test_a_scan_that_two_tabs_have_sent_is_shown_once(page: Page, context: BrowserContext, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    other = context.new_page()
    other.goto("/scan/")
    other.evaluate(
        "() => { const heard = new BroadcastChannel('k2k.scan'); heard.onmessage = ({ data }) =>"
        " { heard.onmessage = null; heard.postMessage(data); heard.postMessage(data); document.title = 'twice'; } }"
    )
    shoot(page, code)
    expect(other).to_have_title("twice")
    for tab in (page, other):
        expect(tab.locator("#scans li")).to_have_count(1)


def test_scans_of_another_person_wait_until_somebody_takes_them_over(
    page: Page, context: BrowserContext, k2k: K2K
) -> None:
    add_person(k2k, "BLOOM", "night@bloom.test", "warehouse")
    codes = stage(k2k, 2)
    context.set_offline(True)
    shoot(page, *codes)
    expect(page.locator("#waiting")).to_contain_text("2 boxes wait")
    page.close()
    context.clear_cookies()  # before it is online: an answer under way would bring the session back
    context.set_offline(False)
    night = context.new_page()
    log_in(night, "night@bloom.test", to="/scan/")
    expect(night.locator("#others")).to_contain_text("2 boxes that Warehouse scanned wait on this device.")
    assert scans_of(k2k) == []
    night.get_by_role("button", name="Send them as mine").click()
    on_top(night).to_contain_text("2 boxes sent")
    assert scans_of(k2k) == [[code] for code in codes]


def test_another_company_never_sends_what_waits(page: Page, context: BrowserContext, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    context.set_offline(True)
    shoot(page, code)
    page.close()
    context.clear_cookies()  # before it is online: an answer under way would bring the session back
    context.set_offline(False)
    stranger = context.new_page()
    log_in(stranger, "warehouse@andes.test", to="/scan/")
    expect(stranger.locator("#code")).to_be_focused()
    expect(stranger.locator("#others")).to_be_hidden()
    expect(stranger.locator("#waiting")).to_be_hidden()
    assert states(k2k, [code]) == {"staged"}


def test_on_a_phone_every_target_is_large_enough_for_gloves(page: Page, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page.set_viewport_size(PHONE)
    shoot(page, codes[0], "NO-SUCH-BOX")
    on_top(page).to_contain_text("Unknown code")
    assert not too_wide(page)
    targets = page.locator("main").locator("button, summary, input:not([type=hidden]), a.btn")
    small = [
        target.get_attribute("id") or target.inner_text()
        for target in targets.all()
        if target.is_visible() and ((box := target.bounding_box()) is None or box["height"] < GLOVE)
    ]
    assert small == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "es"])
def test_nobody_is_shut_out(page: Page, context: BrowserContext, k2k: K2K, locale: str, scheme: Any) -> None:
    add_person(k2k, "BLOOM", "reader@bloom.test", "warehouse", locale=locale)
    end_session(page, context)
    log_in(page, "reader@bloom.test", to="/scan/")
    codes = stage(k2k, 2)
    page.emulate_media(color_scheme=scheme)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.reload()
        assert violations(page) == []
        for code in (codes[0], codes[0], "NO-SUCH-BOX"):
            shoot(page, code)
            on_top(page).to_contain_text(code)
            assert violations(page) == [], code
        assert not too_wide(page)
