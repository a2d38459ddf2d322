"""Who asks, and what for, behind a proxy: its `X-Forwarded-` headers are taken where it is the trusted one, and removed
otherwise, since any client could send them. Both servers use it.

Of each header the last value counts: the trusted proxy has added it, whatever came before.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from k2k_console.security import UNREADABLE_PREFIX
from k2k_core.errors import NotConfigured
from k2k_core.settings.delivery_settings import in_production

log = logging.getLogger("k2k.console")

PROXY = "K2K_TRUSTED_PROXY"
"""The address of the proxy before the server: only its headers about the client are trusted."""

FORWARDED = tuple(f"HTTP_X_FORWARDED_{name}" for name in ("FOR", "PROTO", "HOST", "PORT", "PREFIX", "BY"))


PREFIX = re.compile(r"(/(?!\.{1,2}(/|$))[\w.~-]+)*", re.ASCII)
"""Paths before the console, the empty one too."""


class Visitors:
    """Passes requests on with the address of the client: the one that the trusted proxy names, else that of the
    connection."""

    def __init__(self, app: Any, proxy: str) -> None:
        self._app = app
        self._behind_proxy = ProxyFix(self._of_client, x_for=1, x_proto=1, x_host=1, x_port=1, x_prefix=1)
        self._proxy = _address(proxy)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        if self._proxy is not None and _address(environ.get("REMOTE_ADDR", "")) == self._proxy:
            return self._behind_proxy(environ, start_response)
        for name in FORWARDED:
            environ.pop(name, None)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer

    def _of_client(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Go on with the address that the proxy has named, without its port; with its own where that is none. Schemes
        have no case. The path that the proxy has taken away stands before every address of the console."""
        prefix = environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "").rstrip("/")
        if not PREFIX.fullmatch(prefix):
            return BadRequest(UNREADABLE_PREFIX)(environ, start_response)
        environ["wsgi.url_scheme"] = str(environ["wsgi.url_scheme"]).lower()
        environ["REMOTE_ADDR"] = str(_address(environ.get("REMOTE_ADDR", "")) or self._proxy)
        answer: Iterable[bytes] = self._app(environ, start_response)
        return answer


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address, also with a port; None for anything else. One of IPv4 is the same in the form of IPv6."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


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


def warn_without_proxy(environ: Mapping[str, str]) -> None:
    """Warn that behind a proxy every visitor would have the same address, and the limits on wrong passwords be
    everybody's."""
    if in_production(environ) and not environ.get(PROXY):
        log.warning("%s is not set: behind a proxy all visitors would seem to be one.", PROXY)
