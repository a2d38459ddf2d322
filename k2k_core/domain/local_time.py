"""One moment, and until when the answers to what was asked of it hold.

Whoever computes something that is cached asks only the moment what day it is somewhere and whether a minute has come
there. Each question records when its answer changes, so the cache knows when time alone invalidates it.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


class Moment:
    """`now`, aware. Before `holds_until` nobody who asks the same questions gets another answer."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.holds_until = FOREVER
        self._days: dict[str, dt.date] = {}

    def day_in(self, timezone: str) -> dt.date:
        """The calendar day in a time zone."""
        day = self._days.get(timezone)
        if day is None:
            zone = ZoneInfo(timezone)
            day = self._days[timezone] = self.now.astimezone(zone).date()
            self._note(_begins(day + _DAY, zone))
        return day

    def has_come(self, timezone: str, minute: str) -> bool:
        """Whether the clocks of a time zone have shown `minute` (`HHMM`) of its present day, or leapt over it."""
        comes = when(self.day_in(timezone), minute, timezone)
        self._note(comes)
        return self.now >= comes

    def _note(self, change: dt.datetime | None) -> None:
        if change is not None and self.now < change < self.holds_until:
            self.holds_until = change


def when(day: dt.date, minute: str, timezone: str) -> dt.datetime:
    """The moment, in UTC, from which on a minute (`HHMM`) of a day has come in a time zone: the first one at which the
    clocks show it, or a later one. Clocks that are put back afterwards do not take it away again."""
    zone, clock = ZoneInfo(timezone), dt.time(int(minute[:2]), int(minute[2:]))
    shown = dt.datetime.combine(day, clock, zone).astimezone(dt.UTC)  # of two the first
    if shown.astimezone(zone).time() == clock:
        return shown
    return _clocks_change(shown - _DAY, shown, zone) or shown  # the clocks leap over it


def _begins(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first moment of a day. Where clocks leap over midnight, that is the moment of their leap."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def _clocks_change(start: dt.datetime, end: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The moment between two others, in UTC, at which the clocks are put forward or back; None when they are not."""
    before = start.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == before:
        return None
    while end - start > _SECOND:
        middle = start + (end - start) / 2
        if middle.astimezone(zone).utcoffset() == before:
            start = middle
        else:
            end = middle
    return end.replace(microsecond=0)
