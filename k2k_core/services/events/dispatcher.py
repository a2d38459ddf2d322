"""The dispatcher: in each round it leases due deliveries, sends them, and stores the outcomes.

One thread, the caller's, uses the database; the others only send, so that no unit of work waits for the network. Each
endpoint has a limited number of senders; failing or slow ones share half of the senders, so that a healthy endpoint
always finds one (architecture section 3, "Events").
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import queue
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from uuid import uuid4

from k2k_core.domain.retry_policy import Outcome, RetryPolicy
from k2k_core.errors import K2KError, StoreUnavailable
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.feeds import catch_up
from k2k_core.services.events.outbound_messages import Transports, open_transports
from k2k_core.settings.delivery_settings import SENDING_THREADS
from k2k_core.store.database.session import Session
from k2k_core.store.events import deliveries, outbox, webhook_endpoints
from k2k_core.store.events.deliveries import Due, Leased, Mail, Webhook

log = logging.getLogger("k2k.dispatch")

POLL = 0.25
"""Seconds after which it polls for new deliveries, when it was not notified."""

BACK_OFF = 2.0
"""Seconds after which it tries again when the database failed."""

SLOW = dt.timedelta(seconds=2)
"""An endpoint that takes longer than that to answer is treated like one that fails."""

MAIL = 0
"""Stands for the mail among the endpoints, whose ids begin with 1."""

Outgoing = Webhook | Mail
Report = Callable[["Counter[str]"], object]


def own_name() -> str:
    """The default name of a worker: its machine and process."""
    return f"{socket.gethostname()}-{os.getpid()}"


def _random() -> int:
    return random.randint(0, 1000)


class Dispatcher:
    """Sends due deliveries. Several dispatchers, in several processes, can share the work of one network."""

    def __init__(
        self,
        context: ServiceContext,
        *,
        name: str = "",
        threads: int = SENDING_THREADS,
        policy: RetryPolicy | None = None,
        out: Transports | None = None,
        chance: Callable[[], int] = _random,
    ) -> None:
        self._context = context
        self.name = f"{name or own_name()}/{uuid4().hex[:8]}"
        self._threads = max(2, threads)
        self._policy = policy or RetryPolicy()
        self._transports = out or open_transports(context.delivery_settings(), self._policy)
        self._random = chance
        self._takes = count(1)
        self._results: queue.SimpleQueue[tuple[Outgoing, Outcome]] = queue.SimpleQueue()
        self._unsaved: list[tuple[Leased, Outcome]] = []
        self._in_flight: Counter[int] = Counter()
        self._slow: set[int] = set()
        self._looked = 0.0
        self._wakeup = threading.Event()
        self._over = False

    def close(self) -> None:
        """Stop after the current deliveries. Safe in a signal handler: it only sets an event."""
        self._over = True

    def run(self, report: Report | None = None) -> None:
        """Send until it is closed. While the database is unavailable it retries."""
        with ThreadPoolExecutor(self._threads, "k2k-sender") as pool:
            while not self._over:
                self._try_round(pool, report)
                self._wakeup.wait(POLL)
                self._wakeup.clear()
            self._end(report)

    def drain(self, report: Report | None = None, *, patient: bool = False) -> Counter[str]:
        """Send what is due now, and return; with `patient` continue until nothing waits, including every retry.

        Returns how many deliveries were `delivered`, `failed` and are `dead`.
        """
        total: Counter[str] = Counter()

        def noting(done: Counter[str]) -> None:
            total.update(done)
            if report is not None:
                report(done)

        with ThreadPoolExecutor(self._threads, "k2k-sender") as pool:
            while not self._over:
                self._looked = 0.0
                busy = self._round(pool, noting)
                if not busy and not (patient and self._something_waits()):
                    break
                self._wakeup.wait(POLL)
                self._wakeup.clear()
            self._end(noting)
        return total

    def _something_waits(self) -> bool:
        with self._context.store.whole_network.reading() as session:
            return deliveries.waiting(session) > 0 or bool(webhook_endpoints.behind(session))

    def _try_round(self, pool: ThreadPoolExecutor, report: Report | None) -> None:
        """One round. If it fails, the next one still runs: what waits is stored in the database."""
        try:
            self._round(pool, report)
        except StoreUnavailable as error:
            log.warning("the database is away, sending waits for it: %s", error.message)
            self._wakeup.wait(BACK_OFF)
        except Exception:
            log.exception("a round of sending failed")
            self._wakeup.wait(BACK_OFF)

    def _round(self, pool: ThreadPoolExecutor, report: Report | None) -> bool:
        """Store outcomes, lease what is due, pass it to the senders; returns whether something is being sent."""
        if time.monotonic() - self._looked >= POLL:
            self._looked = time.monotonic()
            self._take_out_of_feeds()
        self._gather()
        with self._context.store.whole_network.reading() as session:
            places = self._shared_out(deliveries.due(session))
        if not places and not self._unsaved:
            return bool(self._in_flight.total())
        states, batch = self._context.store.whole_network.transact(lambda session: self._exchange(session, places))
        self._unsaved = []
        self._report(states, report)
        for outgoing in batch:
            self._in_flight[_where(outgoing.taken)] += 1
            pool.submit(self._send, outgoing)
        return bool(self._in_flight.total())

    def _exchange(self, session: Session, places: list[tuple[int, int]]) -> tuple[list[str], list[Outgoing]]:
        """Store the outcomes and lease the next deliveries, in one unit of work."""
        states = deliveries.settle(session, self._unsaved, self._policy, self._random) if self._unsaved else []
        batch: list[Outgoing] = []
        for place, most in places:
            endpoint_id = None if place == MAIL else place
            lease = f"{self.name}/{next(self._takes)}"
            leased = self._policy.mail_lease if endpoint_id is None else self._policy.lease
            ids = deliveries.take(session, endpoint_id, most, lease, leased)
            if ids:
                batch += deliveries.mails(session, ids) if place == MAIL else deliveries.webhooks(session, ids)
        return states, batch

    def _shared_out(self, due: list[Due]) -> list[tuple[int, int]]:
        """How many senders each endpoint gets now: healthy ones first, failing or slow ones from their half."""
        free = self._threads - self._in_flight.total()
        failing = {one.endpoint_id or MAIL for one in due if one.failures} | self._slow
        failing_now = sum(self._in_flight[place] for place in failing)
        free_for_failing = self._threads // 2 - failing_now
        failing_wait = any((one.endpoint_id or MAIL) in failing for one in due)
        # Failing endpoints get a sender too, however busy the others are.
        reserved = 1 if failing_wait and not failing_now else 0
        places = []
        random.shuffle(due)
        for one in sorted(due, key=lambda one: (one.endpoint_id or MAIL) in failing):
            place = one.endpoint_id or MAIL
            share = self._threads // 4 if place in failing else self._threads // 2
            if one.failures >= self._policy.backoff_after:
                share = 1  # after its pause it is tried once, not with everything that waits
            most = min(
                max(1, share) - self._in_flight[place], free, free_for_failing if place in failing else free - reserved
            )
            if most > 0:
                places.append((place, most))
                free -= most
                free_for_failing -= most if place in failing else 0
        return places

    def _send(self, outgoing: Outgoing) -> None:
        try:
            outcome = self._transports.send(outgoing, self._context.clock())
        except Exception as error:  # a defect of ours must not lose the sender; the delivery is tried again
            log.exception("sending %s failed", outgoing.taken.message_id)
            outcome = Outcome(False, f"a defect of K2K: {type(error).__name__}")
        self._results.put((outgoing, outcome))
        self._wakeup.set()

    def _gather(self) -> None:
        while not self._results.empty():
            outgoing, outcome = self._results.get()
            place = _where(outgoing.taken)
            self._in_flight[place] -= 1
            (self._slow.add if outcome.took > SLOW else self._slow.discard)(place)
            self._unsaved.append((outgoing.taken, outcome))

    def _take_out_of_feeds(self) -> None:
        """Bring the deliveries up to what has happened since."""
        context = self._context
        with context.store.whole_network.reading() as session:
            companies = webhook_endpoints.companies_with_offer_events(session)
        for company in companies:
            catch_up(context, company)
        with context.store.whole_network.reading() as session:
            behind = webhook_endpoints.behind(session)
        for endpoint_id in behind:
            while context.store.whole_network.transact(partial(outbox.take_out, endpoint_id=endpoint_id)):
                pass

    def _report(self, states: list[str], report: Report | None) -> None:
        if states and report is not None:
            counts = Counter(state if state != "waiting" else "failed" for state in states if state)
            report(counts)

    def _end(self, report: Report | None) -> None:
        """Wait for the current sends and store the outcomes, so that no lease is left to expire."""
        deadline = time.monotonic() + self._policy.lease.total_seconds()
        while self._in_flight.total() and time.monotonic() < deadline:
            self._wakeup.wait(POLL)
            self._wakeup.clear()
            self._gather()
        try:
            if self._unsaved:
                states, _ = self._context.store.whole_network.transact(lambda session: self._exchange(session, []))
                self._unsaved = []
                self._report(states, report)
        except K2KError as error:
            log.warning("what was sent last could not be written down: it will be sent again. %s", error.message)


def _where(taken: Leased) -> int:
    return taken.endpoint_id or MAIL
