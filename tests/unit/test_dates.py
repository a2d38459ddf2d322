"""The planner of ship dates: two time zones, cut-offs, offsets, days of service (domain section 4)."""

from __future__ import annotations

import datetime as dt

import pytest

from k2k_core.domain.dates import Planner, Receiver, Shipper, effective_cut_offs, next_cut_off
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parties import Carrier

BOGOTA, NEW_YORK, NAIROBI = "America/Bogota", "America/New_York", "Africa/Nairobi"
MONDAY = dt.date(2026, 2, 2)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def planner(now: str, shipper: Shipper | None = None, receiver: Receiver | None = None) -> Planner:
    return Planner(
        shipper or Shipper("ANDES", BOGOTA), receiver or Receiver("BLOOM", NEW_YORK, "C-100"), Moment(at(now))
    )


@pytest.mark.parametrize(("offset", "ships"), [(3, "2026-02-05"), (2, "2026-02-04"), (0, "2026-02-02")])
def test_the_offset_counts_calendar_days_from_the_order_day(offset: int, ships: str) -> None:
    plan = planner("2026-02-02T09:00:00-05:00", Shipper("ANDES", BOGOTA, offset))
    assert plan.earliest_vendor_ship.isoformat() == ships


@pytest.mark.parametrize(("minute", "order_day"), [("13:59", "2026-02-02"), ("14:00", "2026-02-03")])
def test_from_the_minute_of_the_cut_off_on_the_order_day_is_tomorrow(minute: str, order_day: str) -> None:
    plan = planner(f"2026-02-02T{minute}:00-05:00", Shipper("ANDES", BOGOTA, cut_offs={"mon": "1400"}))
    assert plan.order_day.isoformat() == order_day


def test_a_date_that_only_the_cut_off_has_taken_says_so_and_names_the_next() -> None:
    shipper = Shipper("ANDES", BOGOTA, 1, 1, {"mon": "1400"})
    denials = planner("2026-02-02T14:00:00-05:00", shipper).denials(dt.date(2026, 2, 4))
    assert list(denials) == ["cut_off_passed"]
    assert "2026-02-05" in denials["cut_off_passed"].reason


def test_a_date_that_was_too_early_before_the_cut_off_too_is_before_the_earliest() -> None:
    shipper = Shipper("ANDES", BOGOTA, 1, 1, {"mon": "1400"})
    denials = planner("2026-02-02T14:00:00-05:00", shipper).denials(dt.date(2026, 2, 3))
    assert list(denials) == ["before_earliest_ship_date"]


def test_a_weekday_without_shipping_is_neither_an_order_day_nor_a_ship_day() -> None:
    shipper = Shipper("ANDES", BOGOTA, cut_offs={"sun": "no_shipping", "mon": "no_shipping"})
    plan = planner("2026-02-01T10:00:00-05:00", shipper)
    assert plan.order_day == dt.date(2026, 2, 3)
    assert list(plan.denials(dt.date(2026, 2, 8))) == ["vendor_no_service"]


def test_a_vendor_whose_day_is_not_over_still_ships_on_it() -> None:
    """At half past four on Tuesday in Nairobi it is still Monday in Bogota."""
    plan = planner("2026-02-03T04:30:00+03:00", receiver=Receiver("SAVANNA", NAIROBI, "C-1", max_days=1))
    assert plan.dates() == [MONDAY, dt.date(2026, 2, 3), dt.date(2026, 2, 4)]
    assert plan.first() == MONDAY


def test_the_vendor_s_day_may_be_another_than_the_buyer_s() -> None:
    """At nine in the evening in New York it is already tomorrow in Nairobi."""
    plan = planner("2026-02-02T21:00:00-05:00", Shipper("RIFT", NAIROBI))
    assert (plan.shipper_today, plan.buyer_today) == (dt.date(2026, 2, 3), MONDAY)
    assert list(plan.denials(MONDAY)) == ["before_earliest_ship_date"]
    assert not plan.denials(dt.date(2026, 2, 3))


def test_the_last_day_counts_in_the_buyer_s_time_zone() -> None:
    receiver = Receiver("BLOOM", NEW_YORK, "C-100", max_days=2)
    plan = planner("2026-02-02T21:00:00-05:00", Shipper("RIFT", NAIROBI), receiver)
    assert not plan.denials(dt.date(2026, 2, 4))
    too_far = plan.denials(dt.date(2026, 2, 5))["beyond_max_days"]
    assert too_far.cured_on == dt.date(2026, 2, 3)


