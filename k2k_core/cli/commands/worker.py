"""`k2k worker`: sends webhooks and mails, returns the boxes of what has ended, deletes old deliveries.

Any number of workers, on any number of machines, share the work of one network; each takes what nobody else has.
"""

from __future__ import annotations

import signal
import threading
import time
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from k2k_core.api import K2K
from k2k_core.cli.commands.database import opened, shown
from k2k_core.cli.housekeeping import housekeeping
from k2k_core.cli.options import add_command
from k2k_core.cli.terminal import Terminal
from k2k_core.services.events.dispatcher import THREADS, Dispatcher, own_name
from k2k_core.services.events.outbound_messages import DEFAULT_FOLDER
from k2k_core.settings.delivery_settings import DeliverySettings

MOST_THREADS = 64


def add_to(commands: Any) -> None:
    """Add `k2k worker`."""
    command = add_command(
        commands,
        "worker",
        worker,
        "send webhooks and mails, give back what ran out of time",
        "Works until SIGTERM or Ctrl-C; what is being sent then is sent to its end. Any number of workers, on any\n"
        "number of machines, share the work. `k2k serve` on SQLite has one in itself.\n\n"
        "  k2k worker\n"
        "  k2k worker --once         send what waits now, and end: for a timer\n\n"
        "Mails go into a folder unless K2K_MAIL names a mail server (docs/operating.md).",
    )
    command.add_argument("--name", help="how it is called on its leases (default: machine and process)")
    about = f"how many it sends at once (default: {THREADS})"
    command.add_argument("--threads", type=threads, default=THREADS, metavar="N", help=about)
    until = command.add_mutually_exclusive_group()
    until.add_argument("--once", action="store_true", help="send what waits now, and end")
    until.add_argument("--drain", action="store_true", help="go on until nothing waits, through every pause, and end")


def worker(options: Namespace) -> int:
    """Work until SIGTERM or SIGINT, or, with --once and --drain, until there is nothing left to do."""
    screen: Terminal = options.screen
    with opened(options.database) as k2k:
        dispatcher = Dispatcher(k2k.context, name=options.name or own_name(), threads=options.threads)
        progress = _Progress(screen)
        _introduce(screen, dispatcher, k2k.context.delivery_settings(), shown(options.database), ends=options.once)
        with ended_by_signals(dispatcher):
            if options.once or options.drain:
                ended = k2k.sweep()
                dispatcher.drain(progress.note, patient=options.drain)
                progress.note_ended(ended)
                progress.flush()
                _print_waiting(screen, k2k)
            else:
                with housekeeping(k2k, progress.note_ended):
                    dispatcher.run(progress.note)
        progress.flush()
    screen.line("Ended.")
    return 0


def threads(text: str) -> int:
    """How many senders at once, of an argument."""
    if not (text.isascii() and text.isdigit() and 2 <= int(text) <= MOST_THREADS):
        raise ArgumentTypeError(f"{text} is no number from 2 to {MOST_THREADS}")
    return int(text)


@contextmanager
def sending(k2k: K2K) -> Iterator[None]:
    """A worker's sending in a thread of this process, until the block ends."""
    dispatcher = Dispatcher(k2k.context)
    thread = threading.Thread(target=dispatcher.run, name="k2k-dispatcher", daemon=True)
    thread.start()
    try:
        yield
    finally:
        dispatcher.close()
        thread.join()


@contextmanager
def ended_by_signals(dispatcher: Dispatcher) -> Iterator[None]:
    """SIGTERM and SIGINT close the dispatcher: what is being sent is sent to its end and written down."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: dispatcher.close()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Progress:
    """Prints what was done, at most one line a second."""

    def __init__(self, screen: Terminal) -> None:
        self._screen = screen
        self._done: Counter[str] = Counter()
        self._printed = time.monotonic()
        self._lock = threading.Lock()

    def note(self, done: Counter[str]) -> None:
        """Count some deliveries that were tried."""
        with self._lock:
            self._done.update(done)
        if time.monotonic() - self._printed >= 1:
            self.flush()

    def note_ended(self, ended: int) -> None:
        """Count some carts and orders that had ended."""
        if ended:
            self.note(Counter({"cart(s) or order(s) ended": ended}))

    def flush(self) -> None:
        """Print what has not been printed yet."""
        with self._lock:
            done, self._done, self._printed = self._done, Counter(), time.monotonic()
            if done:
                done_text = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
                self._screen.line(f"{time.strftime('%H:%M:%S')}  {done_text}")
                self._screen.flush()


def _print_waiting(screen: Terminal, k2k: K2K) -> None:
    waiting = k2k.delivery_health()["waiting"]
    if waiting:
        screen.line(f"{waiting} not sent yet: `k2k deliveries list --state waiting` says why, and the next attempts.")


def _introduce(screen: Terminal, dispatcher: Dispatcher, settings: DeliverySettings, database: str, ends: bool) -> None:
    where = f"the folder {settings.folder or DEFAULT_FOLDER}"
    if settings.server is not None:
        where = f"{settings.server.host}, port {settings.server.port} ({settings.server.security})"
    screen.line(f"Worker {dispatcher.name} for the network in {database}")
    screen.line(f"Mails go to {where}." + ("" if ends else "   (Ctrl-C ends it)"))
    screen.flush()
