"""The retry policy of deliveries: exponential backoff with jitter, and when a delivery is given up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from k2k_core.domain.deliveries import DEAD, DELIVERED, WAITING

NO_TIME = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt. `final`: retrying is useless. `gone`: the receiver wants no more deliveries.

    `retry_after` is how long the receiver asked to wait, if it did; `took` is how long the attempt took.
    """

    delivered: bool
    error: str = ""
    final: bool = False
    gone: bool = False
    retry_after: dt.timedelta | None = None
    took: dt.timedelta = NO_TIME


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The limits of a sender.

    A lease is longer than an attempt can take, so that no two senders send the same delivery at the same time.
    """

    lease: dt.timedelta = dt.timedelta(seconds=60)
    mail_lease: dt.timedelta = dt.timedelta(seconds=300)
    first_delay: dt.timedelta = dt.timedelta(seconds=5)
    max_delay: dt.timedelta = dt.timedelta(hours=6)
    attempts: int = 20
    give_up_after: dt.timedelta = dt.timedelta(days=3)
    backoff_after: int = 5
    max_backoff: dt.timedelta = dt.timedelta(seconds=300)
    max_retry_after: dt.timedelta = dt.timedelta(hours=1)
    connect: dt.timedelta = dt.timedelta(seconds=5)
    answer: dt.timedelta = dt.timedelta(seconds=15)

    def delay(self, attempts: int, chance: int) -> dt.timedelta:
        """The wait after so many attempts: doubled each time, and randomly up to half of it shorter, so that deliveries
        that failed together are not retried together. `chance` is from 0 to 1,000."""
        return _by_chance(min(self.max_delay, _doubled(self.first_delay, attempts - 1)), chance)

    def backoff(self, failures: int, chance: int) -> dt.timedelta | None:
        """The pause of an endpoint after so many failures in a row; None while these are few."""
        if failures < self.backoff_after:
            return None
        return _by_chance(min(self.max_backoff, _doubled(self.first_delay, failures - self.backoff_after)), chance)

    def asked_to_wait(self, outcome: Outcome) -> dt.timedelta | None:
        """The wait that the receiver asked for, within limits."""
        if outcome.retry_after is None:
            return None
        return min(max(outcome.retry_after, NO_TIME), self.max_retry_after)


def _doubled(time: dt.timedelta, times: int) -> dt.timedelta:
    return time * (1 << min(times, 30))


def _by_chance(time: dt.timedelta, chance: int) -> dt.timedelta:
    return time * (2000 - chance) // 2000


class Tried(NamedTuple):
    """The state of a delivery after an attempt."""

    state: str
    next_at: dt.datetime
    error: str


def after_attempt(
    outcome: Outcome, attempts: int, since: dt.datetime, now: dt.datetime, policy: RetryPolicy, chance: int
) -> Tried:
    """What happens to a delivery that has waited since `since`, after attempt number `attempts`."""
    if outcome.delivered:
        return Tried(DELIVERED, now, "")
    asked = policy.asked_to_wait(outcome)
    next_at = now + max(policy.delay(attempts, chance), asked or NO_TIME)
    too_old = next_at - since > policy.give_up_after
    spent = outcome.final or attempts >= policy.attempts or too_old
    return Tried(DEAD if spent and not outcome.gone else WAITING, next_at, outcome.error)
