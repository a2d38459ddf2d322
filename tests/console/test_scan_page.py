"""The scan page as a form: what each outcome says, who scans, and the headers that the camera needs."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from k2k_console.security import CONTENT_POLICY
from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES
from tests.console.conftest import Browser, Form, Seen, add_person
from tests.console.staged_boxes import bill_at_once, box_of_others, scans_of, stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def scan(browser: Browser, *codes: str) -> Seen:
    """Scan codes with the form of the page, as a browser without scripts sends it."""
    form = gun(browser.get("/scan/"))
    return browser.send(form.put("codes", "\n".join(codes)))


def gun(page: Seen) -> Form:
    return next(form for form in page.forms if "codes" in form)


def on_top(page: Seen) -> str:
    """The tone and the words of the large field."""
    found = re.search(r'<div class="outcome (\w*)" id="outcome">(.*?)</div>', page.html, re.S)
    assert found is not None
    return f"{found[1]}: {' '.join(re.sub('<[^>]+>', ' ', found[2]).split())}"


@pytest.fixture
def browser(visit: Any) -> Browser:
    found: Browser = visit("warehouse@bloom.test")
    return found


def test_a_received_box_is_green_with_its_product_and_the_rest_of_its_awb(browser: Browser, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    page = scan(browser, codes[0])
    assert on_top(page).startswith(f"ok: Received {codes[0]}")
    assert "AWB 729-88123456" in page.text
    assert "1 of 3 boxes" in page.text
    assert f"missing 2: {codes[1]}, {codes[2]}" in page.text
    assert "Rose Red Freedom 60cm" in page.text


def test_the_last_box_completes_its_awb(browser: Browser, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page = scan(browser, *codes)
    assert on_top(page) == "ok: 2 boxes received"
    assert "2 of 2 boxes complete" in page.text


def test_a_box_that_was_scanned_before_is_orange_and_changes_nothing(browser: Browser, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    scan(browser, code)
    page = scan(browser, code)
    who = "warehouse@bloom.test, Mon 2 Feb, 09:00 New York"
    assert on_top(page) == f"warn: Already received {code} · {who}. This changes nothing."


def test_a_billed_box_is_green_with_its_customer_and_invoice(browser: Browser, k2k: K2K) -> None:
    bill_at_once(k2k)
    (code,) = stage(k2k, 1)
    page = scan(browser, code)
    invoice = k2k.scans("BLOOM", limit=1)["items"][0]["invoice"]
    assert on_top(page) == f"ok: Billed {code} · Corner Florist, {invoice}"
    assert f"{code} · billed to Corner Florist, {invoice}" in page.text


def test_the_page_opens_with_the_last_scans_of_its_person(browser: Browser, k2k: K2K) -> None:
    codes = stage(k2k, 3)
    k2k.scan("BLOOM", [codes[1]])
    scan(browser, codes[0])
    page = browser.get("/scan/")
    assert codes[0] in page.text
    assert codes[1] not in page.text.partition("Last scans")[2]
    assert "AWB 729-88123456 Andes Flower Farms · arrives Fri 6 Feb 2 of 3 boxes" in page.text


def test_the_staging_area_stands_below_by_awb(browser: Browser, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    stage(k2k, 3, awb="729-88123460", customer="C-200")
    page = scan(browser, codes[0])
    staged = page.text.partition("Last scans")[2].partition("Staging area")[2]
    assert staged.startswith(" 4 boxes 729-88123456 1 / 2 Rose Red Freedom 60cm · for Corner Florist")
    assert "729-88123460 0 / 3" in staged


def test_an_unknown_code_is_red_and_the_box_is_put_aside(browser: Browser) -> None:
    page = scan(browser, "K9999999-001")
    assert on_top(page) == "bad: Unknown code K9999999-001 · Put the box aside and tell procurement."


def test_nothing_more_is_said_of_a_box_of_others(browser: Browser, k2k: K2K) -> None:
    box_of_others(k2k, "ANDES-7")
    page = scan(browser, "ANDES-7")
    assert on_top(page) == "bad: Not yours ANDES-7 · Put the box aside and tell procurement."
    assert "Rose" not in page.text.partition("Last scans")[2]


def test_a_box_of_a_voided_order_goes_back(browser: Browser, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    order = k2k.orders("ANDES", kind="sales_order", limit=1)["items"][0]["number"]
    k2k.void("ANDES", sales_order=order, reason="frost", confirm="CONFIRM")
    page = scan(browser, code)
    assert on_top(page) == f"bad: Order cancelled {code} · The box goes back to the vendor."


def test_of_several_codes_those_to_put_aside_stand_first(browser: Browser, k2k: K2K) -> None:
    codes = stage(k2k, 2)
    page = scan(browser, codes[0], "NO-SUCH-BOX", codes[1], codes[0])
    assert on_top(page) == ("bad: 1 box to put aside 1 box received before · 2 boxes received · NO-SUCH-BOX")


@pytest.mark.parametrize("around", ["]C1{}", "\x02{}\x03", "\x1d{}", "  {} "])
def test_what_a_reader_puts_round_a_code_is_no_part_of_it(browser: Browser, k2k: K2K, around: str) -> None:
    (code,) = stage(k2k, 1)
    assert on_top(scan(browser, around.format(code))).startswith(f"ok: Received {code}")


def test_the_same_form_twice_counts_once(browser: Browser, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    form = gun(browser.get("/scan/")).put("codes", code)
    assert on_top(browser.send(form)) == on_top(browser.send(form))
    assert scans_of(k2k) == [[code]]


def test_the_script_is_answered_with_data(browser: Browser, k2k: K2K) -> None:
    (code,) = stage(k2k, 1)
    form = gun(browser.get("/scan/"))
    sent = {"codes": code, "key": "0123456789abcdef"}
    headers = {"Accept": "application/json", "X-CSRFToken": form["csrf_token"]}
    answer = browser.client.post("/scan/", data=sent, headers=headers)
    assert answer.json["panel"]["tone"] == "ok"
    assert [row["code"] for row in answer.json["scans"]] == [code]
    assert "1 of 1 box" in re.sub("<[^>]+>", "", answer.json["progress"])
    assert browser.client.post("/scan/", data=sent, headers=headers).json["scans"] == answer.json["scans"]


@pytest.mark.parametrize("codes", ["x" * 201, "\n".join(f"B{n}" for n in range(101))])
def test_too_much_at_once_is_refused_as_data_with_its_reason(browser: Browser, codes: str) -> None:
    token = gun(browser.get("/scan/"))["csrf_token"]
    headers = {"Accept": "application/json", "X-CSRFToken": token}
    answer = browser.client.post("/scan/", data={"codes": codes}, headers=headers)
    assert answer.status_code == 422
    assert answer.json["error"]["message"] == "At most 100 codes at once, each of at most 200 characters."


def test_an_empty_form_says_what_to_do(browser: Browser) -> None:
    assert on_top(scan(browser, "")) == "info: No code Scan a box, or type its code."


def test_only_this_page_lets_the_camera_and_its_reader_work(browser: Browser) -> None:
    for address in ("/scan/", "/scan/reader.js"):
        headers = browser.get(address).headers
        directives = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert directives["script-src"] == "'self' 'wasm-unsafe-eval'", address
        assert directives["worker-src"] == "'self'", address
        assert directives["default-src"] == "'none'", address
        assert "camera=(self)" in headers["Permissions-Policy"], address
    for address in ("/scan/session", "/search/?q=x", "/nothing-here"):
        headers = browser.get(address).headers
        assert "unsafe" not in headers["Content-Security-Policy"], address
        assert "worker-src" not in headers["Content-Security-Policy"], address
        assert "camera=()" in headers["Permissions-Policy"], address


def test_the_page_speaks_spanish(visit: Any, k2k: K2K) -> None:
    add_person(k2k, "BLOOM", "bodega@bloom.test", "warehouse", locale="es")
    bill_at_once(k2k)
    (code,) = stage(k2k, 1)
    page = scan(visit("bodega@bloom.test"), code)
    assert on_top(page).startswith(f"ok: Facturada {code}")
    assert "1 de 1 caja completa" in page.text


@pytest.mark.parametrize("role", sorted({*ROLES} - {"admin", "sales_manager", "procurement", "warehouse"}))
def test_others_do_not_scan(visit: Any, k2k: K2K, role: str) -> None:
    (code,) = stage(k2k, 1)
    browser = visit(f"{role}@bloom.test")
    sent = {"codes": code, "csrf_token": browser.get("/me/").form["csrf_token"]}
    assert browser.client.post("/scan/", data=sent).status_code == 403
    assert scans_of(k2k) == []


@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_scan_without_the_token_of_its_session_is_refused(browser: Browser, k2k: K2K, token: str | None) -> None:
    (code,) = stage(k2k, 1)
    browser.get("/scan/")
    headers = {"Accept": "application/json"} | ({"X-CSRFToken": token} if token is not None else {})
    assert browser.client.post("/scan/", data={"codes": code}, headers=headers).status_code == 400
    assert scans_of(k2k) == []


@pytest.mark.parametrize("nasty", ["\x00", "<script>alert(1)</script>", "' OR 1", "%", "\ufffe", "ü" * 99, "\x1d\x1d"])
def test_nothing_that_is_scanned_breaks_the_page(browser: Browser, nasty: str) -> None:
    page = scan(browser, nasty)
    assert page.status in (200, 422)
    assert "<script>alert" not in page.html


def test_the_warehouse_opens_on_the_scan_page_and_of_a_vendor_on_its_awbs(visit: Any) -> None:
    assert visit("warehouse@bloom.test").get("/").at == "/scan/"
    assert visit("warehouse@andes.test").get("/").at == "/awbs/"
    assert visit("admin@bloom.test").get("/").at == "/"


def test_every_other_page_holds_to_the_strict_policy(app: Flask, visit: Any) -> None:
    browser = visit("admin@bloom.test")
    addresses = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments}
    assert {"/scan/", "/scan/reader.js", "/staging/", "/awbs/"} <= addresses
    for address in sorted(addresses - {"/scan/", "/scan/reader.js"}):
        headers = browser.client.get(address).headers
        assert headers["Content-Security-Policy"] == CONTENT_POLICY, address
        assert "camera=()" in headers["Permissions-Policy"], address
