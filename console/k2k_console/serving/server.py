"""Serves the console with waitress, which needs nothing else on the machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import waitress
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from k2k_console.app import create_app
from k2k_console.serving.secret_key import secret_key
from k2k_console.serving.visitors import Visitors, trusted_proxy, warn_without_proxy
from k2k_core.settings.delivery_settings import in_production

if TYPE_CHECKING:
    from k2k_core.api import K2K

THREADS = 8


def listen(k2k: K2K, host: str, port: int, *, data: Path | None = None, beside: Mapping[str, Any] | None = None) -> Any:
    """A listening server: `run()` serves until the main thread is interrupted, `close()` ends it.

    `data` is the folder for a generated key. Without `K2K_TRUSTED_PROXY` the headers that a proxy would set are removed
    from every request, because any client could send them. `beside` are WSGI applications by the prefixes under which
    they are served with the console.
    """
    key = secret_key(data or Path("var"), os.environ)
    warn_without_proxy(os.environ)
    proxy = trusted_proxy(os.environ)
    app = create_app(k2k, secret_key=key, production=in_production(os.environ))
    return waitress.create_server(
        Visitors(DispatcherMiddleware(app, dict(beside)) if beside else app, proxy),
        host=host,
        port=port,
        threads=THREADS,
        ident="k2k",
        clear_untrusted_proxy_headers=False,  # `Visitors` decides who the visitor is, as under the other server
    )


def serve(k2k: K2K, host: str = "127.0.0.1", port: int = 8800, *, data: Path | None = None) -> None:
    """Serve until the process is stopped."""
    listen(k2k, host, port, data=data).run()
