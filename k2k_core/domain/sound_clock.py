"""A clock of which every moment can be reckoned with: aware, and within the calendar of `parsing.moment`.

What a network computes from the current time (days in other zones, cut-offs, ends of orders) then stays within what
dates can hold. The clock of a machine may be wrong, and a host may pass its own.
"""

from __future__ import annotations

import datetime as dt

from k2k_core.clock import Clock
from k2k_core.domain.parsing import FIRST_YEAR, LAST_YEAR
from k2k_core.errors import ClockUnusable


def sound_clock(clock: Clock) -> Clock:
    """The same clock. It raises `ClockUnusable` where it tells no aware moment from year 1900 to 9000."""

    def now() -> dt.datetime:
        found: object = clock()
        if not isinstance(found, dt.datetime):
            raise ClockUnusable("The clock answers {value!r}, which is no moment.", value=found)
        if found.utcoffset() is None:
            raise ClockUnusable("The clock answers {value}, without a time zone.", value=found.isoformat())
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ClockUnusable(
                "The clock says that it is {value}; K2K knows the years {first} to {last}.",
                value=found.isoformat(),
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
        return found

    return now
