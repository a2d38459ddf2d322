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


def mount(host: Flask, prefix: str, k2k: K2K, log_in: HostLogIn, *, secret_key: str, production: bool = False) -> Flask:
    """Mount the console of a network in `host`, below `prefix` such as `/k2k`, and answer its application.

    `secret_key` signs its cookies, which are not the host's. In `production` they are sent over HTTPS only. Raises
    `NotConfigured` for a prefix that is no path, or is taken, and for a key that can be guessed.
    """
    if not prefix.startswith("/") or prefix != prefix.rstrip("/"):
        raise NotConfigured("{prefix!r} is no path to mount the console at: write one such as /k2k.", prefix=prefix)
    taken = sorted(rule.rule for rule in host.url_map.iter_rules() if f"{rule.rule}/".startswith(f"{prefix}/"))
    if taken:
        raise NotConfigured(
            "The host has pages of its own at {taken}: mount the console at another path than {prefix}.",
            taken=taken,
            prefix=prefix,
        )
    console = create_app(k2k, secret_key=secret_key, production=production, host_log_in=MountedLogIn(host, log_in))
    mounted = DispatcherMiddleware(host.wsgi_app, {prefix: console})
    host.wsgi_app = mounted  # type: ignore[method-assign]  # Flask's documented way to wrap it
    return console
