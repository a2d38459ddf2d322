"""The console as it is served: over a socket, with a configured secret key, alone or behind a proxy."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from k2k_console.serving import server
from k2k_core.api import K2K

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def _ask(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, body


def test_the_console_answers_and_keeps_a_key_beside_the_data(served: Any, k2k: K2K, tmp_path: Path) -> None:
    with served(k2k, tmp_path / "data") as port:
        status, body = _ask(port, "/health")
    assert (status, json.loads(body)["status"]) == (200, "ok")
    assert (tmp_path / "data" / "secret.key").is_file()


@pytest.mark.parametrize(
    ("proxy", "seen"), [("", "127.0.0.1"), ("127.0.0.1", "203.0.113.9"), ("10.0.0.1", "127.0.0.1")]
)
def test_only_the_trusted_proxy_says_who_the_visitor_is(
    served: Any, k2k: K2K, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, seen: str
) -> None:
    def create_app(k2k: K2K, *, secret_key: str, production: bool) -> Flask:
        app = Flask("who")
        app.add_url_rule("/", "who", lambda: str(request.remote_addr))
        return app

    monkeypatch.setenv("K2K_TRUSTED_PROXY", proxy)
    monkeypatch.setattr(server, "create_app", create_app)
    with served(k2k, tmp_path / "data") as port:
        assert _ask(port, "/", X_Forwarded_For="203.0.113.9") == (200, seen)
