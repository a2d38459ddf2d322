"""`k2k worker`: sends webhooks and mails, runs jobs, returns the boxes of what has ended, deletes what is old.

Any number of workers, on any number of machines, share the work of one network; each takes what nobody else has.
"""

from __future__ import annotations

import signal
import threading
import time
from argparse import ArgumentTypeError, Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import k2k_core
from k2k_core.cli.commands.database import opened, shown
from k2k_core.cli.housekeeping import housekeeping
from k2k_core.cli.language import words
from k2k_core.cli.options import add_command
from k2k_core.cli.terminal import Terminal
from k2k_core.messages import Message
from k2k_core.services import events
from k2k_core.settings.delivery_settings import SENDING_THREADS

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_core.services.events.dispatcher import Dispatcher
    from k2k_core.services.jobs.runner import JobRunner
    from k2k_core.settings.delivery_settings import DeliverySettings

MOST_THREADS = 64


def add_to(commands: Any) -> None:
    """Add `k2k worker`."""
    command = add_command(
        commands,
        "worker",
        worker,
        "send webhooks and mails, run jobs, return the boxes of what has ended",
        "Works until SIGTERM or Ctrl-C; then current sends are completed, and a running job is put back\n"
        "for another worker. Any number of workers, on any number of machines, share the work. `k2k serve` on SQLite\n"
        "includes one.\n\n"
        "  k2k worker\n"
        "  k2k worker --once         send what waits now, run the jobs that wait, and end: for a timer\n\n"
        "Mails go into a folder unless K2K_MAIL names a mail server (docs/operating.md).",
    )
    command.add_argument("--name", help="the name of the worker on its leases (default: machine and process)")
    about = Message("how many deliveries it sends at once (default: {threads})", threads=SENDING_THREADS)
    command.add_argument("--threads", type=threads, default=SENDING_THREADS, metavar="N", help=about)
    until = command.add_mutually_exclusive_group()
    until.add_argument("--once", action="store_true", help="send what is due now, and end")
    until.add_argument("--drain", action="store_true", help="send until nothing waits, including every retry, and end")


def worker(options: Namespace) -> int:
    """Work until SIGTERM or SIGINT, or, with --once and --drain, until there is nothing left to do."""
    screen: Terminal = options.screen
    with opened(options.database) as k2k:
        name = options.name or events.dispatcher.own_name()
        dispatcher = events.dispatcher.Dispatcher(k2k.context, name=name, threads=options.threads)
        runner = k2k_core.api.jobs.job_runner(k2k.context, name=name)
        progress = _Progress(screen)
        _introduce(screen, dispatcher, k2k.context.delivery_settings(), shown(options.database), ends=options.once)
        with ended_by_signals(dispatcher, runner):
            if options.once or options.drain:
                progress.note_ended(k2k.sweep())
                k2k.seal_audit()
                progress.note_jobs(runner.drain())
                dispatcher.drain(progress.note, patient=options.drain)
                progress.flush()
                _print_waiting(screen, k2k)
            else:
                with housekeeping(k2k, progress.note_ended), running(runner, progress.note_jobs):
                    dispatcher.run(progress.note)
        progress.flush()
    screen.line("Ended.")
    return 0


def threads(text: str) -> int:
    """How many senders at once, of an argument."""
    if not (text.isascii() and text.isdigit() and 2 <= int(text) <= MOST_THREADS):
        raise ArgumentTypeError(words("{text} is no number from 2 to {most}", text=text, most=MOST_THREADS))
    return int(text)


@contextmanager
def working(k2k: K2K) -> Iterator[None]:
    """A worker's sending and its jobs in threads of this process, until the block ends."""
    dispatcher = events.dispatcher.Dispatcher(k2k.context)
    thread = threading.Thread(target=dispatcher.run, name="k2k-dispatcher", daemon=True)
    thread.start()
    try:
        with running(k2k_core.api.jobs.job_runner(k2k.context, name=events.dispatcher.own_name())):
            yield
    finally:
        dispatcher.close()
        thread.join()


@contextmanager
def running(runner: JobRunner, ran: Callable[[int], object] = lambda _count: None) -> Iterator[None]:
    """A worker's jobs in a thread of this process, until the block ends: a job that runs then is put back."""
    thread = threading.Thread(target=runner.run, args=(ran,), name="k2k-jobs", daemon=True)
    thread.start()
    try:
        yield
    finally:
        runner.close()
        thread.join()


@contextmanager
def ended_by_signals(dispatcher: Dispatcher, runner: JobRunner) -> Iterator[None]:
    """SIGTERM and SIGINT close both: what is being sent is sent to its end and written down, a job that runs is put
    back."""
    numbers = (signal.SIGINT, signal.SIGTERM)

    def close(*_: object) -> None:
        dispatcher.close()
        runner.close()

    before = {number: signal.signal(number, close) for number in numbers}
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
            self.note(Counter({words("cart(s) or order(s) ended"): ended}))

    def note_jobs(self, ran: int) -> None:
        """Count some jobs that were run."""
        if ran:
            self.note(Counter({words("job(s) ended"): ran}))

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
        screen.line(
            words(
                "{waiting} not sent yet: `k2k deliveries list --state waiting` says why, and the next attempts.",
                waiting=waiting,
            )
        )


def _introduce(screen: Terminal, dispatcher: Dispatcher, settings: DeliverySettings, database: str, ends: bool) -> None:
    where = words("the folder {folder}", folder=settings.folder or events.outbound_messages.DEFAULT_FOLDER)
    if settings.server is not None:
        where = words(
            "{host}, port {port} ({security})",
            host=settings.server.host,
            port=settings.server.port,
            security=settings.server.security,
        )
    screen.line(words("Worker {name} for the network in {database}", name=dispatcher.name, database=database))
    screen.line(words("Mails go to {where}.", where=where) + ("" if ends else words("   (Ctrl-C ends it)")))
    screen.flush()
