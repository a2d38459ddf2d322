"""`k2k serve --processes`: several processes over PostgreSQL behave as one, also when one of them dies."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from k2k_console.serving.visitors import Visitors
from k2k_core.api import K2K
from k2k_core.cli import main

NETWORK = Path(__file__).with_name("small_network.yaml")
PASSWORD = "twelve red roses"
LONGEST = 60.0
on_postgresql = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))], indirect=True
)


class Server:
    """A `k2k serve` of its own process group."""

    def __init__(self, url: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "k2k_core.cli", "serve", "--port", "0", "--database", url, *arguments]
        environment = {"K2K_SECRET_KEY": "a long random text for sessions, 48 characters.", **os.environ}
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, env=environment, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self.said = ""
        for line in self.process.stdout or ():
            self.said += line
            if found := re.search(r"http://[\d.]+:\d+", line):
                self.address = found.group()
                return
        raise AssertionError(self.said)

    def workers(self, number: int, without: int = 0) -> set[int]:
        """The processes that answer, as soon as there are so many and one that died is not among them."""
        children, deadline = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children"),
            time.monotonic() + LONGEST,
        )
        while time.monotonic() < deadline:
            found = {int(pid) for pid in children.read_text().split()}
            if len(found) == number and without not in found:
                return found
            self.is_well()
        raise AssertionError(f"there are {found}, not {number}")

    def is_well(self) -> bool:
        """Whether it answers so."""
        with urllib.request.urlopen(f"{self.address}/health", timeout=LONGEST) as answer:
            return bool(json.load(answer)["status"] == "ok")

    def end(self) -> int:
        """End it as a service manager does; its exit status."""
        self.process.terminate()
        self.said += self.process.communicate(timeout=LONGEST)[0]
        return self.process.returncode

    def kill(self) -> None:
        """Leave nothing behind, whatever the test did."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.communicate()


@pytest.fixture
def url(database_url: str) -> str:
    """A small network, and somebody who may log in."""
    assert main(["run", str(NETWORK), "--database", database_url]) == 0
    with K2K.open(database_url) as k2k:
        k2k.add_user("BLOOM", "max@bloom.test", name="Max", roles=["admin"], password=PASSWORD)
    return database_url


@pytest.fixture
def started(url: str) -> Iterator[Callable[..., Server]]:
    """Starts a server on the network with these arguments."""
    running: list[Server] = []

    def start(*arguments: str) -> Server:
        running.append(Server(url, *arguments))
        return running[-1]

    yield start
    for server in running:
        server.kill()


class Fields(HTMLParser):
    """The fields of a page, with what stands in them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name"):
            self.found[str(given["name"])] = given.get("value") or ""


class Visitor:
    """A browser that keeps its cookies, at whichever server it is sent to."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, address: str) -> str:
        """A page."""
        with self._opener.open(address, timeout=LONGEST) as answer:
            return str(answer.read().decode())

    def send(self, address: str, **values: str) -> str:
        """The form of a page, filled in."""
        data = urllib.parse.urlencode({**Fields(self.get(address)).found, **values}).encode()
        with self._opener.open(address, data, timeout=LONGEST) as answer:
            return str(answer.read().decode())


@pytest.mark.long
@on_postgresql
def test_several_processes_on_two_machines_are_one_console(started: Callable[..., Server]) -> None:
    servers = [started("--processes", "2"), started()]
    assert servers[0].workers(2)
    visitor = Visitor()
    assert "Overview" in visitor.send(f"{servers[0].address}/log-in", email="max@bloom.test", password=PASSWORD)
    for number in range(6):
        place = servers[number % 2].address
        visitor.send(f"{place}/companies/edit/?id=BLOOM", name=f"Bloom {number}")
        for server in servers * 2:  # every process, or nearly: it is there at once, wherever one looks
            assert Fields(visitor.get(f"{server.address}/companies/edit/?id=BLOOM")).found["name"] == f"Bloom {number}"
    assert [server.end() for server in servers] == [0, 0]
    for server in servers:
        assert server.said.endswith("Ended.\n")
        assert server.said.count("Ended.") == 1
        assert "Traceback" not in server.said


@on_postgresql
def test_a_process_that_is_killed_is_replaced_and_the_others_answer_meanwhile(started: Callable[..., Server]) -> None:
    server = started("--processes", "2")
    before = server.workers(2)
    os.kill(min(before), signal.SIGKILL)
    assert len(server.workers(2, without=min(before)) - before) == 1
    assert server.is_well()
    assert server.end() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_several_processes_are_refused_where_they_are_of_no_use(k2k: Any, database_url: str) -> None:
    for arguments in (("--database", database_url), ("--demo",)):
        ran = k2k("serve", "--port", "0", "--processes", "2", *arguments)
        assert ran.status == 2
        assert ran.err.startswith("error[usage]: ")
        assert "--processes" in ran.err
    assert k2k("serve", "--processes", "0").err.startswith("error[usage]: ")


@on_postgresql
def test_without_a_key_production_is_refused_before_any_process_starts(
    k2k: Any, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("K2K_ENV", "production")
    monkeypatch.delenv("K2K_SECRET_KEY", raising=False)
    ran = k2k("serve", "--port", "0", "--processes", "2", "--database", database_url)
    assert ran.status == 2
    assert ran.err.startswith("error[not_configured]: ")
    assert "K2K_SECRET_KEY" in ran.err


@pytest.mark.parametrize(("proxy", "seen"), [("", "10.0.0.7"), ("10.0.0.7", "203.0.113.9"), ("10.0.0.8", "10.0.0.7")])
def test_only_the_trusted_proxy_says_who_the_visitor_is(proxy: str, seen: str) -> None:
    met: list[dict[str, Any]] = []

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        met.append(environ)
        return []

    environ = {"REMOTE_ADDR": "10.0.0.7", "HTTP_X_FORWARDED_FOR": "203.0.113.9", "HTTP_X_FORWARDED_PROTO": "https"}
    Visitors(app, proxy)({**environ, "wsgi.url_scheme": "http"}, None)
    assert met[0]["REMOTE_ADDR"] == seen
    assert met[0]["wsgi.url_scheme"] == ("https" if seen == "203.0.113.9" else "http")
