"""Local times, and until when an answer that depends on the current time stays valid."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from k2k_core.domain.local_time import FOREVER, Moment

ZONES = (
    "America/New_York",
    "America/Bogota",
    "Europe/Amsterdam",
    "Asia/Beirut",  # clocks leap over midnight
    "America/Havana",  # and show it twice
    "America/Asuncion",
    "Australia/Lord_Howe",  # half an hour
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "UTC",
)
CHANGES = tuple(
    dt.datetime(2026, month, day, tzinfo=dt.UTC) for month, day in ((3, 8), (3, 28), (3, 29), (4, 4), (10, 25), (11, 1))
)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def asked(now: dt.datetime, zone: str, minute: str) -> tuple[dt.date, bool]:
    """The same questions, answered minute by minute from the beginning of the day: what has come stays so."""
    day = now.astimezone(ZoneInfo(zone)).date()
    look, come = now.replace(second=0, microsecond=0), False
    while not come and (local := look.astimezone(ZoneInfo(zone))).date() == day:
        come = f"{local:%H%M}" >= minute
        look -= dt.timedelta(minutes=1)
    return day, come


def test_a_moment_of_which_nothing_was_asked_holds_forever() -> None:
    assert Moment(at("2026-02-02T09:00:00-05:00")).holds_until == FOREVER


def test_a_day_holds_until_midnight_where_it_was_asked_for() -> None:
    moment = Moment(at("2026-02-02T09:00:00-05:00"))
    assert moment.day_in("America/New_York") == dt.date(2026, 2, 2)
    assert moment.holds_until == at("2026-02-03T00:00:00-05:00")


def test_of_two_places_the_earlier_midnight_counts() -> None:
    moment = Moment(at("2026-02-02T09:00:00-05:00"))
    moment.day_in("America/New_York")
    moment.day_in("Africa/Nairobi")
    assert moment.holds_until == at("2026-02-03T00:00:00+03:00")


@pytest.mark.parametrize(
    ("now", "come", "until"),
    [
        ("2026-02-02T13:59:59-05:00", False, "2026-02-02T14:00:00-05:00"),
        ("2026-02-02T14:00:00-05:00", True, "2026-02-03T00:00:00-05:00"),
    ],
)
def test_a_minute_that_has_not_come_holds_until_it_does(now: str, come: bool, until: str) -> None:
    moment = Moment(at(now))
    assert moment.has_come("America/Bogota", "1400") is come
    assert moment.holds_until == at(until)


def test_a_minute_that_the_clocks_leap_over_has_come_when_they_do() -> None:
    moment = Moment(at("2026-03-08T01:30:00-05:00"))
    assert not moment.has_come("America/New_York", "0230")
    assert moment.holds_until == at("2026-03-08T03:00:00-04:00")
    assert Moment(moment.holds_until).has_come("America/New_York", "0230")


@pytest.mark.parametrize(
    ("now", "come"),
    [
        ("2026-11-01T01:29:59-04:00", False),
        ("2026-11-01T01:30:00-04:00", True),
        ("2026-11-01T01:10:00-05:00", True),
        ("2026-11-01T01:30:00-05:00", True),
    ],
)
def test_a_minute_that_the_clocks_show_twice_has_come_with_the_first(now: str, come: bool) -> None:
    assert Moment(at(now)).has_come("America/New_York", "0130") is come


@settings(deadline=None)  # how long one takes says how busy the machine is
@given(
    st.sampled_from(ZONES),
    st.sampled_from(CHANGES),
    st.integers(-36 * 60, 36 * 60),
    st.integers(0, 23 * 60 + 59),
    st.integers(0, 999),
)
def test_nothing_changes_before_an_answer_ends(
    zone: str, change: dt.datetime, minutes: int, minute: int, part: int
) -> None:
    now = change + dt.timedelta(minutes=minutes)
    clock = f"{minute // 60:02}{minute % 60:02}"
    moment = Moment(now)
    answer = moment.day_in(zone), moment.has_come(zone, clock)
    assert answer == asked(now, zone, clock)
    assert now < moment.holds_until <= now + dt.timedelta(hours=26)
    assert asked(now + (moment.holds_until - now) * part // 1000, zone, clock) == answer
    assert asked(moment.holds_until - dt.timedelta(seconds=1), zone, clock) == answer or moment.holds_until - now < (
        dt.timedelta(seconds=1)
    )
