"""The job runner: leases a job, calls its method, stores its result.

A heartbeat thread renews the lease, stores the progress, and checks for a request to stop, and whether whoever
submitted the job may still act; the work is stopped between its parts, or in its transaction, so that nothing is
half-written. When a worker is killed, its lease expires: then another one calls the method again with the same
idempotency key, which returns the answer of work that was done.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast
from uuid import uuid4

from k2k_core.domain.jobs import CANCELLED, DONE, FAILED, KINDS
from k2k_core.errors import Abandoned, K2KError, StoreUnavailable
from k2k_core.services.context import Precondition, ServiceContext
from k2k_core.services.jobs.heartbeat import Heartbeat, Stopped
from k2k_core.services.jobs.jobs import emit_ended
from k2k_core.services.jobs.submitters import submitter
from k2k_core.store import jobs
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.jobs import Claimed, Ending
from k2k_core.texts import translator

log = logging.getLogger("k2k.jobs")

POLL = 1.0
"""Seconds after which a worker looks for the next job."""

BEAT = 1.0
"""Seconds after which it writes at most once how far a job is, and hears that it is to stop."""

LEASE = dt.timedelta(seconds=60)
"""How long a worker may not be heard of before its job is taken over."""

ATTEMPTS = 3
"""How often a job is begun whose workers are killed."""

Progress = Callable[[int, "int | None"], None]
"""Parts done, and parts in all where somebody knows."""


class Outcome(NamedTuple):
    """The result of a method: JSON, or a file with its description."""

    result: Json = None
    file: bytes | None = None


class Work(NamedTuple):
    """One call of a method, which can be stopped at each `progress`."""

    company: str | None
    kind: str
    arguments: Mapping[str, Any]
    content: bytes | None
    key: str
    progress: Progress


Perform = Callable[[ServiceContext, Work], Outcome]
"""Calls the method of a job."""


class JobRunner:
    """Runs the jobs of a network, one after another. Several runners, in several processes, share the jobs."""

    def __init__(
        self,
        context: ServiceContext,
        perform: Perform,
        *,
        name: str = "",
        lease: dt.timedelta = LEASE,
        beat: float = BEAT,
    ) -> None:
        self._context = context
        self._perform = perform
        self._name = f"{name}/{uuid4().hex[:8]}"
        self._lease = lease
        self._beat = beat
        self._closing = threading.Event()

    def close(self) -> None:
        """Stop: a running job is put back between two of its parts. Safe in a signal handler."""
        self._closing.set()

    def run(self, ran: Callable[[int], object] = lambda _count: None) -> None:
        """Run jobs until it is closed; `ran` is called with the number of them. While the database is unavailable it
        retries."""
        while not self._closing.is_set():
            try:
                while self.run_next():
                    ran(1)
            except Exception:  # the database may come back, and what waits is in it
                log.exception("a round of jobs failed")
            self._closing.wait(POLL)

    def drain(self, most: int | None = None) -> int:
        """Run what waits now, at most so many; returns how many there were."""
        done = 0
        while (most is None or done < most) and self.run_next():
            done += 1
        return done

    def run_next(self) -> bool:
        """Run one job; False when none waits, or this is closed."""
        if self._closing.is_set():
            return False
        with self._context.store.whole_network.reading() as session:
            if not jobs.anything_waits(session):
                return False
        lease = f"{self._name}/{uuid4().hex[:8]}"
        claimed = self._context.store.whole_network.transact(lambda session: jobs.claim(session, lease, self._lease))
        if claimed is not None:
            self._run(claimed)
        return claimed is not None

    def _run(self, claimed: Claimed) -> None:
        if claimed.attempts > (ATTEMPTS if KINDS[claimed.kind].repeatable else 1):
            self._end(claimed, Ending(FAILED, _abandoned(claimed)), 0, None)
            return
        with Heartbeat(self._context, claimed, self._lease, self._beat, self._closing) as beating:
            try:
                ending = self._ending(claimed, beating)
            except StoreUnavailable:  # whoever takes it over when the lease has run out has the database again
                log.warning("job %s waits for the database", claimed.id, exc_info=True)
                return
        done, of = beating.done, beating.of
        if ending is not None:
            whole = of or done
            self._end(claimed, ending, *((whole, whole) if ending.state == DONE else (done, of)))
        elif not beating.lost:
            self._context.store.whole_network.transact(lambda session: jobs.put_back(session, claimed))

    def _ending(self, claimed: Claimed, beating: Heartbeat) -> Ending | None:
        """How a job ends; None for one that stops without an end."""
        try:
            outcome = self._perform(_context_of(self._context, claimed, beating), _work_of(claimed, beating))
        except Stopped:
            if beating.refused is not None and not beating.lost:
                return Ending(FAILED, _as_json(beating.refused))
            return Ending(CANCELLED) if beating.cancelled and not beating.lost else None
        except StoreUnavailable:
            raise
        except K2KError as error:
            return Ending(FAILED, _as_json(error))
        except Exception as error:
            log.exception("job %s failed", claimed.id)
            return Ending(FAILED, _as_json(K2KError("{error}: {what}", error=type(error).__name__, what=str(error))))
        return Ending(DONE, None, outcome.result, outcome.file)

    def _end(self, claimed: Claimed, ending: Ending, done: int, of: int | None) -> None:
        def work(session: Session) -> None:
            if jobs.end(session, claimed, ending, done, of):
                emit_ended(session, claimed.company_id, claimed.id, claimed.kind, ending.state)

        self._context.store.whole_network.transact(work)


def _context_of(context: ServiceContext, claimed: Claimed, beating: Heartbeat) -> ServiceContext:
    """The context for the method: for the person who submitted the job, in their language."""
    must_go_on = Precondition(beating.require, {})
    with context.store.whole_network.reading() as session:
        actor = submitter(session, claimed)
    return replace(context, actor=actor, language=claimed.locale, precondition=must_go_on)


def _work_of(claimed: Claimed, beating: Heartbeat) -> Work:
    named = (claimed.company, claimed.kind, claimed.arguments)
    return Work(*named, claimed.content, claimed.run_key, beating.progress)


def _abandoned(claimed: Claimed) -> Json:
    error = Abandoned("Every worker that ran this job ended before it was done.", attempts=claimed.attempts - 1)
    error.localize(translator(claimed.locale))
    return _as_json(error)


def _as_json(error: K2KError) -> Json:
    return cast(Json, error.as_dict())
