"""The limits on wrong passwords, by client address and by user, counted in the database for all processes.

Flask-Limiter finds this storage by its scheme, `k2k://`, and calls it within a request: it counts in the network of
that application.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from limits.storage import MovingWindowSupport, Storage

from k2k_console.facade_access import network
from k2k_core.errors import StoreUnavailable
from k2k_core.store import login_attempts
from k2k_core.store.database.session import Session

T = TypeVar("T")
ADDRESS = "k2k://"
ATTEMPTS_OF_ONE_ADDRESS = "30 per minute; 200 per hour"
ATTEMPTS_AT_ONE_PERSON = "10 per minute; 60 per hour"
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


def _write(work: Callable[[Session], T]) -> T:
    return network().k2k.context.store.transact(work)
