"""No header of a request breaks an address: every address of the URL map × every header that somebody reads, and a few
addresses × every value. Each is refused or answered like another, never by an error of the server."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

import pytest
from flask import Flask

from tests.console.conftest import Browser
from tests.console.test_every_method import rules

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

LONG, BYTES, NUMBERS = "a" * 9000, "\xff\xfe\x80", "9" * 400
TEXTS = ("", " ", ",", ";", "=", "\x00", "\x7f", "'\"", "%", "%00%ff", "{{7*7}}", "../..", LONG, BYTES, NUMBERS, "-1")

VALUES: dict[str, tuple[str, ...]] = {
    "Host": ("[", "[::1", "a:b", "k2k.test:99999999", "evil.test", "a@b", "xn--\xff", "a b", "\u0660.test"),
    "X-Forwarded-For": ("unknown", "1.2.3.4, , x", "::1%eth0", "[::", "127.0.0.1:99999999"),
    "X-Forwarded-Host": ("evil.test", "[", "a,b"),
    "X-Forwarded-Proto": ("https", "javascript", "https,http,"),
    "X-Forwarded-Port": ("99999999", "x"),
    "X-Forwarded-Prefix": ("/evil", "//evil.test"),
    "Forwarded": ('for="[', "for=_x;proto=", ';;;="'),
    "Accept-Language": ("*", "x;q=", "es;q=NaN", "en;q=1e999", "-", "zh-Hans-" + "x" * 500, "es_ES@evil", ",,;q=-1"),
    "Accept": ("*/*;q=x", "text/html;level=", "/", "*", 'a/b;c="'),
    "Accept-Encoding": ("gzip;q=x", "br, , *"),
    "Cookie": (
        "k2k",
        "k2k=",
        "k2k=.eJw",
        "k2k=a.b.c; k2k=d",
        "k2k_device=" + LONG,
        "=;=;",
        "k2k=eyJhIjoi.x.y",
        'k2k="\\',
    ),
    "Content-Type": ("multipart/form-data", "multipart/form-data; boundary=", "text/x; charset=utf-99", "a/b;c=", "/"),
    "Content-Length": ("-1", "x", "1e3", NUMBERS),
    "Transfer-Encoding": ("chunked", "x"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=5-1", "bytes=0-1,3-4," * 200, "lines=1", "bytes=x-y", f"bytes={NUMBERS}-"),
    "If-Range": ('"x"', "Mon, 99 Foo 2026 99:99:99 GMT"),
    "If-None-Match": ("*", 'W/"', '"x', '"a", W/"b", c'),
    "If-Match": ("*", 'W/"', '"x'),
    "If-Modified-Since": ("yesterday", "Mon, 99 Foo 2026 99:99:99 GMT", "Thu, 01 Jan 99999 00:00:00 GMT"),
    "If-Unmodified-Since": ("yesterday", "Thu, 01 Jan 0000 00:00:00 GMT"),
    "HX-Request": ("true", "false"),
    "HX-Target": ("#main", "<b>", "body"),
    "HX-Trigger": ("x", "<b>"),
    "HX-Trigger-Name": ("q", "<b>"),
    "HX-Prompt": ("\u2028", "<b>"),
    "HX-Boosted": ("true",),
    "HX-Current-URL": ("http://[", "javascript:alert(1)", "/orders/?\x00"),
    "HX-History-Restore-Request": ("true",),
    "K2K-Background": ("count", "x"),
    "Sec-Fetch-Mode": ("navigate", "cors", "x"),
    "Referer": ("http://[", "javascript:alert(1)", "//evil.test"),
    "Origin": ("null", "http://[", "https://evil.test"),
    "User-Agent": ("<script>",),
    "Authorization": ("Basic", "Basic x", "Bearer " + LONG, "Digest username="),
    "X-CSRFToken": ("x", "a.b.c"),
    "X-HTTP-Method-Override": ("DELETE", "POST"),
    "Upgrade": ("h2c", "websocket"),
    "Max-Forwards": ("0", "x"),
}
ALONE = ("Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Cookie", "X-HTTP-Method-Override")
"""Headers that refuse a request before anybody reads the others."""
SOME = ("/", "/log-in", "/orders/", "/search/?q=o", "/static/app.css", "/health", "/not-there")


ROUNDS = max(map(len, VALUES.values())) + len(TEXTS)
"""How often all headers are sent together until each value of each was."""


def asked(browser: Browser, address: str, method: str = "GET", **given: str) -> int:
    """The status of a request with headers as a socket would bring them, whatever is in them."""
    names = {name: "HTTP_" + name.upper().replace("-", "_") for name in given}
    plain = {"Content-Type": "CONTENT_TYPE", "Content-Length": "CONTENT_LENGTH"}
    environ = {plain.get(name, names[name]): _latin(value) for name, value in given.items()}
    with browser.client.open(address, method=method, environ_overrides=environ) as answer:
        answer.get_data()
        return int(answer.status_code)


def test_the_name_of_another_host_is_in_no_answer(visit: Any) -> None:
    for header in ("Host", "X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded"):
        for address in SOME:
            answer = visit("").client.get(address, headers={header: "evil.test"})
            with answer:
                assert b"evil.test" not in answer.get_data() + str(answer.headers).encode(), (header, address)


def _latin(value: str) -> str:
    return value.encode().decode("latin-1") if any(ord(one) > 255 for one in value) else value


def together(number: int) -> dict[str, str]:
    """Each header that is read beside others, with one of its values."""
    known = {name: (*values, *TEXTS) for name, values in VALUES.items() if name not in ALONE}
    return {name: values[number % len(values)] for name, values in known.items()}


def alone() -> Iterator[tuple[str, str]]:
    """The headers that are not read beside others, with each of their values."""
    for name in ALONE:
        yield from ((name, value) for value in (*VALUES[name], *TEXTS))


@pytest.mark.parametrize("email", ["", "admin@bloom.test"])
def test_no_value_of_a_header_breaks_an_address(visit: Any, email: str) -> None:
    browser, addresses = visit(email), cycle(SOME)
    for number in range(ROUNDS):
        for address in SOME[number % 2 :: 2]:
            assert asked(browser, address, **together(number)) < 500, (address, number)
    for name, value in alone():
        address = next(addresses)
        assert asked(browser, address, **{name: value}) < 500, (address, name, value)
        assert email or asked(browser, "/log-in", "POST", **{name: value}) < 500, (name, value)


def test_no_address_is_broken_by_a_header(visit: Any, app: Flask) -> None:
    browser, values = visit("admin@bloom.test"), cycle(list(alone()))
    for number, (address, taken) in enumerate(rules(app)):
        for method in taken & {"GET", "POST"}:
            assert asked(browser, address, method, **together(number)) < 500, (address, method, number)
            name, value = next(values)
            assert asked(browser, address, method, **{name: value}) < 500, (address, method, name, value)
