"""When orders expire that wait for an approval or for their vendor (domain section 5)."""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.domain.order_ends import OrderEnd, after_notice, approved_end, last_moment, waiting_end

BOGOTA = "America/Bogota"  # five hours behind UTC, all year
MONDAY, THURSDAY, FRIDAY = dt.date(2026, 2, 2), dt.date(2026, 2, 5), dt.date(2026, 2, 6)
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "1200")


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    """A moment of February 2026 in UTC."""
    return dt.datetime(2026, 2, day, hour, minute, tzinfo=dt.UTC)


def test_without_a_cut_off_the_last_day_ends_at_its_midnight_where_the_vendor_is() -> None:
    assert last_moment({}, 0, BOGOTA, THURSDAY) == at(6, 5)


def test_with_a_cut_off_the_last_day_ends_at_its_minute() -> None:
    assert last_moment({"thu": "0945"}, 0, BOGOTA, THURSDAY) == at(5, 14, 45)


def test_the_cut_off_of_the_day_that_still_reaches_the_ship_date_counts_not_of_the_ship_date() -> None:
    assert last_moment({**EVERY_DAY, "thu": "0800", "tue": "1500"}, 2, BOGOTA, THURSDAY) == at(3, 20)


def test_a_weekday_without_shipping_is_no_order_day() -> None:
    closed = {**EVERY_DAY, "thu": "no_shipping", "wed": "no_shipping"}
    assert last_moment(closed, 0, BOGOTA, THURSDAY) == at(3, 17)
    assert last_moment({"thu": "no_shipping"}, 0, BOGOTA, THURSDAY) == at(5, 5)  # the midnight of Wednesday


def test_a_vendor_that_never_ships_has_the_midnight() -> None:
    assert last_moment(dict.fromkeys(EVERY_DAY, "no_shipping"), 0, BOGOTA, THURSDAY) < at(6, 5)


@pytest.mark.parametrize("day", [dt.date.min, dt.date(1899, 12, 31)])
def test_a_day_before_there_were_time_zones_has_passed(day: dt.date) -> None:
    assert last_moment({}, 3650, BOGOTA, day) < at(1, 0)


@pytest.mark.parametrize(
    ("minutes", "ends", "notice"),
    [
        (120, at(2, 16), at(2, 15, 30)),
        (None, at(6, 5), at(5, 7, 15)),  # without boxes only the latest moment ends it
        (100_000, at(6, 5), at(5, 7, 15)),
    ],
)
def test_what_waits_ends_after_its_minutes_or_at_the_latest_moment_and_a_quarter_before_it_is_said(
    minutes: int | None, ends: dt.datetime, notice: dt.datetime
) -> None:
    assert waiting_end(at(2, 14), minutes, at(6, 5)) == (ends, notice, None)


def test_an_approved_order_is_overdue_at_the_end_of_its_day_and_ends_some_days_after() -> None:
    assert approved_end(THURSDAY, BOGOTA, 3) == (at(9, 5), at(6, 5), at(6, 5))
    assert approved_end(THURSDAY, BOGOTA, 0) == (at(6, 5), at(6, 5), at(6, 5))


def test_after_overdue_was_said_the_end_is_said_when_a_quarter_of_the_days_is_left_and_then_nothing_more() -> None:
    last = after_notice(OrderEnd(at(9, 5), at(6, 5), at(6, 5)))
    assert last == at(8, 11)
    assert after_notice(OrderEnd(at(9, 5), last, at(6, 5))) is None
    assert after_notice(OrderEnd(at(2, 16), at(2, 15, 30))) is None
