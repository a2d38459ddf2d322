"""What is sent out of the house: the states of a delivery, how often it is tried, and what has to stay in order.

An event goes to each endpoint of its company, a notification to its address. Each of these is a delivery: it waits, is
taken on lease by one sender, and ends delivered or, after too many attempts, dead (architecture section 3, "Events").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

WAITING, DELIVERED, DEAD = "waiting", "delivered", "dead"
STATES = (WAITING, DELIVERED, DEAD)

ACTIVE, DISABLED = "active", "disabled"
"""States of an endpoint. Nothing is sent to a disabled one, and nothing of its is lost: it goes on where it stopped."""

WEBHOOK, MAIL = "webhook", "mail"
CHANNELS = (WEBHOOK, MAIL)


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
class Pace:
    """How a sender goes about it.

    A lease is longer than an attempt can take, so that nobody sends what somebody else is still sending.
    """

    lease: dt.timedelta = dt.timedelta(seconds=60)
    mail_lease: dt.timedelta = dt.timedelta(seconds=300)
    first_pause: dt.timedelta = dt.timedelta(seconds=5)
    longest_pause: dt.timedelta = dt.timedelta(hours=6)
    attempts: int = 20
    longest_age: dt.timedelta = dt.timedelta(days=3)
    rest_after: int = 5
    longest_rest: dt.timedelta = dt.timedelta(seconds=300)
    longest_retry_after: dt.timedelta = dt.timedelta(hours=1)
    connect: dt.timedelta = dt.timedelta(seconds=5)
    answer: dt.timedelta = dt.timedelta(seconds=15)

    def pause(self, attempts: int, chance: int) -> dt.timedelta:
        """How long to wait after so many attempts: twice as long each time, by chance up to half of it shorter, so that
        those who failed together do not come back together. `chance` is from 0 to 1,000."""
        return _by_chance(min(self.longest_pause, _doubled(self.first_pause, attempts - 1)), chance)

    def rest(self, failures: int, chance: int) -> dt.timedelta | None:
        """How long to leave an endpoint alone that has failed so many times running; None while these are few."""
        if failures < self.rest_after:
            return None
        return _by_chance(min(self.longest_rest, _doubled(self.first_pause, failures - self.rest_after)), chance)

    def asked_to_wait(self, outcome: Outcome) -> dt.timedelta | None:
        """How long the receiver asked to be left alone, as far as that is reasonable."""
        if outcome.retry_after is None:
            return None
        return min(max(outcome.retry_after, NO_TIME), self.longest_retry_after)


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
    outcome: Outcome, attempts: int, since: dt.datetime, now: dt.datetime, pace: Pace, chance: int
) -> Tried:
    """What becomes of a delivery that has been waiting `since`, after its attempt number `attempts`."""
    if outcome.delivered:
        return Tried(DELIVERED, now, "")
    asked = pace.asked_to_wait(outcome)
    next_at = now + max(pace.pause(attempts, chance), asked or NO_TIME)
    too_old = next_at - since > pace.longest_age
    spent = outcome.final or attempts >= pace.attempts or too_old
    return Tried(DEAD if spent and not outcome.gone else WAITING, next_at, outcome.error)


_NUMBERS = ("document", "purchase_order", "sales_order", "vendor_document", "order", "number", "cart", "awb")
"""Names under which an event's data hold the number of a document."""


def lines_named(data: Mapping[str, Any]) -> list[str]:
    """The order lines that an event is about."""
    named = [data.get("line"), data.get("needed_line"), *data.get("lines", ())]
    return [str(line) for line in named if line is not None]


def documents_of(data: Mapping[str, Any], numbers_of_line: Callable[[str], Iterable[str]]) -> list[str]:
    """What an event is about: those of one endpoint that share a document are sent one after the other.

    `numbers_of_line` names the documents of an order line, so that an event about a line waits for those about its
    order. Two documents of two companies may share a number: then one waits for the other, which does no harm.
    """
    found = [str(data[name]) for name in _NUMBERS if data.get(name) is not None]
    found += [str(number) for number in data.get("sales_orders", ())]
    found += [number for line in lines_named(data) for number in numbers_of_line(line)]
    if "box_code" in data:
        found.append(f"box {data['box_code']}")
    if not found and "vendor" in data:  # offers of a vendor, or a connection
        found.append(f"vendor {data['vendor']}")
    if not found and "lot" in data:
        found.append(f"vendor {str(data['lot']).partition('/')[0]}")
    return list(dict.fromkeys(found))
