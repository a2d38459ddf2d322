"""The log-in of a host's application in which the console is mounted: the host says who its user is, K2K what they may.

The console keeps sessions of its own, so that a user sees and ends them as ever. A request whose user is not whom the
host names ends the session, whatever its cookie says.
"""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

if TYPE_CHECKING:
    from flask import Flask as Host

EXTENSION = "k2k_host_log_in"

SLOW = 5.0
"""Seconds after which the log names a host that was slow to say who its user is."""

LONGEST_ADDRESS = 320

log = logging.getLogger("k2k.console")


class HostLogInFailed(ServiceUnavailable):
    """The host did not say who its user is: it raised, or answered what is no address."""


@dataclass(frozen=True)
class HostLogIn:
    """How a host's users log in.

    `person` answers the e-mail address of the host's user, or None; it is called within a request of the host, so that
    the host's `session` and `current_user` are there. `log_in` is the address of the host's log-in, which is given
    `next`, where to go afterwards; `log_out` that of its log-out, which a browser is sent to: without it the console
    shows none. Both are paths within the host's application, such as `/enter`, or whole addresses.
    """

    person: Callable[[], str | None]
    log_in: str
    log_out: str | None = None


@dataclass(frozen=True)
class MountedLogIn:
    """A host's log-in, with the host that it is asked of, and the path of the console within that."""

    host: Host
    log_in: HostLogIn
    prefix: str

    def email(self) -> str | None:
        """The e-mail address of the host's user of this request. What the host raises to answer by itself (`abort`) is
        passed on; whatever else it raises is `HostLogInFailed`, and lets nobody in."""
        began = time.monotonic()
        try:
            with self.host.request_context(self._of_host(request.environ)):
                return _address(self.log_in.person())
        except HTTPException:
            raise
        except Exception as error:
            raise HostLogInFailed from error
        finally:
            if (took := time.monotonic() - began) > SLOW:
                log.warning("the host took %.1f s to say who its user is", took)

    def log_in_address(self, target: str) -> str:
        """The host's log-in, and where it leads."""
        address = self._within_host(self.log_in.log_in)
        return f"{address}{'&' if '?' in address else '?'}{urlencode({'next': target})}"

    @property
    def log_out(self) -> str | None:
        """The host's log-out, if it has one."""
        return None if self.log_in.log_out is None else self._within_host(self.log_in.log_out)

    def _within_host(self, address: str) -> str:
        """An address of the host as a browser writes it, also where a proxy or another application has the host below a
        path of its own."""
        is_path = address.startswith("/") and not address.startswith("//")
        return request.root_path.rstrip("/").removesuffix(self.prefix) + address if is_path else address

    def _of_host(self, environ: dict[str, Any]) -> dict[str, Any]:
        """The request as the host would have it: with its whole path. What was sent is the console's to read."""
        root, path = environ.get("SCRIPT_NAME", "").removesuffix(self.prefix), environ.get("PATH_INFO", "")
        as_host = {"SCRIPT_NAME": root, "PATH_INFO": self.prefix + path, "REQUEST_METHOD": "GET"}
        return {**environ, **as_host, "wsgi.input": io.BytesIO(), "CONTENT_LENGTH": "0"}


def _address(found: Any) -> str | None:
    """What a host answered, if it is nobody or can be an e-mail address."""
    if found is None or found == "":
        return None
    if not isinstance(found, str):
        raise TypeError(f"person() answers an e-mail address or None, not {type(found).__name__}")
    address = found.strip().casefold()
    if not address or len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise ValueError("person() answers an e-mail address or None, not any other text")
    return address


def mounted_log_in() -> MountedLogIn | None:
    """The log-in of the host; None where the console has its own."""
    found: MountedLogIn | None = current_app.extensions.get(EXTENSION)
    return found


def init_host_login(app: Flask, log_in: MountedLogIn | None) -> None:
    """Have an application's users log in at a host; templates know it as `host_log_in`."""
    app.extensions[EXTENSION] = log_in
    app.context_processor(lambda: {"host_log_in": log_in})
