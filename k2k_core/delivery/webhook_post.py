"""Posts one webhook to the address that was checked, with the original host name, within a time limit.

Redirects are not followed, cookies not stored, proxies not used; the body of the answer is read up to a limit and
discarded.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import http.client
import io
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from k2k_core.delivery.target_address import Refused, Target, read_target, resolve
from k2k_core.domain.retry_policy import Outcome
from k2k_core.errors import Invalid

MOST_READ = 64 * 1024
LONGEST_DELAY = 10.0**8
"""The longest pause, in seconds, that an answer can ask for; anything longer means the same."""

_DELAY = re.compile(r"[0-9]{1,20}(\.[0-9]{0,20})?", re.ASCII)
"""Bytes of an answer that are read, so that the connection is not reset while the receiver still writes."""

USER_AGENT = "K2K-Webhooks/1"
GONE, TOO_MANY, UNAVAILABLE = 410, 429, 503

Monotonic = Callable[[], float]


@dataclass(frozen=True, slots=True)
class PostLimits:
    """How long a post may take and where it may go.

    `connect` and `answer` are seconds: for the connection with its TLS, and from then on for the whole answer.
    `local` allows targets in private networks; `trust` replaces the system's certificate authorities.
    """

    connect: float
    answer: float
    local: bool = False
    trust: ssl.SSLContext | None = None


def post(url: str, headers: Mapping[str, str], body: bytes, limits: PostLimits) -> Outcome:
    """Post `body`. Never raises for failures of the receiver: the outcome describes them."""
    begun = time.monotonic()
    try:
        status, retry_after = _post(read_target(url, local=limits.local), headers, body, limits)
    except (Refused, Invalid) as error:
        return _failed(str(error), begun)
    except ssl.SSLCertVerificationError as error:
        return _failed(f"the receiver's certificate is not valid: {error.verify_message}", begun)
    except TimeoutError:
        return _failed("no answer in time", begun)
    except (OSError, http.client.HTTPException) as error:
        return _failed(f"the connection failed: {type(error).__name__}", begun)
    if 200 <= status < 300:
        return Outcome(True, took=_since(begun))
    waits = _seconds(retry_after) if status in (TOO_MANY, UNAVAILABLE) else None
    asked = None if waits is None else dt.timedelta(seconds=waits)
    return Outcome(False, f"answered {status}", gone=status == GONE, retry_after=asked, took=_since(begun))


def _since(begun: float) -> dt.timedelta:
    return dt.timedelta(seconds=time.monotonic() - begun)


def _failed(words: str, begun: float) -> Outcome:
    return Outcome(False, words, took=_since(begun))


def _post(target: Target, headers: Mapping[str, str], body: bytes, limits: PostLimits) -> tuple[int, str | None]:
    deadline = time.monotonic() + limits.connect
    with _connected(target, deadline, limits.local, limits.trust) as connection:
        timed = _Timed(connection, time.monotonic() + limits.answer)
        request = http.client.HTTPConnection(target.host, target.port)
        request.sock = connection
        request.putrequest("POST", target.resource, skip_host=True, skip_accept_encoding=True)
        sent = {"Host": target.authority, "User-Agent": USER_AGENT, **headers, "Connection": "close"}
        for name, value in {**sent, "Content-Length": str(len(body))}.items():
            request.putheader(name, value)
        connection.settimeout(timed.left())
        request.endheaders(body)
        response = http.client.HTTPResponse(timed, method="POST")  # type: ignore[arg-type]  # all it asks of a socket
        try:
            response.begin()
            with suppress(OSError, http.client.HTTPException):  # the status is known: the rest does not matter
                response.read(MOST_READ)
            return response.status, response.getheader("Retry-After")
        finally:
            response.close()


def _connected(target: Target, deadline: float, local: bool, trust: ssl.SSLContext | None) -> socket.socket:
    """A connection to one of the target's addresses, with TLS for the target's host name."""
    failure: OSError = TimeoutError()
    for family, address in _resolved(target, deadline, local):
        made = socket.socket(family, socket.SOCK_STREAM)
        try:
            made.settimeout(_left(deadline))
            made.connect((address, target.port))
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if target.tls:
                made.settimeout(_left(deadline))
                made = (trust or _authorities()).wrap_socket(made, server_hostname=target.host)
            return made
        except OSError as error:
            made.close()
            failure = error
            if time.monotonic() >= deadline or isinstance(error, ssl.SSLCertVerificationError):
                break
    raise failure


def _resolved(target: Target, deadline: float, local: bool) -> list[tuple[socket.AddressFamily, str]]:
    """The target's addresses. A resolver has no timeout, so it runs in a thread that is abandoned at the deadline."""
    answers: queue.SimpleQueue[list[tuple[socket.AddressFamily, str]] | Refused] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target, local=local))
        except Refused as refused:
            answers.put(refused)

    threading.Thread(target=ask, name="k2k-resolver", daemon=True).start()
    try:
        found = answers.get(timeout=_left(deadline))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, Refused):
        raise found
    return found


@cache
def _authorities() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


class _Timed(io.RawIOBase):
    """Reads from a connection until a deadline, however slowly data arrives."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def left(self) -> float:
        """Seconds left; raises `TimeoutError` if there are none."""
        return _left(self._deadline)

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - how `HTTPResponse` asks a socket
        """The file that `HTTPResponse` reads from."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any writable buffer, as it is called
        self._connection.settimeout(self.left())
        return self._connection.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _seconds(text: str | None) -> float | None:
    """`Retry-After`: seconds, also with decimals as some servers write them, or a date in any form of HTTP (RFC 9110);
    one without a zone is GMT. None for anything else."""
    if text is None:
        return None
    if _DELAY.fullmatch(text.strip()):
        return min(float(text), LONGEST_DELAY)
    with suppress(ValueError, TypeError, OverflowError):
        day = email.utils.parsedate_to_datetime(text.strip())
        at = day if day.tzinfo else day.replace(tzinfo=dt.UTC)
        return min(max(0.0, at.timestamp() - time.time()), LONGEST_DELAY)
    return None
