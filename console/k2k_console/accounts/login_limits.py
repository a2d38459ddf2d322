"""The limits on wrong passwords, counted in the database for all processes.

A log-in is counted before its password is checked, and taken back when it was right: of many at once no more are tried
than may. Counted are the source, and the pair of source and person: nobody can lock a person out from elsewhere. The
source of a device on which the person has logged in before is that device, wherever it is.

Flask-Limiter finds this storage by its scheme, `k2k://`, and calls it within a request: it counts in the network of
that application.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from math import ceil
from typing import NamedTuple, TypeVar

from flask import current_app
from limits import RateLimitItem, parse_many
from limits.storage import MovingWindowSupport, Storage
from werkzeug.exceptions import TooManyRequests

from k2k_console.facade_access import network
from k2k_core.errors import StoreUnavailable
from k2k_core.store import login_attempts
from k2k_core.store.database.session import Session

T = TypeVar("T")
ADDRESS = "k2k://"
EXTENSION = "k2k_limiter"
OF_ONE_SOURCE = parse_many("30 per minute; 200 per hour")
OF_ONE_SOURCE_AT_ONE_PERSON = parse_many("10 per minute; 60 per hour")
NO_LIMIT = 1_000_000_000


class DatabaseLimitStorage(Storage, MovingWindowSupport):
    """Attempts of the last minute and of the last hour, as rows of the network's database."""

    STORAGE_SCHEME = ["k2k"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """The errors that it raises when it cannot count."""
        return StoreUnavailable

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count attempts if they are within the limit; else return False."""
        return _write(lambda session: login_attempts.note(session, key, limit, expiry, amount))

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """When the first attempt that counts was made (now, without one), and how many count."""
        with network().reading() as session:
            count, first = login_attempts.counted(session, key)
        return (first.timestamp() if first is not None else time.time()), count

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count attempts without a limit; returns how many count now."""

        def count(session: Session) -> int:
            login_attempts.note(session, key, NO_LIMIT, expiry, amount)
            return login_attempts.counted(session, key)[0]

        return _write(count)

    def get(self, key: str) -> int:
        """How many attempts count."""
        return self.get_moving_window(key, 0, 0)[1]

    def get_expiry(self, key: str) -> float:
        """When the first attempt was made that counts."""
        return self.get_moving_window(key, 0, 0)[0]

    def check(self) -> bool:
        """Whether it can count."""
        return network().k2k.context.store.migrated()

    def reset(self) -> int | None:
        """Delete every attempt; returns how many there were."""
        return _write(login_attempts.forget_all)

    def clear(self, key: str) -> None:
        """Delete the attempts of one key."""
        _write(lambda session: login_attempts.forget(session, key))


class Counted(NamedTuple):
    """What an attempt counts for: a limit, and a name of which only the digest is stored."""

    limit: RateLimitItem
    name: str


def counts_of(source: str, email: str) -> list[Counted]:
    """What an attempt from a source at a person counts for; addresses are compared without case."""
    pair = f"{source} {email.casefold()}"
    return [
        *(Counted(limit, pair) for limit in OF_ONE_SOURCE_AT_ONE_PERSON),
        *(Counted(limit, source) for limit in OF_ONE_SOURCE),
    ]


def admit(counts: Sequence[Counted]) -> None:
    """Count an attempt. Raises `TooManyRequests`, with the seconds to wait, when one of its limits is reached."""
    strategy = current_app.extensions[EXTENSION].limiter
    for place, (limit, name) in enumerate(counts):
        if not strategy.hit(limit, name):
            take_back(counts[:place])
            over = strategy.get_window_stats(limit, name).reset_time
            raise TooManyRequests(retry_after=max(1, ceil(over - network().k2k.context.clock().timestamp())))


def take_back(counts: Sequence[Counted]) -> None:
    """Uncount an attempt: its password was right, or it was not tried."""

    def work(session: Session) -> None:
        for limit, name in counts:
            login_attempts.take_back(session, limit.key_for(name))

    _write(work)


def _write(work: Callable[[Session], T]) -> T:
    return network().k2k.context.store.transact(work)
