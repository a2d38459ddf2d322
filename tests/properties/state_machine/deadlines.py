"""The model's times at which waiting order lines end (domain section 5)."""

from __future__ import annotations

import datetime as dt

from tests.properties.state_machine.network import VIA

CUT_OFF = dt.timedelta(hours=19, minutes=30)
"""When SIERRA stops shipping for the day: half past two there."""

CART, APPROVAL, OVERDUE = dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=3)
MIDNIGHT = dt.timedelta(hours=5)
"""When a day ends where the vendors are."""


def leaves(now: dt.datetime, customer: str | None) -> dt.date:
    """The vendor ship date of what is ordered now: it arrives four days later."""
    return now.date() + dt.timedelta(days=4 - (VIA.get(customer or "", "warehouse") == "warehouse"))


def end_of(day: dt.date) -> dt.datetime:
    """The midnight after a day where the vendors are."""
    return _moment(day + dt.timedelta(days=1), MIDNIGHT)


def last_moment(vendor: str, day: dt.date) -> dt.datetime:
    """Until when what leaves on a day can be ordered."""
    return _moment(day, CUT_OFF) if vendor == "SIERRA" else end_of(day)


def _moment(day: dt.date, time: dt.timedelta) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC) + time
