"""Forged, malformed and oversized requests; response headers; pages without scripts and without resources of other
hosts."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import quote

import pytest

from k2k_core.api import K2K
from tests.console.conftest import Seen

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

PAGES = (
    "/",
    "/companies/",
    "/companies/new/",
    "/companies/edit/?id=BLOOM",
    "/gpms/",
    "/markups/",
    "/markups/edit/?id=BLOOM/C-100",
    "/customers/",
    "/customers/edit/?id=BLOOM/C-100",
    "/price-lists/",
    "/price-lists/edit/?id=BLOOM/SUMMER",
    "/ship_days/",
    "/audit/",
    "/nothing-here",
)
WRITING = ("/companies/edit/?id=BLOOM", "/companies/new/", "/gpms/", "/markups/edit/?id=BLOOM/C-100")
WRITING += ("/customers/edit/?id=BLOOM/C-100", "/price-lists/edit/?id=BLOOM/SUMMER")
WRITING += ("/ship_days/", "/audit/undo/", "/log-in", "/log-out")


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def _opened(visit: Any, address: str) -> Seen:
    return cast(Seen, visit("operator@k2k.test" if "new" in address else "admin@bloom.test").get(address))


def _scripts(html: str) -> list[str]:
    return re.findall(r"<script.*?</script>", html, re.DOTALL)


@pytest.mark.parametrize("address", WRITING)
@pytest.mark.parametrize("token", [None, "", "forged"])
def test_a_form_without_its_token_is_refused(visit: Any, address: str, token: str | None) -> None:
    client = visit("admin@bloom.test").client
    answer = client.post(address, data={} if token is None else {"csrf_token": token})
    assert answer.status_code == 400
    assert "bad_request" in answer.get_data(as_text=True)


def test_the_token_of_another_session_is_refused(visit: Any) -> None:
    form = visit("admin@andes.test").get("/companies/edit/?id=ANDES").form
    browser = visit("admin@bloom.test")
    own = browser.get("/companies/edit/?id=BLOOM").form
    assert browser.send(own.put("csrf_token", form["csrf_token"])).status == 400


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_guarded_by_headers_and_runs_only_files_of_the_console(visit: Any, address: str) -> None:
    page = _opened(visit, address)
    assert page.headers["Content-Security-Policy"] == POLICY
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|js:", page.html)
    assert all(re.fullmatch(r'<script src="/static/[\w.]+\?v=\w+" defer></script>', one) for one in _scripts(page.html))
    assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", page.html)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_a_language_a_title_landmarks_and_one_main_heading(visit: Any, address: str) -> None:
    html = _opened(visit, address).html
    assert '<html lang="en">' in html
    assert re.search(r"<title>[^<]+ · K2K</title>", html)
    assert html.count("<h1") == 1
    assert all(f"<{landmark}" in html for landmark in ("header", "nav", "main"))


NASTY = (
    *("", " ", "\x00", "'", '"><b>', "%", "_", "../..", "BLOOM/", "/C-100", "BLOOM/C-100/x", "a" * 3000, "ü", "-1"),
    *("NaN", "9" * 30, "1e9", "[]", "${7*7}", "{{7*7}}", "\r\nX: y", "\ufffe"),
)


@pytest.mark.parametrize("nasty", NASTY)
def test_malformed_addresses_never_break_a_page(visit: Any, nasty: str) -> None:
    browser, value = visit("admin@bloom.test"), quote(nasty)
    for desk in ("companies", "markups", "customers", "price-lists", "audit"):
        names = ("search", "page", "sort", "desc", "type", "company", "page_size", "flt0_0", "url", "id")
        for name in names:
            assert browser.get(f"/{desk}/?{name}={value}").status < 500, (desk, name)
        assert browser.get(f"/{desk}/edit/?id={value}").status in (403, 404), desk
        assert browser.get(f"/{desk}/export/{value}/").status < 500, desk
        assert browser.get(f"/{desk}/export/csv/?search={value}&sort={value}").status < 500, desk


@pytest.mark.long
@pytest.mark.parametrize("nasty", NASTY)
def test_malformed_values_never_break_a_form(visit: Any, nasty: str) -> None:
    browser, operator = visit("admin@bloom.test"), visit("operator@k2k.test")
    forms = ("/companies/edit/?id=BLOOM", "/gpms/", "/markups/edit/?id=BLOOM/C-100", "/ship_days/")
    for address in (*forms, "/customers/edit/?id=BLOOM/C-100", "/price-lists/edit/?id=BLOOM/SUMMER"):
        form = browser.get(address).form
        for name, _ in form.values:
            assert browser.send(form.put(name, nasty)).status < 500, (address, name)
            assert browser.send(form.put(name, nasty, nasty)).status < 500, (address, name)
            assert browser.send(form.put(name)).status < 500, (address, name)
    form = operator.get("/companies/new/").form
    for name, _ in form.values:
        assert operator.send(form.put(name, nasty)).status < 500, name


def test_what_was_typed_is_shown_as_text(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    page = browser.send(browser.get("/gpms/").form.put("gpm", '"><script>alert(1)</script>'))
    assert "<script>" not in page.html
    assert "&lt;script&gt;" in page.html
    assert "<script>" not in browser.get("/markups/?search=%22%3E%3Cscript%3E").html


def test_other_methods_are_refused(visit: Any) -> None:
    client = visit("admin@bloom.test").client
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)("/companies/").status_code in (400, 405)


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/hidden_lots/?customer=C-100", {"HX-Request": "true"}),
        ("/frame/", {"HX-Request": "true"}),
        ("/orders/?as=count", {"K2K-Background": "count"}),
        ("/static/icons.svg", {}),
        ("/catalog/?customer=C-100", {"Sec-Fetch-Mode": "cors"}),
    ],
)
def test_what_a_page_asks_for_by_itself_takes_back_nothing_that_a_form_stored(
    visit: Any, address: str, headers: dict[str, str]
) -> None:
    client = visit("admin@bloom.test").client
    with client.get(address, headers=headers) as asked:
        assert (asked.status_code, asked.headers.getlist("Set-Cookie")) == (200, [])
    opened = client.get("/catalog/?customer=C-100", headers={"Sec-Fetch-Mode": "navigate"})
    assert opened.headers.getlist("Set-Cookie") != []


def test_an_oversized_request_is_refused(visit: Any) -> None:
    browser = visit("admin@bloom.test")
    form = browser.get("/gpms/").form.put("gpm", "9" * 1_100_000)
    assert browser.send(form).status in (400, 413)


def test_the_files_of_flask_admin_are_not_served(visit: Any) -> None:
    client = visit("").client
    for path in ("/static/admin/js/helpers.js", "/admin/static/admin/js/helpers.js", "/static/vendor/jquery.min.js"):
        assert client.get(path).status_code == 404
    with client.get("/static/app.css") as own:
        assert own.status_code == 200


def test_a_failing_page_says_a_number_to_quote_and_nothing_of_its_insides(
    visit: Any, k2k: K2K, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    browser = visit("admin@bloom.test")

    def fail(*_: object) -> None:
        raise RuntimeError("a detail that nobody should see")

    monkeypatch.setattr(K2K, "orders", fail)
    page = browser.get("/carts/")
    assert page.status == 500
    assert "Something went wrong here. Nothing was changed." in page.text
    assert "nobody should see" not in page.html
    quoted = re.search(r"ask about it: ([0-9A-F]{8})\b", page.text)
    assert quoted is not None
    assert f"{quoted[1]}: a page of the console failed" in caplog.text
