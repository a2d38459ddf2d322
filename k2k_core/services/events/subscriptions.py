"""Use case: in-process subscriptions to changes of offers (domain section 3, "Availability").

A subscriber is called after the commit, in the order of the company's feed, in a thread of its own: a slow or failing
one delays nobody else. Commits of other processes are delivered with the next commit of this one; a program that needs
them sooner polls `events`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from k2k_core.domain.answers.events import FeedEvent
from k2k_core.domain.roles import READING
from k2k_core.errors import K2KError
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.feed_request import FeedRequest, event_types
from k2k_core.services.events.feeds import catch_up, events
from k2k_core.store.events.feeds import last_place
from k2k_core.store.events.offer_changes import CHANGED

_CONNECTION_EVENTS = ("activated", "suspended", "resumed", "changed", "ended")
SUBSCRIBED_EVENTS = frozenset((CHANGED, *(f"connection.{verb}" for verb in _CONNECTION_EVENTS)))
"""Events for subscribers: changes of offers, and of the connections that they depend on."""

CLOSE_TIMEOUT = 10.0
"""Seconds for which closing waits for a running callback."""

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
        self._wanted_events = wanted
        self._context = context
        self._callback = callback
        self._turn = threading.Condition()
        self._wanted = self._done = 0
        self._over = False
        self._thread = threading.Thread(target=self._listen, name=f"k2k-live-{company}", daemon=True)
        context.store.listeners.append(self)  # first, so that no commit is missed between the two
        self._after = _end_of_feed(context, company)
        self._thread.start()

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
                self._turn.wait_for(lambda: self._wanted != self._done or self._over)
                if self._over:
                    return
                target = self._wanted
            self._deliver()
            with self._turn:
                self._done = target
                self._turn.notify_all()

    def _deliver(self) -> None:
        try:
            new_events = events(self._context, self.company, FeedRequest(self._after))
        except K2KError:
            log.exception("the feed of %s could not be read: its subscriber hears of it the next time", self.company)
            return
        for event in new_events:
            if self._over:
                return
            self._after = event["seq"]
            if not self._wanted_events or event["type"] in self._wanted_events:
                self._call(event)

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
        return last_place(session, company_id)
