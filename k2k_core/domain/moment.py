"""One moment, and until when what was asked of it stays as it is.

Whoever works something out that is kept asks the moment alone what day it is somewhere and whether a minute has come
there. Each question leaves behind when its answer changes: so what is kept knows when time alone ends it, without a
list of all that time can do.
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

    def today(self, timezone: str) -> dt.date:
        """The calendar day in a time zone."""
        day = self._days.get(timezone)
        if day is None:
            zone = ZoneInfo(timezone)
            day = self._days[timezone] = self.now.astimezone(zone).date()
            self._note(_begins(day + _DAY, zone))
        return day

    def has_come(self, timezone: str, minute: str) -> bool:
        """Whether the clocks of a time zone show `minute` (`HHMM`) of its present day, or a later one."""
        zone, day = ZoneInfo(timezone), self.today(timezone)
        clock = dt.time(int(minute[:2]), int(minute[2:]))
        for fold in (0, 1):  # clocks that are put back show the minute twice
            self._note(dt.datetime.combine(day, clock.replace(fold=fold), zone).astimezone(dt.UTC))
        self._note(_clocks_change(self.now.astimezone(dt.UTC), _begins(day + _DAY, zone), zone))
        return f"{self.now.astimezone(zone):%H%M}" >= minute

    def _note(self, change: dt.datetime | None) -> None:
        if change is not None and self.now < change < self.holds_until:
            self.holds_until = change


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
