"""One moment, and until when the answers computed for it are valid.

Whatever computes a cached value asks only the `Moment` what day it is in a time zone and whether a minute has passed
there. Each question records when its answer changes, so the cache knows when time alone invalidates the value.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

FOREVER = dt.datetime.max.replace(tzinfo=dt.UTC)
_DAY = dt.timedelta(days=1)
_SECOND = dt.timedelta(seconds=1)


class Moment:
    """`now`, aware. Before `holds_until`, the same questions get the same answers."""

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
        """Whether the clocks of a time zone have reached `minute` (`HHMM`) of the current day, or skipped it."""
        comes = when(self.day_in(timezone), minute, timezone)
        self._note(comes)
        return self.now >= comes

    def _note(self, change: dt.datetime | None) -> None:
        if change is not None and self.now < change < self.holds_until:
            self.holds_until = change


def when(day: dt.date, minute: str, timezone: str) -> dt.datetime:
    """The moment, in UTC, at which a minute (`HHMM`) of a day is reached in a time zone: the first time that its clocks
    show it or a later one. Clocks that are put back afterwards do not undo it."""
    zone, clock = ZoneInfo(timezone), dt.time(int(minute[:2]), int(minute[2:]))
    shown = dt.datetime.combine(day, clock, zone).astimezone(dt.UTC)  # of two the first
    if shown.astimezone(zone).time() == clock:
        return shown
    return _clocks_change(shown - _DAY, shown, zone) or shown  # the clocks leap over it


def _begins(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """The first moment of a day. If clocks skip midnight, it is the moment at which they are put forward."""
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
