"""When orders end that nobody approves, or that the vendor does not confirm (domain section 5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.domain.items import FUTURE_SALES, VENDOR_AVAILABILITY, Lot
from k2k_core.domain.local_time import when
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, weekday
from k2k_core.domain.settings import CompanySettings

_DAY = dt.timedelta(days=1)
_FIRST_DAY = dt.date(1900, 1, 1)
"""Earlier days are not used: there were no time zones."""


class OrderEnd(NamedTuple):
    """The moments of an order line, in UTC. `expires_at` ends it; at `notice_at` both companies are notified
    beforehand; from `overdue_at` on an approved order can only be confirmed late. None: it does not happen."""

    expires_at: dt.datetime | None = None
    notice_at: dt.datetime | None = None
    overdue_at: dt.datetime | None = None


NO_END = OrderEnd()


class DueItem(NamedTuple):
    """A cart or an order that is due, by its company and its number."""

    company_id: int
    company: str
    number: str

    @property
    def name(self) -> str:
        """What it is called in a log."""
        return f"{self.company} {self.number}"


def minutes_held(settings: CompanySettings, lot: Lot) -> int:
    """How long the boxes of a lot are held for an approval, in minutes: longer for stock that has not arrived."""
    future = lot.future or lot.inventory_type in (FUTURE_SALES, VENDOR_AVAILABILITY)
    return settings.approval_minutes_future if future else settings.approval_minutes


def last_moment(cut_offs: Mapping[str, str], offset: int, timezone: str, leaves: dt.date) -> dt.datetime:
    """Until when boxes that leave on a day can be ordered: the effective cut-off, or else the midnight, of the last
    order day for it (domain section 4). A weekday without shipping is no order day."""
    day = max(_FIRST_DAY, dt.date.fromordinal(max(1, leaves.toordinal() - offset)))
    for _ in WEEKDAYS:
        if cut_offs.get(weekday(day)) != NO_SHIPPING or day == _FIRST_DAY:
            break
        day -= _DAY
    cut_off = cut_offs.get(weekday(day), NO_SHIPPING)
    return end_of_day(day, timezone) if cut_off == NO_SHIPPING else when(day, cut_off, timezone)


def waiting_end(now: dt.datetime, minutes: int | None, latest: dt.datetime) -> OrderEnd:
    """When a line that waits for its approval ends: after its minutes, if it has any, and at the latest at `latest`.
    Both companies are notified when a quarter of the time is left."""
    ends = latest if minutes is None else min(latest, now + dt.timedelta(minutes=minutes))
    return OrderEnd(ends, _quarter_before(now, ends))


def approved_end(leaves: dt.date, timezone: str, overdue_days: int) -> OrderEnd:
    """When an approved order ends that its vendor does not confirm: some days after its vendor ship date. At the end of
    that date it is overdue, and both companies are notified."""
    late, ends = end_of_day(leaves, timezone), end_of_day(leaves + overdue_days * _DAY, timezone)
    return OrderEnd(ends, late, late)


def after_notice(end: OrderEnd) -> dt.datetime | None:
    """When both companies are notified the second time: when a quarter of the days of an overdue order is left. None
    after the last notice."""
    if end.expires_at is None or end.overdue_at is None or end.notice_at != end.overdue_at:
        return None
    return _quarter_before(end.overdue_at, end.expires_at)


def end_of_day(day: dt.date, timezone: str) -> dt.datetime:
    """The first moment after a day in a time zone, in UTC."""
    return when(max(day, _FIRST_DAY) + _DAY, "0000", timezone)


def _quarter_before(start: dt.datetime, ends: dt.datetime) -> dt.datetime:
    return ends - (ends - start) / 4