def test_days_of_service_count_on_both_sides_each_on_its_own_day() -> None:
    shipper = Shipper("ANDES", BOGOTA, transit_days=1, service=frozenset({"tue", "thu"}))
    receiver = Receiver("BLOOM", NEW_YORK, "C-100", frozenset({"wed"}))
    plan = planner("2026-02-02T09:00:00-05:00", shipper, receiver)
    assert plan.first() == dt.date(2026, 2, 4)
    assert list(plan.denials(dt.date(2026, 2, 6))) == ["customer_no_service"]
    assert set(plan.denials(dt.date(2026, 2, 7))) == {"vendor_no_service", "customer_no_service"}


def test_without_a_limit_sixty_days_are_listed() -> None:
    dates = planner("2026-02-02T09:00:00-05:00").dates()
    assert (dates[0], dates[-1]) == (MONDAY, MONDAY + dt.timedelta(days=60))


@pytest.mark.parametrize(
    ("now", "missed"),
    [("2026-03-08T05:30:00+00:00", False), ("2026-03-08T06:30:00+00:00", False), ("2026-03-08T07:00:00+00:00", True)],
)
def test_a_cut_off_in_the_hour_that_summer_time_skips_falls_when_the_clock_has_passed_it(
    now: str, missed: bool
) -> None:
    """On 8 March 2026 New York's clock goes from 01:59 to 03:00: 02:30 never comes, and 03:00 is past it."""
    plan = planner(now, Shipper("METRO", NEW_YORK, cut_offs={"sun": "0230"}))
    assert bool(plan.missed_cut_off) is missed


def test_a_cut_off_that_the_clocks_show_twice_falls_once() -> None:
    """On 1 November 2026 New York's clock shows 01:30 twice: the second time an order has been too late for an hour."""
    shipper = Shipper("METRO", NEW_YORK, cut_offs={"sun": "0130"})
    missed = [
        bool(planner(f"2026-11-01T{clock}", shipper).missed_cut_off)
        for clock in ("01:29:00-04:00", "01:30:00-04:00", "01:10:00-05:00", "01:30:00-05:00")
    ]
    assert missed == [False, True, True, True]


def test_the_next_cut_off_in_the_hour_that_is_leapt_over_is_the_leap() -> None:
    leap = next_cut_off({"sun": "0230"}, NEW_YORK, at("2026-03-08T01:30:00-05:00"))
    assert leap == at("2026-03-08T03:00:00-04:00")


def test_the_next_cut_off_is_a_moment_whatever_the_clocks_do() -> None:
    cut_offs = {"sun": "0300", "mon": "0300"}
    before = next_cut_off(cut_offs, NEW_YORK, at("2026-03-08T01:30:00-05:00"))
    after = next_cut_off(cut_offs, NEW_YORK, at("2026-03-08T03:00:00-04:00"))
    assert before == at("2026-03-08T03:00:00-04:00")
    assert after == at("2026-03-09T03:00:00-04:00")
    assert next_cut_off({"fri": "1000"}, NEW_YORK, at("2026-03-08T01:30:00-05:00")) is None


def test_the_earlier_of_the_shop_s_and_the_carrier_s_cut_off_counts() -> None:
    carriers = {"TRUCK": Carrier("TRUCK", "Truck", {"mon": "1200", "tue": "1600", "wed": "no_shipping"})}
    service = dict.fromkeys(("mon", "tue", "wed", "thu"), "TRUCK")
    shop = {"mon": "1400", "tue": "1400", "wed": "1400", "thu": "1400"}
    assert effective_cut_offs(shop, service, carriers) == {
        "mon": "1200",
        "tue": "1400",
        "wed": "no_shipping",
        "thu": "1400",
    }


def test_the_planner_returns_its_chain_of_reasons() -> None:
    shipper = Shipper("ANDES", BOGOTA, 2, 1, {"mon": "0800"}, frozenset({"thu"}))
    reasons = planner("2026-02-02T09:00:00-05:00", shipper).reasons()
    assert reasons == [
        "ANDES: today is Monday 2026-02-02 (America/Bogota)",
        "the cut-off of 08:00 has passed",
        "order day Tuesday 2026-02-03",
        "ship-days offset 2: leaves Thursday 2026-02-05 or later",
        "ANDES ships to BLOOM on Thursday",
        "1 day(s) in transit",
        "BLOOM takes orders until Friday 2026-04-03 (America/New_York)",
        "first date Friday 2026-02-06",
    ]


def test_a_vendor_that_never_ships_offers_no_date() -> None:
    never = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "no_shipping")
    plan = planner("2026-02-02T09:00:00-05:00", Shipper("ANDES", BOGOTA, cut_offs=never))
    assert (plan.first(), plan.dates(), plan.reasons()[-1]) == (None, [], "no date can be offered")
