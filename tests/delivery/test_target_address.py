"""Only addresses of the public internet are called, however they are written and whatever a host name resolves to."""

from __future__ import annotations

import socket
import threading
import time
from ipaddress import ip_address
from typing import Any

import pytest

from k2k_core.delivery import target_address
from k2k_core.delivery.target_address import Refused, closed, read_target, resolve
from k2k_core.delivery.webhook_post import PostLimits, post
from k2k_core.errors import Invalid

CLOSED = (
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.255.255.254", "169.254.169.254"),
    *("172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7"),
    *("203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.88.99.1"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::1", "2001::1"),
    *("2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fec0::1", "ff02::1", "100::1", "3fff::1", "4000::1"),
)
OPEN = ("93.184.216.34", "8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "64:ff9b::808:808")

NOTATIONS = (
    *("2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "127.0.1", "017700000001", "0x7f.1"),
    *("[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]", "[fe80::1]", "localhost", "LOCALHOST", "a.localhost"),
    *("db.internal", "printer.local", "00.00.00.00", "1.1.1.1.", "08.8.8.8", "8.8.8", "999.1.1.1"),
    *("127.0.0.1.", "printer"),
)


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_is_not_of_the_public_internet_is_closed(address: str) -> None:
    assert closed(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_public_internet_is_open(address: str) -> None:
    assert closed(ip_address(address)) == ""


@pytest.mark.parametrize("host", NOTATIONS)
def test_no_notation_of_a_closed_address_gets_in(host: str) -> None:
    with pytest.raises(Invalid):
        read_target(f"https://{host}/hook")
    with pytest.raises(Invalid):
        read_target(f"https://{host}:8443/hook")


@pytest.mark.parametrize(
    "url",
    [
        *("http://erp.example/hook", "ftp://erp.example", "//erp.example", "erp.example/hook", "", "https://", None, 7),
        *("https://user:secret@erp.example/", "https://user@erp.example/", "https://erp.example/#part"),
        *(
            "https://erp.example/a b",
            "https://erp.example/a\r\nHost: x",
            "https://erp.example\\@10.0.0.1/",
            "https://é.example/",
        ),
        *("https://erp.example:99999/", "https://erp.example:x/", "https://①②⑦.0.0.1/", "https://[fe80::1%25eth0]/"),
        f"https://erp.example/{'a' * 2000}",
    ],
)
def test_what_is_no_address_for_an_endpoint_is_refused(url: Any) -> None:
    with pytest.raises(Invalid):
        read_target(url)


def test_an_address_is_taken_apart() -> None:
    target = read_target("https://ERP.Example:8443/hook?of=k2k")
    assert target == ("erp.example", 8443, "/hook?of=k2k", True)
    assert target.authority == "erp.example:8443"
    assert read_target("https://erp.example").authority == "erp.example"
    assert read_target("https://[2606:4700::1111]/").authority == "[2606:4700::1111]"


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Have every name lead to these addresses; what was asked for."""
    asked: list[str] = []

    def answer(host: str, port: int, **more: Any) -> list[Any]:
        asked.append(host)
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [(family[ip_address(one).version], socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(target_address.socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize("address", CLOSED)
def test_a_name_that_leads_into_the_house_is_not_called(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = names(monkeypatch, "8.8.8.8", address)
    with pytest.raises(Refused, match="not of the public internet"):
        resolve(read_target("https://erp.example/"))
    outcome = post("https://erp.example/", {}, b"", PostLimits(connect=1, answer=1))
    assert not outcome.delivered
    assert "not of the public internet" in outcome.error
    assert asked == ["erp.example"] * 2


def test_it_is_the_address_that_was_looked_at_which_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that answers something else the second time is asked once only."""
    asked, called = names(monkeypatch, "8.8.8.8"), []

    class Socket(socket.socket):
        def connect(self, address: Any) -> None:
            called.append(address)
            raise ConnectionRefusedError

    monkeypatch.setattr("k2k_core.delivery.webhook_post.socket.socket", Socket)
    assert not post("https://erp.example/hook", {}, b"", PostLimits(connect=1, answer=1)).delivered
    assert (asked, called) == (["erp.example"], [("8.8.8.8", 443)])


def test_a_name_service_that_does_not_answer_holds_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(target_address.socket, "getaddrinfo", lambda *given, **more: over.wait(30) and [])
    begun = time.monotonic()
    outcome = post("https://erp.example/", {}, b"", PostLimits(connect=0.2, answer=1))
    assert (outcome.delivered, outcome.error) == (False, "no answer in time")
    assert time.monotonic() - begun < 10
    over.set()


def test_in_development_the_house_may_be_called() -> None:
    assert read_target("http://localhost:8000/hook", local=True) == ("localhost", 8000, "/hook", False)
    assert resolve(read_target("http://127.0.0.1/", local=True), local=True) == [(socket.AF_INET, "127.0.0.1")]
