"""The planner of ship dates against an oracle that steps through the days and minutes, written from the text alone
(domain section 4): two time zones, daylight saving changes, midnights, the minute of a cut-off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from hypothesis import event, example, given
from hypothesis import strategies as st

from k2k_core.domain.dates import Planner, Receiver, Shipper, effective_cut_offs
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parties import Carrier

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ZONES = (
    *("America/Bogota", "America/New_York", "America/Los_Angeles", "Europe/Amsterdam", "Africa/Nairobi"),
    *("Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"),
)
DAYS = (  # ordinary ones, and those on which clocks are put on or back somewhere
    *("2026-02-02", "2026-02-28", "2026-03-08", "2026-03-28", "2026-03-29", "2026-04-04", "2026-04-05"),
    *("2026-09-05", "2026-09-06", "2026-10-04", "2026-10-24", "2026-10-25", "2026-11-01", "2026-12-31"),
)
CLOSED = "no_shipping"
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """One vendor, one buyer, one customer, and one moment."""

    now: dt.datetime
    vendor_zone: str
    buyer_zone: str
    offset: int
    transit: int
    shop: Mapping[str, str]
    carriers: Mapping[str, Mapping[str, str]]
    vendor_days: Mapping[str, str]
    customer_days: frozenset[str]
    most: int | None


class Oracle:
    """Word by word."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.vendor_today = case.now.astimezone(ZoneInfo(case.vendor_zone)).date()
        self.buyer_today = case.now.astimezone(ZoneInfo(case.buyer_zone)).date()

    def cut_off(self, day: dt.date) -> str | None:
        """The earlier of the e-commerce one and that of the carrier which serves on that weekday."""
        name = WEEK[day.weekday()]
        carrier = self.case.carriers.get(self.case.vendor_days.get(name, ""), {})
        both = [one for one in (self.case.shop.get(name), carrier.get(name)) if one is not None]
        if CLOSED in both:
            return CLOSED
        return min(both, default=None)

    @cached_property
    def passed(self) -> bool:
        """Whether the minute of today's cut-off has come: some clock of today has shown it, or one past it."""
        cut_off = self.cut_off(self.vendor_today)
        if cut_off in (None, CLOSED):
            return False
        look = self.case.now.replace(second=0, microsecond=0)
        while (local := look.astimezone(ZoneInfo(self.case.vendor_zone))).date() == self.vendor_today:
            if local.strftime("%H%M") >= str(cut_off):
                return True
            look -= dt.timedelta(minutes=1)
        return False

    def order_day(self) -> dt.date:
        day = self.vendor_today + ONE if self.passed else self.vendor_today
        for _ in range(7):
            if self.cut_off(day) != CLOSED:
                return day
            day += ONE
        raise AssertionError("a vendor that never ships has no order day")

    def reasons(self, ship_date: dt.date) -> set[str]:
        case, found = self.case, set()
        leaves = ship_date - case.transit * ONE
        unserved = case.vendor_days and WEEK[leaves.weekday()] not in case.vendor_days
        if unserved or self.cut_off(leaves) == CLOSED:
            found.add("vendor_no_service")
        if case.customer_days and WEEK[ship_date.weekday()] not in case.customer_days:
            found.add("customer_no_service")
        if case.most is not None and ship_date > self.buyer_today + case.most * ONE:
            found.add("beyond_max_days")
        if leaves < self.order_day() + case.offset * ONE:
            before = self.passed and leaves >= self.vendor_today + case.offset * ONE and not found
            found.add("cut_off_passed" if before else "before_earliest_ship_date")
        return found

    def dates(self) -> list[dt.date]:
        last = self.buyer_today + (60 if self.case.most is None else self.case.most) * ONE
        return [day for day in self.days() if day <= last and not self.reasons(day)]

    def days(self) -> Iterator[dt.date]:
        for number in range(-4, 75):
            yield self.vendor_today + number * ONE


def open_minutes() -> st.SearchStrategy[str]:
    parts = st.tuples(st.integers(0, 23), st.sampled_from((0, 1, 29, 30, 59)))
    return parts.map(lambda one: f"{one[0]:02}{one[1]:02}")


