"""Receivers for tests, one of webhooks and one of mails, on a local port; a test can make them fail in many ways."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

HANG_UP = 0
"""Stands for an answer: the connection is closed without one."""


class Posted(NamedTuple):
    """One request, with the moment at which it was all there."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def told(self) -> dict[str, Any]:
        """What the body says."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]


class Reply(NamedTuple):
    """How a request is answered, and after how many seconds."""

    status: int = 204
    headers: dict[str, str] = {}
    after: float = 0.0
    body: bytes = b""


Answering = Callable[[Posted], Reply]


@dataclass
class Receiver:
    """What came in, and its address."""

    url: str
    answering: Answering
    posted: list[Posted] = field(default_factory=list)
    accepted: list[Posted] = field(default_factory=list)
    """Those that were answered with 2xx."""
    gate: threading.Lock = field(default_factory=threading.Lock)

    def seqs(self) -> list[int]:
        """The places in the feed of what was accepted, in the order in which it came."""
        return [one.told["seq"] for one in self.accepted]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        """Take it in and answer as the test says."""
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:  # whoever sent it is gone
            self.close_connection = True
            return
        posted = Posted(self.path, {name.lower(): text for name, text in self.headers.items()}, body, time.time())
        receiver = self.receiver
        with receiver.gate:
            reply = receiver.answering(posted)
            receiver.posted.append(posted)
            if 200 <= reply.status < 300:
                receiver.accepted.append(posted)
        if reply.after:
            time.sleep(reply.after)
        self.close_connection = True
        if reply.status == HANG_UP:
            return
        self.send_response(reply.status)
        for name, text in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up is nothing to speak of."""


@contextmanager
def receiving(answering: Answering = lambda posted: Reply(), trust: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver of webhooks, until the block ends. With `trust` it speaks TLS."""
    handler = type("Handler", (_Handler,), {})
    with _Server(("127.0.0.1", 0), handler) as server:
        if trust is not None:
            server.socket = trust.wrap_socket(server.socket, server_side=True)
        port = server.server_address[1]
        receiver = Receiver(f"{'https' if trust else 'http'}://127.0.0.1:{port}/hooks?of=k2k", answering)
        handler.receiver = receiver  # type: ignore[attr-defined]  # a class of this receiver's own
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@dataclass
class MailServer:
    """What a mail server has taken: sender, receivers, the mail; and the log-ins that it saw."""

    port: int
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    log_ins: list[str] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    """Command → what it is answered with instead."""


class _Mailing(socketserver.StreamRequestHandler):
    server_of: MailServer
    trust: ssl.SSLContext | None

    def handle(self) -> None:
        """Speak as much SMTP as a sender needs."""
        self._say("220 here")
        sender, receivers = "", list[str]()
        while line := self.rfile.readline():
            words = line.decode("utf-8").strip()
            command = words.partition(" ")[0].upper()
            if refusal := self.server_of.refusals.get(command):
                self._say(refusal)
            elif command == "EHLO":
                offer = "250-STARTTLS" if self._can_encrypt() else "250-AUTH PLAIN"
                self._say("250-here", offer, "250 8BITMIME")
            elif command == "STARTTLS":
                self._say("220 go on")
                self._encrypt()
            elif command == "AUTH":
                self.server_of.log_ins.append(words)
                self._say("235 welcome")
            elif command == "DATA":
                self._say("354 go on")
                self.server_of.mails.append((sender, receivers, self._mail()))
                receivers = []
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                sender = words if command == "MAIL" else sender
                receivers += [words] if command == "RCPT" else []
                self._say("250 fine")

    def _can_encrypt(self) -> bool:
        return self.trust is not None and not isinstance(self.request, ssl.SSLSocket)

    def _encrypt(self) -> None:
        assert self.trust is not None
        self.request = self.trust.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", buffering=0)

    def finish(self) -> None:
        """Close what was opened on the way, too."""
        super().finish()
        self.request.close()

    def _mail(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _MailPort(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that hangs up, or trusts nobody, is nothing to speak of."""


@contextmanager
def mail_server(trust: ssl.SSLContext | None = None, refusals: dict[str, str] | None = None) -> Iterator[MailServer]:
    """A mail server, until the block ends. With `trust` it offers STARTTLS."""
    handler = type("Handler", (_Mailing,), {"trust": trust})
    with _MailPort(("127.0.0.1", 0), handler) as server:
        kept = MailServer(server.server_address[1], refusals=dict(refusals or {}))
        handler.server_of = kept  # type: ignore[attr-defined]  # a class of this server's own
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def speaking(script: Sequence[tuple[bytes, float]]) -> Iterator[int]:
    """A port that answers every connection with these bytes, each after a pause, whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        over = threading.Event()

        def speak() -> None:
            while not over.is_set():
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=say, args=(connection,), daemon=True).start()

        def say(connection: socket.socket) -> None:
            with connection:
                try:
                    connection.recv(65536)
                    for words, pause in script:
                        if over.wait(pause):
                            return
                        connection.sendall(words)
                except OSError:
                    return

        thread = threading.Thread(target=speak, daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            over.set()
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(5)
