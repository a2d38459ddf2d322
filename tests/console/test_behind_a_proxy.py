"""The proxies of the documentation, as they are written there: people log in through them, alone and in a chain."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from k2k_core.api import K2K

TOP = Path(__file__).parents[2]
NAME = "k2k.example.com"
ADDRESS = "behind@bloom.example"
PASSWORD = "a-password-behind-a-proxy"
KEY = "mN4vQ8rT2wX6zB1cD5fG9hJ3kL7pS0aE-behind"

pytestmark = [pytest.mark.parametrize("engine", ["sqlite"], indirect=True), pytest.mark.needs("openssl")]
nginx = pytest.mark.needs("nginx")
caddy = pytest.mark.needs("caddy")


def documented(language: str, place: int = 0) -> str:
    """The example of the documentation in this language; the second is below a path."""
    text = (TOP / "docs" / "operating.md").read_text(encoding="utf-8")
    found: str = re.findall(rf"```{language}\n(.*?)```", text, re.S)[place]
    return found


def below_a_path(language: str) -> str:
    """The example with what the second one says in place of its own way to the console."""
    first, second = documented(language), documented(language, 1)
    if language == "nginx":
        return re.sub(r" *location / \{.*?\}\n", lambda _: second, first, flags=re.S)
    return re.sub(r" *request_header.*\n *reverse_proxy.*\n", lambda _: second, first)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a certificate for the documented name."""
    new = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout k2k.key -out k2k.crt"
    )
    names = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    subprocess.run([*new.split(), *names], check=True, capture_output=True, cwd=tmp_path)
    return tmp_path


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[int]:
    """A proxy until the end of the block; answers its port once it listens."""
    environment = {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin", "XDG_DATA_HOME": str(folder)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        try:
            for _ in range(200):
                assert process.poll() is None, process.stdout and process.stdout.read().decode()
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def here(example: str, folder: Path, port: int, upstream: int) -> str:
    """An example with the ports and files of the test."""
    return (
        example.replace("/etc/ssl", str(folder))
        .replace("127.0.0.1:8800", f"127.0.0.1:{upstream}")
        .replace("listen 443", f"listen 127.0.0.1:{port}")
    )


def as_nginx(folder: Path, upstream: int, example: str = "", without: str = "(?!)") -> Any:
    port = free_port()
    lines = here(example or documented("nginx"), folder, port, upstream).splitlines()
    text = "\n".join(line for line in lines if not re.search(without, line))
    kinds = " ".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    file = folder / f"nginx-{port}.conf"
    file.write_text(
        f"daemon off; master_process off; pid {folder}/nginx-{port}.pid; error_log stderr;\n"
        f"events {{}}\nhttp {{ access_log off; {kinds}\n{text}\n}}\n"
    )
    return running([shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(file), "-p", str(folder)], port, folder)


def as_caddy(folder: Path, upstream: int, example: str = "", trusted: str = "") -> Any:
    port = free_port()
    text = here(example or documented("caddy"), folder, port, upstream).replace(NAME, f"https://{NAME}:{port}", 1)
    if trusted:
        text = re.sub(r"(reverse_proxy \S+)", rf"\1 {{\n trusted_proxies {trusted}\n}}", text)
    file = folder / f"Caddyfile-{port}"
    file.write_text("{\n admin off\n auto_https disable_redirects\n}\n" + text)
    command = ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
    return running(command, port, folder)


class Visitor:
    """A browser that reaches a proxy under the documented name."""

    def __init__(self, port: int, folder: Path, host: str = "") -> None:
        trust = ssl.create_default_context(cafile=str(folder / "k2k.crt"))
        self.host = host or f"{NAME}:{port}"
        self.sent_to = ""
        self._port, self._trust, self._cookies = port, trust, dict[str, str]()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        connection = HTTPSConnection("127.0.0.1", self._port, timeout=30, context=self._trust)
        raw = socket.create_connection(("127.0.0.1", self._port), 30)
        connection.sock = self._trust.wrap_socket(raw, server_hostname=NAME)
        sent = {"Host": self.host, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            sent |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{self.host}{path}"}
        connection.request(method, path, urlencode(form or {}), {**sent, **headers})
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name] = value
        body, self.sent_to = answer.read().decode(), answer.headers.get("Location", "")
        connection.close()
        return answer.status, body

    def log_in(
        self, email: str = ADDRESS, password: str = PASSWORD, below: str = "", **headers: str
    ) -> tuple[int, str]:
        """Fill in the form of the log-in."""
        status, page = self.ask("GET", f"{below}/log-in")
        assert status == 200, page
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        form = {"csrf_token": token[1], "email": email, "password": password}
        return self.ask("POST", f"{below}/log-in", form, **headers)


@pytest.fixture
def console(served: Any, k2k: K2K, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The console in production, behind a proxy of this machine; answers its port."""
    monkeypatch.setenv("K2K_ENV", "production")
    monkeypatch.setenv("K2K_SECRET_KEY", KEY)
    monkeypatch.setenv("K2K_TRUSTED_PROXY", "127.0.0.1")
    k2k.add_user("BLOOM", ADDRESS, roles=["admin"], password=PASSWORD)
    with served(k2k, folder / "data") as port:
        yield port


PROXIES: dict[str, Callable[[Path, int], Any]] = {"nginx": as_nginx, "caddy": as_caddy}


@pytest.mark.parametrize("proxy", [pytest.param("nginx", marks=nginx), pytest.param("caddy", marks=caddy)])
def test_people_log_in_through_the_documented_proxy(console: int, folder: Path, proxy: str) -> None:
    with PROXIES[proxy](folder, console) as port:
        assert Visitor(port, folder).log_in()[0] == 302


@pytest.mark.parametrize(
    ("proxy", "made"),
    [pytest.param("nginx", as_nginx, marks=nginx), pytest.param("caddy", as_caddy, marks=caddy)],
    ids=["nginx", "caddy"],
)
def test_the_console_is_below_a_path_of_the_documented_proxy(
    console: int, folder: Path, proxy: str, made: Callable[..., Any]
) -> None:
    with made(folder, console, below_a_path(proxy)) as port:
        visitor = Visitor(port, folder)
        assert visitor.ask("GET", "/k2k/orders/")[0] == 302
        assert visitor.sent_to.partition("?")[0] == "/k2k/log-in"
        assert visitor.log_in(below="/k2k")[0] == 302
        assert visitor.sent_to == "/k2k/"
        status, page = visitor.ask("GET", "/k2k/")
        addresses = re.findall(r' (?:href|src|action|hx-get|hx-post)="(/[^"]*)"', page)
        assert (status, len(addresses) > 10) == (200, True)
        assert {one for one in addresses if not one.startswith("/k2k/")} == set()
        assert visitor.ask("GET", next(one for one in addresses if "app.css" in one))[0] == 200


@pytest.mark.parametrize("proxy", [pytest.param("nginx", marks=nginx), pytest.param("caddy", marks=caddy)])
def test_a_client_does_not_say_that_there_is_a_path(console: int, folder: Path, proxy: str) -> None:
    with PROXIES[proxy](folder, console) as port:
        visitor = Visitor(port, folder)
        visitor.ask("GET", "/orders/", **{"X-Forwarded-Prefix": "/elsewhere"})
        assert visitor.sent_to.partition("?")[0] == "/log-in"


@pytest.mark.parametrize("path", ["k2k", "//elsewhere.example", "/..", "/k2k/./x", "/a//b", "/k 2k", "/k2k?x", "/<b>"])
def test_a_path_that_is_none_is_refused_with_the_setting(console: int, path: str) -> None:
    status, said, _ = plain(console, path)
    assert (status, "X-Forwarded-Prefix" in said, "K2K_TRUSTED_PROXY" in said) == (400, True, True)


@pytest.mark.parametrize("path", ["/k2k/", "/erp/k2k", "/not/this, /k2k"])
def test_of_several_paths_the_one_of_the_nearest_proxy_counts(console: int, path: str) -> None:
    status, _, sent_to = plain(console, path)
    below = path.rpartition(" ")[2].rstrip("/")
    assert (status, sent_to.partition("?")[0]) == (302, f"{below}/log-in")


def plain(console: int, path: str) -> tuple[int, str, str]:
    """What the console answers a proxy that names this path."""
    connection = HTTPConnection("127.0.0.1", console, timeout=30)
    connection.request("GET", "/orders/", headers={"X-Forwarded-Prefix": path, "X-Forwarded-Proto": "https"})
    answer = connection.getresponse()
    said, sent_to = answer.read().decode(), answer.headers.get("Location", "")
    connection.close()
    return answer.status, said, sent_to


@nginx
@caddy
@pytest.mark.parametrize("inner", ["nginx", "caddy"])
def test_people_log_in_through_a_chain_of_proxies(console: int, folder: Path, inner: str) -> None:
    inside = documented("nginx").replace(" ssl;", ";").replace("$scheme", "https")
    inside = re.sub(r" *ssl_certificate.*\n", "", inside)
    inside = inside.replace("server {", "server {\nset_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;")
    with ExitStack() as open_:
        if inner == "nginx":
            near = open_.enter_context(as_nginx(folder, console, inside))
            far = open_.enter_context(as_caddy(folder, near))
        else:
            port = free_port()
            near_text = f"http://:{port} {{\n reverse_proxy 127.0.0.1:{console} {{\n trusted_proxies 127.0.0.1\n}}\n}}"
            file = folder / "Near"
            file.write_text("{\n admin off\n auto_https off\n}\n" + near_text)
            command = ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]
            near = open_.enter_context(running(command, port, folder))
            far = open_.enter_context(as_nginx(folder, near))
        assert Visitor(far, folder).log_in()[0] == 302


@nginx
def test_a_proxy_that_names_the_host_beside_is_taken_at_its_word(console: int, folder: Path) -> None:
    with as_nginx(folder, console, without="header Host ") as port:
        assert Visitor(port, folder).log_in()[0] == 302


@nginx
def test_a_proxy_that_names_no_host_is_told_what_is_missing(console: int, folder: Path) -> None:
    with as_nginx(folder, console, without="Host ") as port:
        status, page = Visitor(port, folder).log_in()
    assert status == 400
    assert f"{NAME}:{port}" in page
    assert "K2K_TRUSTED_PROXY" in page


@nginx
def test_a_browser_that_hides_where_a_form_comes_from_is_told_so(console: int, folder: Path) -> None:
    with as_nginx(folder, console) as port:
        status, page = Visitor(port, folder).log_in(Referer="")
    assert (status, "Referer" in page) == (400, True)


def test_without_https_a_form_is_refused_with_the_setting(console: int) -> None:
    connection = HTTPConnection("127.0.0.1", console, timeout=30)
    connection.request("POST", "/log-in", "email=a", {"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    assert (answer.status, "K2K_TRUSTED_PROXY" in said) == (400, True)
