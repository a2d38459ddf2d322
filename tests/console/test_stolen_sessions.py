"""A session whose cookie was copied: used from another address with another browser it ends, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from k2k_console.app import create_app
from k2k_core.api import K2K

from .conftest import NOW, Browser, Seen

KEY = "the same in every process, 48 characters or more."
ANA = "admin@bloom.test"
HERE, THERE = "10.0.0.7", "198.51.100.7"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
UPDATED = FIREFOX.replace("128", "129")
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
DESK = "/companies/"


def asked(browser: Browser, address: str, agent: str, path: str = DESK) -> Seen:
    """A page, as somebody of this address and browser gets it."""
    headers, environ = {"User-Agent": agent}, {"REMOTE_ADDR": address}
    answer = browser.client.get(path, headers=headers, environ_base=environ, follow_redirects=True)
    return Seen(answer.status_code, answer.get_data(as_text=True), answer.headers, answer.request.path)


def logged_in(browser: Browser, address: str = HERE, agent: str = FIREFOX) -> Browser:
    browser.client.environ_base = {"REMOTE_ADDR": address, "HTTP_USER_AGENT": agent}
    assert browser.log_in(ANA).status == 200
    return browser


def test_a_copied_cookie_ends_the_session_and_the_log_in_says_why(visit: Any, k2k: K2K) -> None:
    owner = logged_in(visit(""))
    assert asked(owner, HERE, FIREFOX).at == DESK
    stolen = asked(owner, THERE, CHROME)
    assert stolen.at == "/log-in"
    assert "used from another address with another browser" in stolen.text
    assert "session_moved" in stolen.text
    told = asked(owner, HERE, FIREFOX)
    assert (told.at, "session_moved" in told.text) == ("/log-in", True)
    assert k2k.sessions(ANA) == []


def test_the_audit_says_once_from_where_to_where(visit: Any, k2k: K2K) -> None:
    owner = logged_in(visit(""))
    for _ in range(3):
        asked(owner, THERE, CHROME)
    moved = [one for one in k2k.audit("BLOOM")["items"] if one["action"] == "user.session_moved"]
    assert [(one["subject"], one["before"], one["after"]) for one in moved] == [
        (ANA, {"address": HERE, "agent": FIREFOX}, {"address": THERE, "agent": CHROME})
    ]
    said = "ended a session of admin@bloom.test, which was used from another address with another browser"
    assert said in logged_in(visit("")).get("/").text


def test_logging_in_again_makes_another_session(visit: Any) -> None:
    owner = logged_in(visit(""))
    asked(owner, THERE, CHROME)
    assert "session_moved" in asked(owner, HERE, FIREFOX).text
    logged_in(owner)
    assert asked(owner, HERE, FIREFOX).at == DESK


def test_it_is_said_in_the_language_of_the_reader(visit: Any, k2k: K2K) -> None:
    owner = logged_in(visit(""))
    owner.client.get("/language?language=es")
    page = asked(owner, THERE, CHROME)
    assert "desde otra dirección y con otro navegador" in page.text
    assert "session_moved" in page.text


def test_a_phone_that_changes_its_network_goes_on(visit: Any, k2k: K2K) -> None:
    phone = logged_in(visit(""))
    for address in (THERE, "2001:db8::7", HERE, "100.64.3.9"):
        assert asked(phone, address, FIREFOX).at == DESK
    assert len(k2k.sessions(ANA)) == 1


@pytest.mark.parametrize(
    ("address", "agent"), [(HERE, CHROME), (HERE, ""), (THERE, UPDATED)], ids=["another", "none", "updated"]
)
def test_a_browser_that_calls_itself_otherwise_goes_on(visit: Any, address: str, agent: str) -> None:
    assert asked(logged_in(visit("")), address, agent).at == DESK


def test_a_program_that_names_no_browser_elsewhere_is_another(visit: Any) -> None:
    assert "session_moved" in asked(logged_in(visit("")), THERE, "").text


def test_a_form_of_the_owner_is_carried_through_the_log_in(visit: Any) -> None:
    owner = logged_in(visit(""))
    form = owner.get("/gpms/").form
    asked(owner, THERE, CHROME)
    owner.client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    page = owner.send(form)
    assert page.status == 401
    assert "session_moved" in page.text
    assert "Nothing you typed is lost" in page.text


def test_an_open_page_is_told_over_itself(visit: Any) -> None:
    owner = logged_in(visit(""))
    asked(owner, THERE, CHROME)
    answer = owner.client.get("/session")
    assert (answer.status_code, "session_moved" in answer.get_data(as_text=True)) == (401, True)


@pytest.fixture
def other(k2k: K2K, database_url: str) -> Iterator[K2K]:
    """The same network, as another process has it open."""
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        yield opened


def test_what_one_process_ended_is_over_in_another(k2k: K2K, other: K2K) -> None:
    first, second = (Browser(create_app(one, secret_key=KEY, testing=True)) for one in (k2k, other))
    second.client._cookies = first.client._cookies
    logged_in(first)
    assert asked(second, HERE, FIREFOX).at == DESK
    assert "session_moved" in asked(second, THERE, CHROME).text
    assert "session_moved" in asked(first, HERE, FIREFOX).text


Served = Callable[[K2K, Path], AbstractContextManager[int]]


def said_to(port: int, cookie: str, **headers: str) -> tuple[int, str]:
    """Status and place that a console over a socket answers."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", DESK, headers={"Cookie": cookie, "User-Agent": FIREFOX, **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location", "").partition("?")[0]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("trusted", [True, False], ids=["trusted proxy", "no proxy is trusted"])
def test_behind_a_proxy_the_addresses_are_those_that_it_names(
    k2k: K2K, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    monkeypatch.setenv("K2K_TRUSTED_PROXY", "127.0.0.1" if trusted else "")
    monkeypatch.setenv("K2K_SECRET_KEY", KEY)
    app = create_app(k2k, secret_key=KEY, testing=True)
    owner = logged_in(Browser(app), HERE if trusted else "127.0.0.1")
    cookie = f"k2k={owner.client.get_cookie('k2k').value}"
    with served(k2k, tmp_path / "data") as port:
        assert said_to(port, cookie, **{"X-Forwarded-For": HERE}) == (200, "")
        assert said_to(port, cookie, **{"X-Forwarded-For": THERE}) == (200, "")
        answered = said_to(port, cookie, **{"X-Forwarded-For": "203.0.113.9", "User-Agent": CHROME})
        assert answered == ((302, "/log-in") if trusted else (200, ""))
