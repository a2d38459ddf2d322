"""The console in a host's own application: below its path, with its log-in, and nothing of the host's is touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from k2k_console.mounting import HostLogIn, mount
from k2k_console.pages import PAGES
from k2k_core.api import K2K
from k2k_core.errors import NotConfigured
from tests.console.a_host import PREFIX, employ, make_host
from tests.console.conftest import Browser, Seen
from tests.console.every_address import OUTSIDE, addresses_of, company_of, furnish

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ADMIN, MANAGER = "admin@bloom.test", "sales_manager@bloom.test"
ADDRESSES = ("href", "src", "action", "formaction", "hx-", "data-")
OF_THE_HOST = ("/", "/enter", "/leave")


@pytest.fixture
def host(k2k: K2K, tmp_path: Path) -> Flask:
    made = make_host(k2k, tmp_path)
    employ(tmp_path, "ana", ADMIN)
    employ(tmp_path, "leo", MANAGER)
    employ(tmp_path, "eva", "admin@andes.test")
    employ(tmp_path, "tom", "tom@nowhere.test")
    return made


def entered(host: Flask, name: str) -> Browser:
    """A browser whose user has logged in at the host."""
    browser = Browser(host)
    browser.client.post("/enter", data={"name": name})
    return browser


class _Addresses(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if value and name.startswith(ADDRESSES) and value[0] == "/"]


def outside(seen: Seen) -> set[str]:
    """The addresses on a page that leave the console."""
    found = _Addresses(seen.html).found
    assert found
    return {one for one in found if not f"{urlsplit(one).path}/".startswith(f"{PREFIX}/") and one not in OF_THE_HOST}


def test_whoever_is_not_logged_in_goes_to_the_hosts_log_in_and_from_there_to_where_they_wanted(host: Flask) -> None:
    browser = Browser(host)
    answer = browser.client.get(f"{PREFIX}/orders/?view=k2k")
    while answer.headers.get("Location", "").startswith(PREFIX):
        answer = browser.client.get(answer.headers["Location"])
    parts = urlsplit(answer.headers["Location"])
    assert parts.path == "/enter"
    assert parse_qs(parts.query) == {"next": [f"{PREFIX}/orders/?view=k2k"]}
    target = parse_qs(parts.query)["next"][0]
    answer = browser.client.post("/enter", data={"name": "eva", "next": target})
    seen = browser.get(answer.headers["Location"])
    assert (seen.status, seen.at) == (200, f"{PREFIX}/orders/?view=k2k")
    assert 'data-person="admin@andes.test"' in seen.html


def test_every_address_on_every_page_is_below_the_path_of_the_console(host: Flask, k2k: K2K) -> None:
    furnish(k2k)
    people = {"BLOOM": entered(host, "ana"), "ANDES": entered(host, "eva")}
    wrong: dict[str, set[str]] = {}
    seen = 0
    for whose, address in [*_of_pages(k2k), *(("BLOOM", one) for one in ("/", "/scan/", *OUTSIDE))]:
        page = people[whose].get(PREFIX + address)
        assert page.status in (200, 404), address
        seen += 1
        if found := outside(page):
            wrong[address] = found
    assert wrong == {}
    assert seen > len(PAGES)


def _of_pages(k2k: K2K) -> Iterator[tuple[str, str]]:
    """Each page, and where something else is drawn than on the page itself: dialogs and records."""
    for page in PAGES:
        every = addresses_of(page, k2k)
        dialogs = [one for one in every if "do=" in one][:2]
        records = [one for one in every if "?" not in one][1:2]
        yield from ((company_of(page), one) for one in dict.fromkeys([every[0], *dialogs, *records]))


def test_styles_and_scripts_name_no_address_outside(host: Flask) -> None:
    client = host.test_client()
    page = entered(host, "ana").get(f"{PREFIX}/")
    assets = {one.partition("#")[0] for one in _Addresses(page.html).found if "/static/" in one}
    assert assets
    for asset in assets:
        text = client.get(asset, buffered=True).get_data(as_text=True)
        assert re.findall(r"url\([\"']?/|fetch\([\"'`]/", text) == [], asset


def test_forms_lead_back_to_pages_of_the_console(host: Flask, k2k: K2K) -> None:
    browser = entered(host, "ana")
    me = browser.get(f"{PREFIX}/me/")
    form = next(one for one in me.forms if one.action.endswith("/me/appearance"))
    assert browser.send(form.put("density", "roomy")).at == f"{PREFIX}/me/"
    furnish(k2k)
    dialog = entered(host, "eva").get(f"{PREFIX}/orders/?do=confirm")
    assert dialog.status == 200


def test_another_user_of_the_host_is_another_user_of_the_console(host: Flask, k2k: K2K) -> None:
    browser = entered(host, "ana")
    assert 'data-person="admin@bloom.test"' in browser.get(f"{PREFIX}/").html
    assert len(k2k.sessions(ADMIN)) == 1
    browser.client.post("/enter", data={"name": "leo"})
    assert 'data-person="sales_manager@bloom.test"' in browser.get(f"{PREFIX}/").html
    assert (len(k2k.sessions(ADMIN)), len(k2k.sessions(MANAGER))) == (0, 1)


def test_who_leaves_the_host_leaves_the_console(host: Flask, k2k: K2K) -> None:
    browser = entered(host, "ana")
    browser.get(f"{PREFIX}/")
    cookie = browser.client.get_cookie("k2k")
    browser.client.get("/leave")
    assert browser.client.get(f"{PREFIX}/orders/").status_code == 302
    assert k2k.sessions(ADMIN) == []
    assert cookie is not None
    copied = host.test_client()
    copied.set_cookie("k2k", cookie.value)
    assert copied.get(f"{PREFIX}/").status_code == 302


def test_who_logs_out_of_the_console_logs_out_of_the_host(host: Flask, k2k: K2K) -> None:
    browser = entered(host, "ana")
    form = next(one for one in browser.get(f"{PREFIX}/").forms if one.action.endswith("/log-out"))
    seen = browser.send(form)
    assert (seen.at, seen.text) == ("/", "ERP The ERP of nobody")
    assert k2k.sessions(ADMIN) == []


def test_without_an_address_to_log_out_there_is_no_button(k2k: K2K, tmp_path: Path) -> None:
    host = make_host(k2k, tmp_path, log_out=None)
    employ(tmp_path, "ana", ADMIN)
    forms = entered(host, "ana").get(f"{PREFIX}/").forms
    assert [one for one in forms if one.action.endswith("/log-out")] == []


def test_a_user_whom_k2k_does_not_know_is_told_so(host: Flask, k2k: K2K) -> None:
    seen = entered(host, "tom").get(f"{PREFIX}/")
    assert seen.status == 403
    assert "tom@nowhere.test is no active user of K2K" in seen.text
    k2k.set_active(ADMIN, active=False)
    assert entered(host, "ana").get(f"{PREFIX}/").status == 403


def test_passwords_of_k2k_do_not_let_anybody_in(host: Flask) -> None:
    client = host.test_client()
    sent = client.post(f"{PREFIX}/log-in", data={"email": ADMIN, "password": "twelve red roses"})
    assert sent.status_code in (302, 400)
    assert client.get(f"{PREFIX}/").status_code == 302


def test_what_was_typed_when_the_host_logged_its_user_out_waits_and_is_sent_after_the_log_in(
    host: Flask, k2k: K2K
) -> None:
    browser = entered(host, "ana")
    page = browser.get(f"{PREFIX}/me/")
    form = next(one for one in page.forms if one.action.endswith("/me/sessions") or "appearance" in one.action)
    form = form.put("theme", "dark")
    browser.client.get("/leave")
    origin = {"Origin": "http://localhost", "Sec-Fetch-Mode": "navigate"}
    answer = browser.client.post(form.action, data=dict(form.values), headers=origin)
    assert answer.status_code == 401
    waiting = browser._seen(answer, form.action)
    assert f'href="/enter?next={PREFIX.replace("/", "%2F")}%2F"' in waiting.html
    assert waiting.form.action == form.action
    browser.client.post("/enter", data={"name": "ana"})
    answer = browser.client.post(waiting.form.action, data=dict(waiting.form.values), headers=origin)
    ready = browser._seen(answer, form.action)
    assert "What you typed is still here" in ready.text
    assert browser.send(ready.form).at == f"{PREFIX}/me/"
    assert k2k.preferences(ADMIN)["theme"] == "dark"


def test_the_hosts_cookie_and_pages_are_its_own(host: Flask) -> None:
    browser = entered(host, "ana")
    before = browser.client.get_cookie("session")
    browser.get(f"{PREFIX}/")
    after = browser.client.get_cookie("session")
    assert before is not None
    assert after is not None
    assert before.value == after.value
    assert browser.get("/").text == "ERP The ERP of ana"
    assert "Content-Security-Policy" not in browser.client.get("/").headers


def _nobody() -> str | None:
    return None


@pytest.mark.parametrize("prefix", ["", "k2k", "/k2k/", "/enter", "/erp"])
def test_a_path_that_cannot_be_the_consoles_is_refused(prefix: str, k2k: K2K) -> None:
    host = Flask("erp")
    host.add_url_rule("/enter", "enter", _nobody)
    host.add_url_rule("/erp/stock", "stock", _nobody)
    with pytest.raises(NotConfigured):
        mount(host, prefix, k2k, HostLogIn(_nobody, "/enter"), secret_key="only for these tests")


def test_a_key_that_can_be_guessed_is_refused_in_production(k2k: K2K) -> None:
    log_in: Any = HostLogIn(_nobody, "/enter")
    with pytest.raises(NotConfigured):
        mount(Flask("erp"), "/k2k", k2k, log_in, secret_key="secret", production=True)
