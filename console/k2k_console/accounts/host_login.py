"""The log-in of a host's application in which the console is mounted: the host says who its user is, K2K what they may.

The console keeps sessions of its own, so that a user sees and ends them as ever. A request whose user is not whom the
host names ends the session, whatever its cookie says.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, current_app, request

if TYPE_CHECKING:
    from flask import Flask as Host

EXTENSION = "k2k_host_log_in"


@dataclass(frozen=True)
class HostLogIn:
    """How a host's users log in.

    `person` answers the e-mail address of the host's user, or None; it is called within a request of the host, so that
    the host's `session` and `current_user` are there. `log_in` is the address of the host's log-in, which is given
    `next`, where to go afterwards; `log_out` that of its log-out, which a browser is sent to: without it the console
    shows none.
    """

    person: Callable[[], str | None]
    log_in: str
    log_out: str | None = None

    def log_in_address(self, target: str) -> str:
        """The host's log-in, and where it leads."""
        return f"{self.log_in}{'&' if '?' in self.log_in else '?'}{urlencode({'next': target})}"


@dataclass(frozen=True)
class MountedLogIn:
    """A host's log-in, with the host that it is asked of."""

    host: Host
    log_in: HostLogIn

    def email(self) -> str | None:
        """The e-mail address of the host's user of this request."""
        with self.host.request_context(_of_host(request.environ)):
            found = self.log_in.person()
        return found.strip().casefold() if found else None


def _of_host(environ: dict[str, Any]) -> dict[str, Any]:
    """The request as the host would have it: with its whole path. What was sent is the console's to read."""
    root, path = environ.get("SCRIPT_NAME", ""), environ.get("PATH_INFO", "")
    as_host = {"SCRIPT_NAME": "", "PATH_INFO": root + path, "REQUEST_METHOD": "GET"}
    return {**environ, **as_host, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}


def mounted_log_in() -> MountedLogIn | None:
    """The log-in of the host; None where the console has its own."""
    found: MountedLogIn | None = current_app.extensions.get(EXTENSION)
    return found


def init_host_login(app: Flask, log_in: MountedLogIn | None) -> None:
    """Have an application's users log in at a host; templates know it as `host_log_in`."""
    app.extensions[EXTENSION] = log_in
    app.context_processor(lambda: {"host_log_in": None if log_in is None else log_in.log_in})
