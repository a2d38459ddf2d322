"""Use case: in-process subscriptions to changes of offers (domain section 3, "Availability").

A subscriber is called after the commit, in the order of the company's feed, in a thread of its own: a slow or failing
one delays nobody else. What this process commits is delivered at once, what other processes commit within `POLL`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from types import TracebackType

from k2k_core.domain.answers.events import FeedEvent, FeedPage
from k2k_core.domain.roles import READING
from k2k_core.errors import FeedGone, K2KError
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.feed_request import MOST_EVENTS, FeedRequest, event_types
from k2k_core.services.events.feeds import catch_up, page_of_events
from k2k_core.services.events.waiting import POLL, has_grown
from k2k_core.store.database.session import Session
from k2k_core.store.events import feeds
from k2k_core.store.events.offer_changes import CHANGED

_CONNECTION_EVENTS = ("activated", "suspended", "resumed", "changed", "ended")
SUBSCRIBED_EVENTS = frozenset((CHANGED, *(f"connection.{verb}" for verb in _CONNECTION_EVENTS)))
"""Events for subscribers: changes of offers, and of the connections that they depend on."""

CLOSE_TIMEOUT = 10.0
"""Seconds for which closing waits for a running callback."""

_At = tuple[int, datetime] | None
"""Which event stands at a place of a feed."""

log = logging.getLogger("k2k.live")


class Subscription:
    """One subscriber of a company. It gets the events from now on, until it is closed, or the network is."""

    def __init__(
        self,
        context: ServiceContext,
        company: str,
        callback: Callable[[FeedEvent], object],
        wanted: frozenset[str] = SUBSCRIBED_EVENTS,
    ) -> None:
        self.company = company
        self._types = tuple(sorted(wanted))
        self._context = context
        self._callback = callback
        self._turn = threading.Condition()
        self._wanted = self._done = 0
        self._over = self._failing = False
        self._thread = threading.Thread(target=self._listen, name=f"k2k-live-{company}", daemon=True)
        self._looked_at = context.clock()
        context.store.listeners.append(self)  # first, so that no commit is missed between the two
        self._after = _end_of_feed(context, company)
        self._last = self._event_at(self._after)
        self._thread.start()

    def __enter__(self) -> Subscription:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def notify(self) -> None:
        """Called after a commit of events: read the feed soon."""
        with self._turn:
            self._wanted += 1
            self._turn.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until the callback has received everything that this process has committed so far; False on timeout."""
        with self._turn:
            target = self._wanted
            return self._turn.wait_for(lambda: self._done >= target or self._over, seconds)

    def close(self) -> None:
        """End the subscription, after a running callback has returned; closing twice is harmless."""
        with self._turn:
            self._over = True
            self._turn.notify_all()
        with suppress(ValueError):
            self._context.store.listeners.remove(self)
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_TIMEOUT)

    def _listen(self) -> None:
        while True:
            with self._turn:
                notified = self._turn.wait_for(lambda: self._wanted != self._done or self._over, POLL)
                if self._over:
                    return
                target = self._wanted
            if notified or self._others_committed():
                self._deliver()
            with self._turn:
                self._done = target
                self._turn.notify_all()

    def _others_committed(self) -> bool:
        """Whether another process has committed something that this feed does not have yet."""
        try:
            return has_grown(self._context, self.company, self._after)
        except K2KError:
            return True  # reading the feed says what is the matter, or finds that it is over

    def _deliver(self) -> None:
        """Call back with what is new, a page at a time."""
        whole = False
        while not whole and not self._over:
            try:
                page, last = self._next_page()
            except K2KError as error:
                self._report(error)
                return
            self._failing = False
            for event in page["items"]:
                if not self._over:
                    self._call(event)
            whole = page["next_after"] - self._after < MOST_EVENTS
            self._after, self._last = page["next_after"], last

    def _next_page(self) -> tuple[FeedPage, _At]:
        """What is new, and which event stands at its end."""
        now = self._context.clock()
        try:
            page, there, last = self._read()
        except FeedGone as error:
            self._after = self._place_after(error)
            page, there, last = self._read()
        else:
            if self._last is not None and there not in (self._last, None):
                # Another event than was heard: the network was restored, and has had as many events since.
                log.error("the network was restored to an earlier state: %s is to be read anew", self.company)
                self._after = self._place_in_restored()
                page, there, last = self._read()
        self._looked_at = now
        return page, last

    def _read(self) -> tuple[FeedPage, _At, _At]:
        """In one snapshot: a page, which event stands at the place before it, and which at its end."""
        with self._context.store.reading_once():
            page = page_of_events(self._context, self.company, FeedRequest(self._after, types=self._types))
            return page, self._event_at(self._after), self._event_at(page["next_after"])

    def _place_after(self, error: FeedGone) -> int:
        """Where to go on after a place that is not there any more."""
        oldest, last = (int(str(error.facts[name])) for name in ("oldest", "last"))
        if self._after <= last:
            log.error("events of %s were deleted before its subscriber heard of them", self.company, exc_info=error)
            return oldest - 1
        log.error("what the subscriber of %s knows is to be read anew", self.company, exc_info=error)
        return max(oldest - 1, self._place_in_restored())

    def _place_in_restored(self) -> int:
        """Where to go on in a network that was restored: everything since the last page is new, and the rest, which the
        backup had, was heard."""
        with self._context.store.reading() as session:
            return feeds.last_place_before(session, self._shown(session), self._looked_at)

    def _event_at(self, place: int) -> _At:
        with self._context.store.reading() as session:
            return feeds.event_at(session, self._shown(session), place)

    def _shown(self, session: Session) -> int:
        company_id = self._context.snapshots.get(session, self.company).id
        session.show(company_id)
        return company_id

    def _report(self, error: K2KError) -> None:
        """Log a feed that cannot be read, once until it can be read again."""
        if not self._failing:
            about = "the feed of %s could not be read: its subscriber hears of it as soon as it can"
            log.error(about, self.company, exc_info=error)
        self._failing = True

    def _call(self, event: FeedEvent) -> None:
        # One try: an event that a subscriber could not take is in the feed, where it can read it again.
        try:
            self._callback(event)
        except Exception:
            log.exception("a subscriber of %s failed at event %s", self.company, event["seq"])


def subscribe(
    context: ServiceContext,
    company: str,
    callback: Callable[[FeedEvent], object],
    types: Sequence[str] | None = None,
) -> Subscription:
    """Call `callback` with the events of a company's feed from now on: with those of `types`, where none named means
    all; without `types` with every `offer.changed`, for its own lots and for those that connected vendors share with
    it, and when such a connection is activated, suspended, changed or ended. For whoever may read the feed."""
    context.actor.require(READING, company)
    wanted = SUBSCRIBED_EVENTS if types is None else frozenset(event_types(types))
    return Subscription(context, company, callback, wanted)


def _end_of_feed(context: ServiceContext, company: str) -> int:
    company_id = catch_up(context, company)
    with context.store.reading() as session:
        session.show(company_id)
        return feeds.last_place(session, company_id)
