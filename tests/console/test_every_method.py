"""Every address of the URL map × every method × every role: what an address does not take is refused for everybody, and
what a role may not open it may not send to either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask

from k2k_console.pages import PAGES
from k2k_core.api import K2K
from tests.console.conftest import Browser
from tests.console.test_declared_pages import token_of, traces
from tests.console.test_roles import EVERYBODY, LOOKING, PUBLIC, SENDING, email_of_role

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
SOME = ("", "warehouse", "operator")
"""What an address takes does not depend on who asks: nobody, few roles and all roles are asked for."""

READERS = {f"/{page.name}/": page.readers for page in PAGES}
WRITING = {"do": "confirm", "id": "L1", "ids": "L1", "k2k_gpm": "44", "code": "L1", "confirmed": "1"}
"""What a form that writes would send."""
UNKNOWN = {"<path:key>": "X-0000", "<export_type>": "csv", "<path:filename>": "app.css"}


def rules(app: Flask) -> Iterator[tuple[str, frozenset[str]]]:
    """Each address, with something in place of what varies, and the methods that it takes."""
    for rule in app.url_map.iter_rules():
        address = str(rule)
        for variable, value in UNKNOWN.items():
            address = address.replace(variable, value)
        yield address, frozenset(rule.methods or ())


def readers(address: str) -> frozenset[str]:
    """The roles that open an address; all where no table says it."""
    page = f"/{address.split('/')[1]}/"
    known = {one.partition("?")[0]: roles for one, roles in LOOKING.items()}
    return frozenset(READERS.get(page) or known.get(address) or known.get(page) or EVERYBODY)


def status(browser: Browser, method: str, address: str) -> int:
    with browser.client.open(address, method=method) as answer:
        return int(answer.status_code)


@pytest.mark.parametrize("role", SOME)
def test_an_address_refuses_what_it_does_not_take_from_everybody(visit: Any, app: Flask, role: str) -> None:
    browser = visit(email_of_role(role) if role else "")
    for address, taken in rules(app):
        for method in METHODS:
            if method not in taken:
                assert status(browser, method, address) == 405, (method, address)
        with browser.client.options(address) as said:
            assert (said.status_code, said.get_data()) == (200, b""), address
            assert set(said.headers["Allow"].split(", ")) == taken, address


@pytest.mark.parametrize("role", ["", "admin", "operator"])
def test_the_head_of_an_address_answers_like_the_address_and_neither_writes(
    visit: Any, app: Flask, k2k: K2K, role: str
) -> None:
    browser, before = visit(email_of_role(role) if role else ""), traces(k2k)
    form = {"csrf_token": token_of(browser.get("/" if role else "/log-in")), "key": "a key that is long enough"}
    for address, taken in rules(app):
        if "GET" in taken:
            expected = status(browser, "GET", address)
            assert expected < 500, address
            assert status(browser, "HEAD", address) == expected, address
            assert status(browser, "GET", f"{address}?{urlencode({**form, **WRITING})}") < 500, address
    assert traces(k2k) == before


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_who_may_not_open_an_address_may_not_send_to_it(visit: Any, app: Flask, k2k: K2K, role: str) -> None:
    browser = visit(email_of_role(role))
    before, form = traces(k2k), {"csrf_token": token_of(browser.get("/")), "key": "a key that is long enough"}
    closed = [address for address, taken in rules(app) if "POST" in taken and role not in readers(address)]
    for address in closed:
        with browser.client.post(address, data={**form, "id": "L1", "do": "confirm"}) as answer:
            assert answer.status_code == 403, address
    assert traces(k2k) == before
    assert closed


def test_the_head_of_a_form_saves_nothing(visit: Any, k2k: K2K) -> None:
    browser, before = visit("admin@bloom.test"), traces(k2k)
    form = browser.get("/gpms/").form.put("k2k_gpm", "44")
    values = {name: value for name, value in form.values if name != "csrf_token"}
    assert browser.client.head("/gpms/", data=values).status_code == 200
    assert k2k.settings("BLOOM")["k2k_gpm"]["value"] == "28"
    assert traces(k2k) == before


def test_nobody_sends_anything_without_a_log_in(visit: Any, app: Flask, k2k: K2K) -> None:
    browser, before = visit(""), traces(k2k)
    token = token_of(browser.get("/log-in"))
    for address, taken in rules(app):
        if "POST" in taken and address not in (*PUBLIC, *SENDING):
            with browser.client.post(address, data={"csrf_token": token}) as answer:
                assert answer.status_code in (302, 400, 401), address
                assert "/log-in" in answer.headers.get("Location", "/log-in"), address
    assert traces(k2k) == before
