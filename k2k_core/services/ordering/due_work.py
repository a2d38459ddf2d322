"""Processes due work, order by order, each in a unit of work of its own: a failing one does not stop the others.

A failure is logged and retried by the next sweep. Only an unavailable database ends the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from k2k_core.errors import NotConfigured, StoreUnavailable
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session

log = logging.getLogger("k2k.sweep")

AT_ONCE = 200
"""Rows in one page of what is due."""

T = TypeVar("T", bound=Hashable)
Find = Callable[[Session, int, Any], Sequence[tuple[Any, T]]]
"""So many of what is due, in order, each after its place; from the beginning (None), or behind a place."""


@dataclass(frozen=True, slots=True)
class DueWork(Generic[T]):
    """How due items are found, what is done with each, and its name in the log: its company and its number."""

    find: Find[T]
    work: Callable[[Session, T], bool]
    name: Callable[[Session, T], str]


def do_each(context: ServiceContext, due: DueWork[T]) -> int:
    """Process everything that is due until nothing is left; returns how many were done. Failures are logged, and not
    repeated in this call.

    Raises `StoreUnavailable` when the database does not work.
    """
    failed: set[T] = set()
    count = 0
    while done := sum(_done(context, due, one, failed) for one in _found(context, due, failed)):
        count += done
    return count


def _found(context: ServiceContext, due: DueWork[T], failed: set[T]) -> Iterator[T]:
    """Everything that is due, each item once, without those that failed."""
    seen, last = set(failed), None
    while True:
        with context.store.reading() as session:
            page = due.find(session, AT_ONCE, last)
        for _, one in page:
            if one not in seen:
                seen.add(one)
                yield one
        if len(page) < AT_ONCE:
            return
        last = page[-1][0]


def _done(context: ServiceContext, due: DueWork[T], one: T, failed: set[T]) -> bool:
    try:
        return context.store.transact(lambda session: due.work(session, one))
    except (StoreUnavailable, NotConfigured):
        raise
    except Exception:  # a defect of one order, whatever it is, is no reason to hold the boxes of all others
        failed.add(one)
        with context.store.reading() as session:
            name = due.name(session, one)
        log.exception("%s could not be dealt with when its time was over: the next sweep tries again", name)
        return False
