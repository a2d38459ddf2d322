"""Processes due work, order by order, each in a unit of work of its own: a failing one does not stop the others.

A failure is logged, stored and retried by a later sweep, after a pause that doubles each time. Only an unavailable
database ends the sweep.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from k2k_core.clock import moment_text
from k2k_core.domain.order_ends import DueItem
from k2k_core.errors import K2KError, NotConfigured, StoreUnavailable
from k2k_core.services.context import ServiceContext
from k2k_core.store import sweep_failures
from k2k_core.store.database.session import Session
from k2k_core.store.sweep_failures import Subject

log = logging.getLogger("k2k.sweep")

AT_ONCE = 200
"""Rows in one page of what is due."""

FIRST_PAUSE, LONGEST_PAUSE = dt.timedelta(seconds=10), dt.timedelta(minutes=15)
"""How long what has failed is left alone: after the first failure, and after many."""

T = TypeVar("T", bound=Hashable)
Find = Callable[[Session, int, Any], Sequence[tuple[Any, T]]]
"""So many of what is due, in order, each after its place; from the beginning (None), or behind a place."""


@dataclass(frozen=True, slots=True)
class DueWork(Generic[T]):
    """What the work is called, how due items are found, what is done with each, and which cart or order each is."""

    name: str
    find: Find[T]
    work: Callable[[Session, T], bool]
    item: Callable[[Session, T], DueItem]


def do_each(context: ServiceContext, due: DueWork[T]) -> int:
    """Process everything that is due until nothing is left; returns how many were done. Failures are logged and stored,
    and not repeated in this call, nor before their pause is over.

    Raises `StoreUnavailable` when the database does not work.
    """
    sweep = _Sweep(context, due)
    count = 0
    while done := sum(sweep.do(one) for one in sweep.found()):
        count += done
    sweep.forget_what_fails_no_more()
    return count


def pause_after(attempts: int) -> dt.timedelta:
    """How long an item is left alone after so many failures in a row."""
    doubled: int = 1 << min(attempts - 1, 16)
    return min(LONGEST_PAUSE, FIRST_PAUSE * doubled)


class _Sweep(Generic[T]):
    """One sweep over the items of one work."""

    def __init__(self, context: ServiceContext, due: DueWork[T]) -> None:
        self._context, self._due = context, due
        self._left_alone: set[T] = set()
        self._failing: set[Subject] = set()
        with context.store.whole_network.reading() as session:
            self._known = sweep_failures.of_work(session, due.name)
            self._now = session.now

    def found(self) -> Iterator[T]:
        """Everything that is due, each item once, without those that failed or pause."""
        seen, last = set(self._left_alone), None
        while True:
            with self._context.store.whole_network.reading() as session:
                page = self._due.find(session, AT_ONCE, last)
            for _, one in page:
                if one not in seen:
                    seen.add(one)
                    yield one
            if len(page) < AT_ONCE:
                return
            last = page[-1][0]

    def do(self, one: T) -> bool:
        """Do the work for an item in a unit of work of its own, unless it pauses."""
        if self._pauses(one):
            return False
        try:
            return self._context.store.whole_network.transact(lambda session: self._due.work(session, one))
        except (StoreUnavailable, NotConfigured):
            raise
        except Exception as error:
            # A defect of one order, whatever it is, is no reason to hold the boxes of all others.
            self._note(one, error)
            return False

    def forget_what_fails_no_more(self) -> None:
        """Items that had failed, and were done now or are not due any more, fail no more."""
        gone = self._known.keys() - self._failing
        if gone:
            self._context.store.whole_network.transact(
                lambda session: sweep_failures.forget(session, self._due.name, gone)
            )

    def _pauses(self, one: T) -> bool:
        if not self._known:
            return False
        subject = _subject(self._item(one))
        _, retry_at = self._known.get(subject, ("", self._now))
        if retry_at <= self._now:
            return False
        self._left_alone.add(one)
        self._failing.add(subject)
        return True

    def _note(self, one: T, error: Exception) -> None:
        """Store a failure, and log it: with its traceback where it is another one than the last time."""
        self._left_alone.add(one)
        item, code = self._item(one), error.code if isinstance(error, K2KError) else type(error).__name__
        subject = _subject(item)
        self._failing.add(subject)
        attempts, until = self._context.store.whole_network.transact(
            lambda session: self._stored(session, subject, code)
        )
        before, _ = self._known.get(subject, ("", self._now))
        words = "%s could not be dealt with when its time was over (%s, failures so far: %d): it is tried again at %s"
        traceback = error if before != code else None
        log.error(words, item.name, code, attempts, moment_text(until.replace(microsecond=0)), exc_info=traceback)

    def _stored(self, session: Session, subject: Subject, code: str) -> tuple[int, dt.datetime]:
        attempts = sweep_failures.record(session, self._due.name, subject, code)
        until = session.now + pause_after(attempts)
        sweep_failures.postpone(session, self._due.name, subject, until)
        return attempts, until

    def _item(self, one: T) -> DueItem:
        with self._context.store.whole_network.reading() as session:
            return self._due.item(session, one)


def _subject(item: DueItem) -> Subject:
    return Subject(item.company_id, item.number)
