"""Mounts the console in a host's Flask application, under a path of it and with its log-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from k2k_console.accounts.host_login import HostLogIn, MountedLogIn
from k2k_console.app import create_app
from k2k_core.errors import NotConfigured

if TYPE_CHECKING:
    from k2k_core.api import K2K

__all__ = ["HostLogIn", "mount"]

CONSOLES = "k2k_consoles"
"""The extension of a host that has the paths at which consoles are mounted."""


def mount(host: Flask, prefix: str, k2k: K2K, log_in: HostLogIn, *, secret_key: str, production: bool = False) -> Flask:
    """Mount the console of a network in `host`, below `prefix` such as `/k2k`, and answer its application.

    `secret_key` signs its cookies, which are not the host's. In `production` they are sent over HTTPS only. Consoles of
    several networks may be mounted, each at a path of its own. Raises `NotConfigured` for a prefix that is no path, or
    is taken, and for a key that can be guessed.
    """
    consoles: list[str] = host.extensions.setdefault(CONSOLES, [])
    if not prefix.startswith("/") or prefix != prefix.rstrip("/"):
        raise NotConfigured("{prefix!r} is no path to mount the console at: write one such as /k2k.", prefix=prefix)
    taken = sorted(rule.rule for rule in host.url_map.iter_rules() if f"{rule.rule}/".startswith(f"{prefix}/"))
    taken += [other for other in consoles if _is_within(prefix, other) or _is_within(other, prefix)]
    if taken:
        raise NotConfigured(
            "The host has pages of its own at {taken}: mount the console at another path than {prefix}.",
            taken=taken,
            prefix=prefix,
        )
    at_host = MountedLogIn(host, log_in, prefix)
    console = create_app(k2k, secret_key=secret_key, production=production, host_log_in=at_host)
    if consoles:  # a browser sends the cookies of all of them to each
        console.config["SESSION_COOKIE_NAME"] += f"-{len(consoles) + 1}"
    consoles.append(prefix)
    mounted = DispatcherMiddleware(host.wsgi_app, {prefix: console})
    host.wsgi_app = mounted  # type: ignore[method-assign]  # Flask's documented way to wrap it
    return console


def _is_within(path: str, other: str) -> bool:
    return f"{path}/".startswith(f"{other}/")
