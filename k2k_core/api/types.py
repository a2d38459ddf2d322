"""Argument types that several parts of the facade share."""

from __future__ import annotations

import datetime as dt

from k2k_core.domain import parsing

Day = dt.date | str
"""A day, or its ISO text: `2026-02-12`."""


Moment = dt.datetime | str
"""A moment with its time zone, or its ISO text: `2026-02-12T09:00:00-05:00`."""


def day_of(value: Day | None) -> dt.date | None:
    """The day of an argument. Raises `Invalid` for a text that is no day, and for a day out of bounds."""
    return None if value is None else parsing.counted_day(value)
