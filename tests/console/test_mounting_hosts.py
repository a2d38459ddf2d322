"""What a host may do to the console that it mounts: fail, answer nonsense, hang, mount a second one, stand behind a
proxy that takes its path away. Nobody is let in by it, and nobody else waits for it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, abort, redirect, request, session
from playwright.sync_api import Browser as Chromium
from waitress import create_server
from werkzeug.middleware.proxy_fix import ProxyFix

from k2k_console.accounts import host_login
from k2k_console.mounting import HostLogIn, mount
from k2k_core.api import K2K
from k2k_core.errors import NotConfigured
from k2k_core.store.engine import Store
from tests.conftest import sqlite_url
from tests.console.conftest import NOW, Browser, load_small_network
from tests.served import served

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

ADMIN, MANAGER = "admin@bloom.test", "sales_manager@bloom.test"
KEY = "only for these tests"
FAILED = "Who you are could not be found out"
Person = Callable[[], Any]


def by_name() -> str | None:
    """The host's user is whom the address of the request or an earlier one names."""
    return session.get("email")


def a_host(*mounted: tuple[str, K2K], person: Person = by_name) -> Flask:
    """A host that takes anybody's word for who they are, with consoles at some paths."""
    host = Flask("erp")
    host.secret_key = "the host's own, for these tests"

    @host.get("/enter/<email>")
    def enter(email: str) -> str:
        session["email"] = email
        return "welcome"

    for prefix, network in mounted:
        mount(host, prefix, network, HostLogIn(person, "/enter", "/leave"), secret_key=KEY)
    return host


@pytest.fixture
def other(tmp_path: Path) -> Iterator[K2K]:
    """Another network, with users of the same addresses."""
    url = sqlite_url(tmp_path / "other.db")
    store = Store(url)
    store.migrate()
    store.close()
    load_small_network(url)
    with K2K.open(url, clock=lambda: NOW) as opened:
        opened.set("BLOOM", values={"name": "The other Bloom"})
        yield opened


def raises() -> str:
    raise RuntimeError("the table of users is locked")


async def later() -> str:
    return ADMIN