def weeks() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from(WEEK), st.one_of(open_minutes(), st.just(CLOSED)), max_size=7)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    vendor_zone, buyer_zone = draw(st.sampled_from(ZONES)), draw(st.sampled_from(ZONES))
    day = dt.date.fromisoformat(draw(st.sampled_from(DAYS)))
    clock = draw(st.one_of(open_minutes(), st.sampled_from(("0000", "2359", "0130", "0230"))))
    shop = draw(weeks()) | draw(st.sampled_from(({}, {WEEK[day.weekday()]: clock})))
    place = ZoneInfo(draw(st.sampled_from((vendor_zone, buyer_zone))))
    fold = draw(st.integers(0, 1))
    at = dt.datetime.combine(day, dt.time(int(clock[:2]), int(clock[2:]), fold=fold), place)
    seconds = draw(st.sampled_from((0, 0, -1, 1, -60, 60, -3600, 3600, 40_000)))
    now = at.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)
    return Case(
        now,
        vendor_zone,
        buyer_zone,
        draw(st.integers(0, 9)),
        draw(st.integers(0, 9)),
        shop,
        draw(st.dictionaries(st.sampled_from(("TRUCK", "VAN")), weeks(), max_size=2)),
        draw(st.dictionaries(st.sampled_from(WEEK), st.sampled_from(("TRUCK", "VAN", "")), max_size=7)),
        draw(st.frozensets(st.sampled_from(WEEK), max_size=7)),
        draw(st.one_of(st.none(), st.integers(0, 20))),
    )


def planner_of(case: Case) -> Planner:
    carriers = {code: Carrier(code, code, week) for code, week in case.carriers.items()}
    cut_offs = effective_cut_offs(case.shop, case.vendor_days, carriers)
    shipper = Shipper("V", case.vendor_zone, case.offset, case.transit, cut_offs, frozenset(case.vendor_days))
    return Planner(shipper, Receiver("B", case.buyer_zone, "C", case.customer_days, case.most), Moment(case.now))


@given(cases())
@example(
    Case(
        dt.datetime(2026, 11, 1, 6, 10, tzinfo=dt.UTC),
        "America/New_York",
        "America/Bogota",
        0,
        0,
        {"sun": "0130"},
        {},
        {},
        frozenset(),
        None,
    )
)  # clocks were put back after the cut-off
def test_the_planner_says_what_the_oracle_says(case: Case) -> None:
    plan, oracle = planner_of(case), Oracle(case)
    if plan.never_ships:
        assert all(oracle.cut_off(day) == CLOSED for day in oracle.days())
        assert (plan.dates(), plan.first()) == ([], None)
        return
    event("cut-off passed" if oracle.passed else "in time")
    assert plan.order_day == oracle.order_day()
    assert plan.earliest_vendor_ship == oracle.order_day() + case.offset * ONE
    for day in oracle.days():
        assert set(plan.denials(day)) == oracle.reasons(day), day
    assert plan.dates() == oracle.dates()
    assert plan.first() == next(iter(oracle.dates()), None)


@given(cases())
def test_every_early_date_names_the_next_possible_one(case: Case) -> None:
    plan = planner_of(case)
    first = next(iter(plan.dates()), None)
    for number in range(-3, 12):
        day = plan.shipper_today + number * ONE
        denials = plan.denials(day)
        early = [denials[code] for code in ("cut_off_passed", "before_earliest_ship_date") if code in denials]
        words = "no date is possible" if first is None else f"the next possible date is {first:%A} {first}"
        assert all(one.reason.endswith(words) for one in early)


@given(cases(), st.integers(1, 3 * 24 * 60))
def test_until_an_answer_ends_the_dates_are_the_same(case: Case, minutes_later: int) -> None:
    moment = Moment(case.now)
    carriers = {code: Carrier(code, code, week) for code, week in case.carriers.items()}
    cut_offs = effective_cut_offs(case.shop, case.vendor_days, carriers)
    shipper = Shipper("V", case.vendor_zone, case.offset, case.transit, cut_offs, frozenset(case.vendor_days))
    receiver = Receiver("B", case.buyer_zone, "C", case.customer_days, case.most)
    now = Planner(shipper, receiver, moment)
    later = min(case.now + dt.timedelta(minutes=minutes_later), moment.holds_until - dt.timedelta(seconds=1))
    after = Planner(shipper, receiver, Moment(max(case.now, later)))
    assert (now.order_day, now.dates(), now.last_day) == (after.order_day, after.dates(), after.last_day)
