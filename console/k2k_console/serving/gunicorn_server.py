"""Serves the console with several processes under gunicorn, over PostgreSQL; a process that dies is replaced.

Each process opens the network by itself, after the fork. Users do not notice which process answers: sessions and forms
are signed with one key, and wrong passwords and stock are counted in the database.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from k2k_console.app import create_app
from k2k_console.serving.secret_key import secret_key
from k2k_console.serving.server import THREADS
from k2k_console.serving.visitors import Visitors, trusted_proxy, warn_without_proxy
from k2k_core.errors import NotConfigured
from k2k_core.settings.delivery_settings import in_production

if TYPE_CHECKING:
    from k2k_core.api import K2K

Opening = Callable[[], AbstractContextManager["K2K"]]

SILENT_SECONDS = 60
"""Seconds without a heartbeat after which a process is killed and replaced."""


def serve_processes(
    opening: Opening, host: str, port: int, processes: int, *, data: Path, ready: Callable[[], object]
) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status. `opening` opens the network in each process, `ready` is
    called once it listens. Raises `NotConfigured` without gunicorn, or with an unusable key."""
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError as error:
        raise NotConfigured("Several processes need gunicorn: pip install 'k2k[postgresql]'.") from error
    warn_without_proxy(os.environ)
    proxy = trusted_proxy(os.environ)
    key = secret_key(data, os.environ)  # made here, once, if it must be; each process reads it
    own = ExitStack()  # what this process has open: empty here, filled in each child

    class Console(BaseApplication):
        """The WSGI application for gunicorn."""

        def load_config(self) -> None:
            """The settings of gunicorn."""
            for name, value in _settings(host, port, processes).items():
                self.cfg.set(name, value)
            self.cfg.set("when_ready", lambda _arbiter: ready())
            self.cfg.set("worker_exit", lambda _arbiter, _worker: own.close())

        def load(self) -> Any:
            """Open the network in a child process and return the console on it."""
            k2k = own.enter_context(opening())
            app = create_app(k2k, secret_key=key, production=in_production(os.environ))
            return Visitors(app, proxy)

    parent = os.getpid()
    try:
        Console().run()
    except SystemExit as ended:  # gunicorn ends its process; the parent prints a last line, its children do not
        if os.getpid() != parent:
            raise
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _settings(host: str, port: int, processes: int) -> dict[str, object]:
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": processes,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": SILENT_SECONDS,
        "loglevel": "warning",
        "control_socket_disable": True,
        "forwarded_allow_ips": "",  # `Visitors` decides who the visitor is
        "proc_name": "k2k",
    }