NONSENSE: dict[str, Any] = {
    "a number": 7,
    "true": True,
    "a list": [ADMIN],
    "bytes": ADMIN.encode(),
    "a row": {"email": ADMIN},
    "a text with a zero": f"{ADMIN}\0",
    "a text of two lines": f"{ADMIN}\nBcc: eve@evil.test",
    "a novel": "a" * 100_000,
    "blanks": "   ",
}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_host_that_raises_lets_nobody_in_and_its_error_is_in_the_log(
    k2k: K2K, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    browser = Browser(a_host(("/k2k", k2k), person=raises))
    answer = browser.client.open("/k2k/orders/", method=method)
    assert (answer.status_code, FAILED in answer.text) == (503, True)
    assert "locked" not in answer.text
    assert "the table of users is locked" in caplog.text
    assert browser.client.get("/k2k/health").status_code == 200, "which knows no user"
    assert k2k.sessions(ADMIN) == []


def test_a_session_outlives_a_host_that_fails_for_a_while(k2k: K2K) -> None:
    failing: list[bool] = []
    host = a_host(("/k2k", k2k), person=lambda: raises() if failing else by_name())
    browser = Browser(host)
    browser.client.get(f"/enter/{ADMIN}")
    assert browser.get("/k2k/").status == 200
    known = k2k.sessions(ADMIN)
    failing.append(True)
    assert browser.get("/k2k/").status == 503
    failing.clear()
    assert browser.get("/k2k/").status == 200
    assert [one["session"] for one in k2k.sessions(ADMIN)] == [one["session"] for one in known]


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=NONSENSE)
def test_nonsense_lets_nobody_in_and_is_named_in_the_log(
    k2k: K2K, answer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    seen = Browser(a_host(("/k2k", k2k), person=lambda: answer)).get("/k2k/")
    assert (seen.status, FAILED in seen.text) == (503, True)
    assert "person() answers an e-mail address or None, not" in caplog.text


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_a_coroutine_is_no_answer(k2k: K2K, caplog: pytest.LogCaptureFixture) -> None:
    assert Browser(a_host(("/k2k", k2k), person=later)).get("/k2k/").status == 503
    assert "None, not coroutine" in caplog.text


@pytest.mark.parametrize("nobody", [None, ""])
def test_none_is_nobody(k2k: K2K, nobody: str | None) -> None:
    answer = a_host(("/k2k", k2k), person=lambda: nobody).test_client().get("/k2k/log-in")
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (302, "/enter")


@pytest.mark.parametrize(("raised", "status"), [(403, 403), (401, 401), (redirect("/terms"), 302)], ids=str)
def test_what_a_host_raises_to_answer_by_itself_is_the_answer(k2k: K2K, raised: Any, status: int) -> None:
    answer = a_host(("/k2k", k2k), person=lambda: abort(raised)).test_client().get("/k2k/")
    assert answer.status_code == status
    assert answer.headers.get("Location") == ("/terms" if status == 302 else None)


def test_a_host_that_hangs_holds_nobody_but_who_it_is_asked_about(
    k2k: K2K, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked, go = threading.Event(), threading.Event()

    def person() -> str | None:
        if session.get("email") == ADMIN:
            asked.set()
            assert go.wait(60)
        return session.get("email")

    host = a_host(("/k2k", k2k), person=person)
    statuses: list[int] = []

    def hang() -> None:
        client = host.test_client()
        client.get(f"/enter/{ADMIN}")
        statuses.append(client.get("/k2k/").status_code)

    waiting = threading.Thread(target=hang)
    waiting.start()
    assert asked.wait(60)
    browser = Browser(host)
    browser.client.get(f"/enter/{MANAGER}")
    assert browser.get("/k2k/orders/").status == 200
    k2k.set("BLOOM", values={"name": "Bloom & Co"})  # nor is the database held
    monkeypatch.setattr(host_login, "SLOW", 0.0)
    with caplog.at_level(logging.WARNING, "k2k.console"):
        go.set()
        waiting.join(60)
    assert statuses == [200]
    assert "s to say who its user is" in caplog.text


def test_two_consoles_of_one_host_are_two_networks_with_sessions_of_their_own(k2k: K2K, other: K2K) -> None:
    browser = Browser(a_host(("/roses", k2k), ("/fillers", other)))
    browser.client.get(f"/enter/{ADMIN}")
    for _ in range(2):
        assert "The other Bloom" not in browser.get("/roses/").text
        assert "The other Bloom" in browser.get("/fillers/").text
    assert (len(k2k.sessions(ADMIN)), len(other.sessions(ADMIN))) == (1, 1), "neither ends the other's"
    form = next(one for one in browser.get("/fillers/me/").forms if one.action.endswith("/me/appearance"))
    assert browser.send(form.put("theme", "dark")).at == "/fillers/me/"
    assert (k2k.preferences(ADMIN)["theme"], other.preferences(ADMIN)["theme"]) == ("system", "dark")
    browser.client.get(f"/enter/{MANAGER}")
    assert f'data-person="{MANAGER}"' in browser.get("/roses/").html
    assert (len(k2k.sessions(ADMIN)), len(other.sessions(ADMIN))) == (0, 1)


@pytest.mark.parametrize("path", ["/k2k", "/k2k/roses", "/erp"])
def test_a_second_console_is_not_mounted_over_or_below_the_first(k2k: K2K, path: str) -> None:
    first = "/erp/k2k" if path == "/erp" else "/k2k"
    host = a_host((first, k2k))
    with pytest.raises(NotConfigured, match=first):
        mount(host, path, k2k, HostLogIn(by_name, "/enter"), secret_key=KEY)
    mount(host, f"{first}2", k2k, HostLogIn(by_name, "/enter"), secret_key=KEY)


def behind_a_proxy(k2k: K2K) -> tuple[Flask, list[tuple[str, str]]]:
    """A host behind a proxy that takes its path away, and where it was when it was asked for its user."""
    at: list[tuple[str, str]] = []

    def person() -> str | None:
        at.append((request.root_path, request.path))
        return session.get("email")

    host = a_host(("/k2k", k2k), person=person)
    host.wsgi_app = ProxyFix(host.wsgi_app, x_prefix=1)  # type: ignore[method-assign]  # as Flask documents it
    return host, at


def test_a_host_behind_a_proxy_that_takes_its_path_away_has_the_console_below_both(k2k: K2K) -> None:
    host, at = behind_a_proxy(k2k)
    client = host.test_client()
    prefix = {"X-Forwarded-Prefix": "/erp"}
    answer = client.get("/k2k/orders/?view=k2k", headers=prefix)
    while urlsplit(answer.headers["Location"]).path.startswith("/erp/k2k"):
        answer = client.get(answer.headers["Location"].removeprefix("/erp"), headers=prefix)
    parts = urlsplit(answer.headers["Location"])
    assert (parts.path, parse_qs(parts.query)) == ("/erp/enter", {"next": ["/erp/k2k/orders/?view=k2k"]})
    client.get(f"/enter/{ADMIN}", headers=prefix)
    page = client.get("/k2k/", headers=prefix)
    assert page.status_code == 200
    addresses = re.findall(r' (?:href|src|action|hx-get|hx-post)="(/[^"]*)"', page.text)
    assert "/erp/leave" not in addresses, "it is where the form of the console leads"
    assert {one for one in addresses if not one.startswith("/erp/k2k/")} == set()
    assert len(addresses) > 10
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token is not None
    left = client.post("/k2k/log-out", data={"csrf_token": token[1]}, headers=prefix)
    assert left.headers["Location"] == "/erp/leave"
    assert set(at) >= {("/erp", "/k2k/orders/"), ("/erp", "/k2k/")}


def test_an_address_outside_of_the_host_is_left_as_it_is(k2k: K2K) -> None:
    host = Flask("erp")
    mount(host, "/k2k", k2k, HostLogIn(lambda: None, "https://id.example/in?app=1"), secret_key=KEY)
    answer = host.test_client().get("/k2k/log-in")
    assert answer.headers["Location"] == "https://id.example/in?app=1&next=%2Fk2k%2F"


@pytest.mark.needs("chromium")
def test_scans_that_wait_in_a_browser_are_sent_to_their_own_console(k2k: K2K, other: K2K, chromium: Chromium) -> None:
    host = a_host(("/roses", k2k), ("/fillers", other))
    with served(create_server(host, host="127.0.0.1", port=0, threads=8)) as port:
        context = chromium.new_context(base_url=f"http://127.0.0.1:{port}", locale="en-US", bypass_csp=True)
        page = context.new_page()
        page.goto(f"/enter/{ADMIN}")
        page.goto("/roses/scan/")
        page.route("**/scan/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
        page.locator("#code").fill("BOX-OF-ROSES")
        page.locator("#code").press("Enter")
        page.wait_for_function("Object.keys(localStorage).some((name) => name.startsWith('k2k.scan.waiting.'))")
        sent: list[str] = []
        page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
        page.goto("/fillers/scan/")
        page.wait_for_load_state("networkidle")
        assert sent == []
        page.unroute("**/scan/**")
        page.goto("/roses/scan/")
        page.wait_for_function("!Object.keys(localStorage).some((name) => name.startsWith('k2k.scan.waiting.'))")
        context.close()
    assert [urlsplit(url).path.split("/")[1] for url in sent] == ["roses"]
