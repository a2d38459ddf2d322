"""Serves the console with waitress, which needs nothing else on the machine."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import waitress

from k2k_console.app import create_app
from k2k_console.serving.secret_key import secret_key
from k2k_core.errors import NotConfigured
from k2k_core.settings.delivery_settings import in_production

if TYPE_CHECKING:
    from k2k_core.api import K2K

log = logging.getLogger("k2k.console")

THREADS = 8
PROXY = "K2K_TRUSTED_PROXY"
"""The address of the proxy before this server: only its headers about the client are trusted."""

TRUSTED_HEADERS = frozenset(("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port"))
"""What the proxy says: the client's address, and the scheme, name and port that the client asked for."""


def listen(k2k: K2K, host: str, port: int, *, data: Path | None = None) -> Any:
    """A listening server: `run()` serves until the main thread is interrupted, `close()` ends it.

    `data` is the folder for a generated key. Without `K2K_TRUSTED_PROXY` the headers that a proxy would set are removed
    from every request, because any client could send them.
    """
    key = secret_key(data or Path("var"), os.environ)
    warn_without_proxy(os.environ)
    app = create_app(k2k, secret_key=key, production=in_production(os.environ))
    return waitress.create_server(
        app,
        host=host,
        port=port,
        threads=THREADS,
        ident="k2k",
        clear_untrusted_proxy_headers=True,
        **_proxy(trusted_proxy(os.environ)),
    )


def warn_without_proxy(environ: Mapping[str, str]) -> None:
    """Warn that behind a proxy every visitor would have the same address, and the limits on wrong passwords be
    everybody's."""
    if in_production(environ) and not environ.get(PROXY):
        log.warning("%s is not set: behind a proxy all visitors would seem to be one.", PROXY)


def trusted_proxy(environ: Mapping[str, str]) -> str:
    """The address of the trusted proxy, empty where there is none. Raises `NotConfigured` for what is no IP address,
    with which no proxy would ever be trusted."""
    given = environ.get(PROXY, "").strip()
    if not given:
        return ""
    try:
        return str(ip_address(given))
    except ValueError:
        raise NotConfigured(
            "{variable} is {value!r}, which is no IP address, such as 127.0.0.1.", variable=PROXY, value=given
        ) from None


def _proxy(address: str) -> dict[str, object]:
    return {"trusted_proxy": address, "trusted_proxy_headers": TRUSTED_HEADERS} if address else {}


def serve(k2k: K2K, host: str = "127.0.0.1", port: int = 8800, *, data: Path | None = None) -> None:
    """Serve until the process is stopped."""
    listen(k2k, host, port, data=data).run()
