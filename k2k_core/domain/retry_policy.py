"""How often and how soon a delivery is tried again: exponential backoff with jitter, and when it is given up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from k2k_core.domain.deliveries import DEAD, DELIVERED, WAITING

NO_TIME = dt.timedelta()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. `final`: there is no use in trying again. `gone`: the receiver wants no more of it.

    `retry_after` is how long the receiver asked to be left alone, where it said so; `took` how long the attempt took.
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

    A lease is longer than an attempt can take, so that nobody sends what somebody else is still sending.
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
        """How long to wait after so many attempts: twice as long each time, by chance up to half of it shorter, so that
        those who failed together do not come back together. `chance` is from 0 to 1,000."""
        return _by_chance(min(self.max_delay, _doubled(self.first_delay, attempts - 1)), chance)

    def backoff(self, failures: int, chance: int) -> dt.timedelta | None:
        """How long to leave an endpoint alone that has failed so many times running; None while these are few."""
        if failures < self.backoff_after:
            return None
        return _by_chance(min(self.max_backoff, _doubled(self.first_delay, failures - self.backoff_after)), chance)

    def asked_to_wait(self, outcome: Outcome) -> dt.timedelta | None:
        """How long the receiver asked to be left alone, as far as that is reasonable."""
        if outcome.retry_after is None:
            return None
        return min(max(outcome.retry_after, NO_TIME), self.max_retry_after)


def _doubled(time: dt.timedelta, times: int) -> dt.timedelta:
    return time * (1 << min(times, 30))


def _by_chance(time: dt.timedelta, chance: int) -> dt.timedelta:
    return time * (2000 - chance) // 2000


class Tried(NamedTuple):
    """What is known of a delivery once it was tried."""

    state: str
    next_at: dt.datetime
    error: str


def after_attempt(
    outcome: Outcome, attempts: int, since: dt.datetime, now: dt.datetime, policy: RetryPolicy, chance: int
) -> Tried:
    """What happens to a delivery that has been waiting `since`, after its attempt number `attempts`."""
    if outcome.delivered:
        return Tried(DELIVERED, now, "")
    asked = policy.asked_to_wait(outcome)
    next_at = now + max(policy.delay(attempts, chance), asked or NO_TIME)
    too_old = next_at - since > policy.give_up_after
    spent = outcome.final or attempts >= policy.attempts or too_old
    return Tried(DEAD if spent and not outcome.gone else WAITING, next_at, outcome.error)
