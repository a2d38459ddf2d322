"""Headers of proxies that cannot be read, or say several things: a form is taken, or refused with words that name the
setting. Both servers answer the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from k2k_console.app import create_app
from k2k_console.serving.visitors import Visitors, trusted_proxy
from k2k_core.api import K2K
from k2k_core.errors import NotConfigured

on_one_engine = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

NAME = "k2k.example.com"
ADDRESS, PASSWORD = "behind@bloom.example", "a-password-behind-a-proxy"
KEY = "mN4vQ8rT2wX6zB1cD5fG9hJ3kL7pS0aE-behind"

PROTO = (
    "https",
    "https, https",
    "http, https",
    "https,http",
    "HTTPS",
    "",
    "httpz",
    "javascript",
    "https;q=1",
    ",",
    "\xff",
)
UNREADABLE = {"httpz", "javascript", "https;q=1", "\xff"}
HOST = (
    NAME,
    f"{NAME}, {NAME}",
    "inner.local",
    "",
    "a b",
    "[::1",
    "-",
    f"{NAME}:junk",
    f"{NAME}:99999",
    "\xe9.example",
    "/",
    "@",
)
PORT = ("", "443", "443, 443", "8443", "junk", "-1", "99999999", "443;", " ")
FOR = (
    "203.0.113.9",
    "10.9.9.9, 203.0.113.9",
    "",
    "unknown",
    "_hidden",
    "203.0.113.9:4711",
    "[2001:db8::9]:4711",
    "x" * 900,
    ",,",
)


class Answer(NamedTuple):
    """What a server says."""

    status: int
    body: str
    cookies: tuple[str, ...]


Ask = Callable[[str, dict[str, str], dict[str, str] | None], Answer]


def log_in(ask: Ask, said: dict[str, str]) -> list[Answer]:
    """Open the log-in through a proxy that says this, and send its form as a browser does; each answer."""
    headers = {"Host": NAME, **{f"X-Forwarded-{name}": value for name, value in said.items() if value}}
    shown = ask("GET", headers, None)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.body)
    if token is None:
        return [shown]
    cookies = "; ".join(one.partition(";")[0] for one in shown.cookies)
    form = {"csrf_token": token[1], "email": ADDRESS, "password": PASSWORD}
    return [shown, ask("POST", {**headers, "Cookie": cookies, "Referer": f"https://{NAME}/log-in"}, form)]


def is_fit(answers: list[Answer]) -> bool:
    """Whether somebody is logged in, or told which setting matters."""
    last = answers[-1]
    return last.status == 302 or (last.status == 400 and "K2K_TRUSTED_PROXY" in last.body)


@pytest.fixture
def person(k2k: K2K) -> K2K:
    k2k.add_user("BLOOM", ADDRESS, roles=["admin"], password=PASSWORD)
    return k2k


@pytest.fixture
def wrapped(person: K2K) -> Ask:
    """The console in production as every process of either server has it, asked by a proxy of this machine."""
    return asked(Visitors(create_app(person, secret_key=KEY, production=True), "127.0.0.1"), "127.0.0.1")


def asked(app: Any, address: str) -> Ask:
    def ask(method: str, headers: dict[str, str], form: dict[str, str] | None) -> Answer:
        builder = EnvironBuilder("/log-in", method=method, data=form)
        environ = builder.get_environ() | {"REMOTE_ADDR": address}
        environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        body, status, said = run_wsgi_app(app, environ)
        return Answer(int(status[:3]), b"".join(body).decode(), tuple(said.getlist("Set-Cookie")))

    return ask


def matrix() -> Iterator[dict[str, str]]:
    """What a proxy may say: every two headers in every way, the others as they should be."""
    right = {"Proto": "https", "Host": NAME, "Port": "", "For": "203.0.113.9"}
    every = {"Proto": PROTO, "Host": HOST, "Port": PORT, "For": FOR}
    for one, other in (("Proto", "Host"), ("Host", "Port"), ("Proto", "For")):
        yield from (right | {one: first, other: second} for first, second in product(every[one], every[other]))


@on_one_engine
def test_whatever_a_trusted_proxy_says_a_form_is_taken_or_the_setting_is_named(wrapped: Ask) -> None:
    answers = {tuple(said.items()): log_in(wrapped, said) for said in matrix()}
    assert {said: [one.status for one in found] for said, found in answers.items() if not is_fit(found)} == {}
    taken = [dict(said) for said, found in answers.items() if found[-1].status == 302]
    assert {one["Proto"] for one in taken} == set(PROTO) - UNREADABLE
    assert {one["For"] for one in taken} == set(FOR), "no address of a client keeps it from logging in"


@on_one_engine
@pytest.mark.parametrize("said", ["https, https", "http, https"])
def test_what_the_nearest_proxy_says_counts(wrapped: Ask, said: str) -> None:
    assert log_in(wrapped, {"Proto": said, "Host": f"other.example, {NAME}"})[-1].status == 302


Served = Callable[[K2K, Path], AbstractContextManager[int]]


@pytest.fixture
def over_a_socket(person: K2K, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """The same, served by waitress."""
    for name, value in (("ENV", "production"), ("SECRET_KEY", KEY), ("TRUSTED_PROXY", "127.0.0.1")):
        monkeypatch.setenv(f"K2K_{name}", value)
    with served(person, tmp_path / "data") as port:

        def ask(method: str, headers: dict[str, str], form: dict[str, str] | None) -> Answer:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            kind = {} if form is None else {"Content-Type": "application/x-www-form-urlencoded"}
            encoded = {name: value.encode("latin-1") for name, value in {**headers, **kind}.items()}
            connection.request(method, "/log-in", urlencode(form or {}), encoded)
            answer = connection.getresponse()
            found = answer.read().decode()
            connection.close()
            return Answer(answer.status, found, tuple(answer.headers.get_all("Set-Cookie") or ()))

        yield ask


@pytest.mark.long
@on_one_engine
@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        *(("Proto", one, 400 if one in UNREADABLE else 302) for one in PROTO),
        *(("Host", one, 302 if NAME in one and ":" not in one else 400) for one in HOST if one),
        *(("Port", one, 302 if one in ("", " ", "443", "443, 443") else 400) for one in PORT),
        *(("For", one, 302) for one in FOR),
    ],
)
def test_both_servers_read_it_alike(wrapped: Ask, over_a_socket: Ask, header: str, value: str, status: int) -> None:
    said = {"Proto": "https", "Host": NAME, "For": "203.0.113.9", header: value}
    for ask in (wrapped, over_a_socket):
        found = log_in(ask, said)
        assert is_fit(found)
        assert found[-1].status == status


@pytest.mark.parametrize(
    ("proxy", "asks", "trusted"),
    [
        *(("127.0.0.1", "127.0.0.1", True), ("127.0.0.1", "::ffff:127.0.0.1", True), ("::1", "::1", True)),
        *(("127.0.0.1", "::1", False), ("10.0.0.1", "127.0.0.1", False), ("", "127.0.0.1", False), ("", "", False)),
        ("0:0:0:0:0:0:0:1", "::1", True),
    ],
)
def test_a_proxy_is_known_by_its_address_however_that_is_written(proxy: str, asks: str, trusted: bool) -> None:
    met: list[dict[str, Any]] = []
    environ = {"REMOTE_ADDR": asks, "HTTP_X_FORWARDED_FOR": "203.0.113.9", "wsgi.url_scheme": "http"}
    Visitors(lambda environ, _: met.append(environ) or [], trusted_proxy({"K2K_TRUSTED_PROXY": proxy}))(environ, None)
    assert (met[0]["REMOTE_ADDR"] == "203.0.113.9") is trusted
    assert ("HTTP_X_FORWARDED_FOR" in met[0]) is trusted


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        *(("203.0.113.9:4711", "203.0.113.9"), ("[2001:db8::9]:4711", "2001:db8::9"), ("2001:db8::9", "2001:db8::9")),
        *(("10.0.0.1, 203.0.113.9", "203.0.113.9"), ("unknown", "127.0.0.1"), ("_x", "127.0.0.1"), ("", "127.0.0.1")),
        ("::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_client_is_an_address_without_a_port_else_the_proxy(said: str, seen: str) -> None:
    met: list[dict[str, Any]] = []
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": said, "wsgi.url_scheme": "http"}
    Visitors(lambda environ, _: met.append(environ) or [], "127.0.0.1")(environ, None)
    assert met[0]["REMOTE_ADDR"] == seen


@pytest.mark.parametrize(
    "given", ["localhost", "10.0.0.0/8", "127.0.0.1, 10.0.0.1", "127.0.0.1:80", "*", "proxy.local", "256.1.1.1", "yes"]
)
def test_a_setting_that_is_no_address_is_refused_by_its_name(given: str) -> None:
    with pytest.raises(NotConfigured, match="K2K_TRUSTED_PROXY is .*" + re.escape(repr(given))):
        trusted_proxy({"K2K_TRUSTED_PROXY": given})


@on_one_engine
@pytest.mark.parametrize(
    "said", [{}, {"Proto": "httpz", "Host": "a b", "Port": "junk", "For": "x"}], ids=["nothing", "junk"]
)
def test_what_anybody_else_says_is_ignored(person: K2K, said: dict[str, str]) -> None:
    console = Visitors(create_app(person, secret_key=KEY, production=True), "10.0.0.1")
    assert log_in(asked(console, "127.0.0.1"), said)[-1].status == 302
