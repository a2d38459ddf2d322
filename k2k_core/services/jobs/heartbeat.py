"""The heartbeat of a running job: a thread that renews the lease, stores the progress, and checks for a request to
stop.

The work itself cannot store its progress: it may be in a transaction of its own. Where that one keeps everybody else
from writing, as on SQLite, the thread cannot either: readers in this process learn it from the context.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from types import TracebackType

from k2k_core.errors import K2KError, NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.jobs.submitters import refusal
from k2k_core.store import jobs
from k2k_core.store.database.session import Session
from k2k_core.store.jobs import Claimed

log = logging.getLogger("k2k.jobs")


class Stopped(Exception):
    """Raised in the work of a job that must stop."""


class Heartbeat:
    """The heartbeat of one job, until the block ends. `beat` is the least time between two writes, in seconds;
    `closing` is set when the worker must end."""

    def __init__(
        self, context: ServiceContext, claimed: Claimed, lease: dt.timedelta, beat: float, closing: threading.Event
    ) -> None:
        self.done: int = 0
        self.of: int | None = None
        self.cancelled = claimed.cancelling
        self.refused: NotAllowed | None = None
        self.lost = False
        self._context, self._claimed, self._lease, self._beat = context, claimed, lease, beat
        self._closing = closing
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="k2k-job-lease", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._context.running_jobs.pop(self._claimed.id, None)

    def progress(self, done: int, of: int | None) -> None:
        """Record the progress; raises `Stopped` when the job must stop."""
        self.done, self.of = done, of
        self._context.running_jobs[self._claimed.id] = (done, of)
        if self.cancelled or self.refused or self.lost or self._closing.is_set():
            raise Stopped

    def require(self, session: Session) -> None:
        """Raise `Stopped`, before the transaction of the work, when the job must stop, whoever submitted it may not act
        any more, or another worker has it."""
        self.refused = self.refused or refusal(session, self._claimed)
        self.progress(self.done, self.of)
        if not jobs.goes_on(session, self._claimed):
            self.lost = not jobs.is_held(session, self._claimed)
            self.cancelled = not self.lost
            raise Stopped

    def _keep(self) -> None:
        while not self._over.wait(self._beat):
            try:
                self._hear()
            except K2KError as error:  # the database may come back within the lease
                log.warning("job %s: how far it is was not written: %s", self._claimed.id, error.message)

    def _hear(self) -> None:
        done, of = self.done, self.of

        def work(session: Session) -> tuple[bool | None, NotAllowed | None]:
            stop = jobs.renew(session, self._claimed, self._lease, done, of)
            return stop, refusal(session, self._claimed)

        stop, self.refused = self._context.store.whole_network.transact(work)
        self.lost = stop is None
        self.cancelled = bool(stop)
