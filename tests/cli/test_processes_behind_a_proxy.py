"""`k2k serve --processes` behind the proxies of the documentation, and with a proxy that is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.cli.test_serve_processes import PASSWORD, Server, on_postgresql, started, url
from tests.console.test_behind_a_proxy import KEY, PROXIES, Visitor, caddy, folder, nginx

__all__ = ["folder", "started", "url"]

ENCRYPTION = "q3bN0vX2mY7cR9tL5wK8zA1sD4fG6hJ0pQ2eU5iO7xE="


@on_postgresql
@pytest.mark.needs("openssl")
@pytest.mark.parametrize("proxy", [pytest.param("nginx", marks=nginx), pytest.param("caddy", marks=caddy)])
def test_people_log_in_at_several_processes_through_the_documented_proxy(
    started: Callable[..., Server], folder: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    settings = {"ENV": "production", "TRUSTED_PROXY": "127.0.0.1", "ENCRYPTION_KEYS": ENCRYPTION, "SECRET_KEY": KEY}
    for name, value in settings.items():
        monkeypatch.setenv(f"K2K_{name}", value)
    server = started("--processes", "2")
    with PROXIES[proxy](folder, urlsplit(server.address).port or 0) as port:
        visitor = Visitor(port, folder)
        assert visitor.log_in(email="max@bloom.test", password=PASSWORD)[0] == 302
        assert "Max" in visitor.ask("GET", "/")[1]


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.needs("postgresql"))])
@pytest.mark.parametrize("engine", [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))], indirect=True)
def test_a_proxy_that_is_no_address_ends_the_start_with_its_name(url: str, processes: int) -> None:
    command = [sys.executable, "-m", "k2k_core.cli", "serve", "--port", "0", "--database", url]
    environment = {"PATH": "/usr/bin:/bin", "K2K_TRUSTED_PROXY": "proxy.local", "K2K_SECRET_KEY": KEY}
    done = subprocess.run(
        [*command, "--processes", str(processes)], env=environment, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 2
    assert "not_configured" in done.stderr
    assert "K2K_TRUSTED_PROXY" in done.stderr
    assert "Traceback" not in done.stderr
