"""Waits for new events of a company's feed.

Who waits looks at the last places of the feeds alone: reading a buyer's feed may write to it. What this process commits
is noticed at once, what other processes commit within `POLL`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from k2k_core.domain.answers.events import FeedPage
from k2k_core.services.context import ServiceContext
from k2k_core.services.events.feed_request import FeedRequest
from k2k_core.store.events import feeds

POLL = 0.25
"""Seconds between two looks at what other processes have committed."""

Read = Callable[[FeedRequest], FeedPage]


class _Waiter:
    """A listener of the store that a thread waits for."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._notified = False
        self.closed = False

    def notify(self) -> None:
        with self._turn:
            self._notified = True
            self._turn.notify_all()

    def close(self) -> None:
        self.closed = True
        self.notify()

    def wait(self, seconds: float) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._notified, seconds)
            self._notified = False


def first_page(context: ServiceContext, company: str, request: FeedRequest, read: Read) -> FeedPage:
    """The next page of a feed; without events the first one that has some within the seconds of the request."""
    ends = time.monotonic() + request.wait
    with _listening(context) as waiter:
        while True:
            page = read(request)
            if page["items"]:
                return page
            request = replace(request, after=page["next_after"])
            if not _grows(context, company, request.after, ends, waiter):
                return page


def _grows(context: ServiceContext, company: str, after: int, ends: float, waiter: _Waiter) -> bool:
    """Wait until a feed may have grown; False when the time is over, or the store is closed."""
    while (left := ends - time.monotonic()) > 0:
        waiter.wait(min(POLL, left))
        if waiter.closed:
            return False
        if has_grown(context, company, after):
            return True
    return False


def has_grown(context: ServiceContext, company: str, after: int) -> bool:
    """Whether a company's feed has events after a place, or does not have the place any more, or those of its vendors
    are not copied into it yet."""
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        return feeds.last_place(session, company_id) != after or bool(feeds.unread(session, company_id))


@contextmanager
def _listening(context: ServiceContext) -> Iterator[_Waiter]:
    waiter = _Waiter()
    context.store.listeners.append(waiter)
    try:
        yield waiter
    finally:
        with suppress(ValueError):
            context.store.listeners.remove(waiter)
