"""The planner of ship dates, with its chain of reasons (domain section 4). Calendar days, in two time zones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from k2k_core.domain.local_time import Moment, when
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, Carrier, weekday
from k2k_core.domain.sharing import Denial
from k2k_core.messages import DAY_NAMES, Message

LISTED_DAYS = 60
"""Days that the planner lists for a company that sets no limit."""

BEFORE_EARLIEST = "before_earliest_ship_date"
CUT_OFF_PASSED = "cut_off_passed"
LAST_DAY = "last_day"
VENDOR_NO_SERVICE = "vendor_no_service"
CUSTOMER_NO_SERVICE = "customer_no_service"
BEYOND_MAX_DAYS = "beyond_max_days"
DATE_CODES = (BEFORE_EARLIEST, CUT_OFF_PASSED, VENDOR_NO_SERVICE, CUSTOMER_NO_SERVICE, BEYOND_MAX_DAYS)

_DAY = dt.timedelta(days=1)
_DAY_NAMES = dict(zip(WEEKDAYS, map(Message, DAY_NAMES), strict=True))


class PlannerStep(NamedTuple):
    """One reason in the planner's chain: its code, such as `order_day`, and its sentence with facts."""

    code: str
    message: Message


def _step(code: str, template: str, **facts: object) -> PlannerStep:
    return PlannerStep(code, Message(template, **facts))


class OrderableDates(NamedTuple):
    """The first and the last ship date that can be ordered: None if there is none, or no limit."""

    first: dt.date | None
    last: dt.date | None


@dataclass(frozen=True, slots=True)
class Shipper:
    """Who ships: a vendor company, or the buyer company itself for its own stock.

    `cut_offs` are the effective ones per weekday (`"HHMM"` or `no_shipping`); `service` are the weekdays on which it
    ships to the buyer, empty for every day; `transit_days` are already 0 if the ship via uses none.
    """

    code: str
    timezone: str
    ship_days_offset: int = 0
    transit_days: int = 0
    cut_offs: Mapping[str, str] = field(default_factory=dict)
    service: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who sells on: the buyer company, and its customer's weekdays of service (empty: every day)."""

    code: str
    timezone: str
    customer: str
    service: frozenset[str] = frozenset()
    max_days: int | None = None


class Planner:
    """The dates on which boxes of one shipper can reach one customer, at one moment.

    The order day of a shipper that `never_ships` has no meaning: no date is offered.
    """

    def __init__(self, shipper: Shipper, receiver: Receiver, moment: Moment) -> None:
        self.shipper = shipper
        self.receiver = receiver
        self.moment = moment
        self.shipper_today = moment.day_in(shipper.timezone)
        self.buyer_today = moment.day_in(receiver.timezone)
        self.never_ships = all(shipper.cut_offs.get(day) == NO_SHIPPING for day in WEEKDAYS)
        self.missed_cut_off = self._missed(moment)
        self.order_day = self._order_day()
        self.earliest_vendor_ship = self.order_day + dt.timedelta(days=shipper.ship_days_offset)

    @property
    def last_day(self) -> dt.date:
        """The last day that the planner lists, in the buyer's time zone."""
        days = LISTED_DAYS if self.receiver.max_days is None else self.receiver.max_days
        return self.buyer_today + dt.timedelta(days=days)

    @property
    def _first_to_arrive(self) -> dt.date:
        """The ship date of boxes that leave as early as possible. The day counts in the shipper's time zone, even when
        it is yesterday in the buyer's."""
        return self._arrives(self.earliest_vendor_ship)

    @property
    def cut_off_passed_at(self) -> dt.datetime | None:
        """The moment of the cut-off that has passed, in UTC; None if none has."""
        return when(self.shipper_today, self.missed_cut_off, self.shipper.timezone) if self.missed_cut_off else None

    @property
    def order_until(self) -> dt.datetime | None:
        """The moment of the cut-off of the order day, in UTC: later orders count for a later day. None if that day has
        no cut-off."""
        cut_off = None if self.never_ships else self.shipper.cut_offs.get(weekday(self.order_day))
        return None if cut_off is None else when(self.order_day, cut_off, self.shipper.timezone)

    def vendor_ship_date(self, ship_date: dt.date) -> dt.date:
        """The day on which the boxes leave the shipper."""
        return dt.date.fromordinal(max(1, ship_date.toordinal() - self.shipper.transit_days))

    def denials(self, ship_date: dt.date) -> dict[str, Denial]:
        """Every reason against a ship date, by code; empty when the date is offered."""
        early = self._early(ship_date)
        denials = [*([early] if early else []), *self._later_denials(ship_date)]
        return {denial.code: denial for denial in denials}

    def dates(self) -> list[dt.date]:
        """Every offered date, up to the last listed day."""
        return [day for day in self._days() if not self.denials(day)]

    def first(self) -> dt.date | None:
        """The first offered date."""
        return next((day for day in self._days() if not self.denials(day)), None)

    def orderable(self, first_leaving: dt.date, last_leaving: dt.date | None) -> OrderableDates:
        """The first and the last offered date on which boxes arrive that leave between these days, listed or not.

        Apart from the first and the last day, what stands against a date depends on its weekday: if none of seven days
        in a row is offered, no date is.
        """
        first = max(self._first_to_arrive, self._arrives(first_leaving))
        limits = [] if last_leaving is None else [self._arrives(last_leaving)]
        limits += [] if self.receiver.max_days is None else [self.last_day]
        last = min(limits, default=None)
        forth = self._offered(first, _DAY, last)
        if forth is None or last is None:
            return OrderableDates(forth, None)
        return OrderableDates(forth, self._offered(last, -_DAY, last))

    def _arrives(self, leaving: dt.date) -> dt.date:
        """The ship date of boxes that leave the shipper on a day."""
        return leaving + dt.timedelta(days=self.shipper.transit_days)

    def _offered(self, start: dt.date, step: dt.timedelta, last: dt.date | None) -> dt.date | None:
        """The first offered date of a week, on or before the last."""
        week = (start + number * step for number in range(len(WEEKDAYS)))
        return next((day for day in week if (last is None or day <= last) and not self.denials(day)), None)

    def reasons(self) -> list[str]:
        """The sentences of the chain."""
        return [step.message for step in self.chain()]

    def chain(self) -> Iterator[PlannerStep]:
        """The chain of reasons, each date following from the one before."""
        shipper, receiver = self.shipper, self.receiver
        at_home = {"shipper": shipper.code, "today": self.shipper_today, "timezone": shipper.timezone}
        yield _step("today", "{shipper}: today is {today:%A %Y-%m-%d} ({timezone})", **at_home)
        if self.missed_cut_off:
            yield _step("cut_off_passed", "the cut-off of {cut_off} has passed", cut_off=_hour(self.missed_cut_off))
        if self.never_ships:
            yield _step("never_ships", "{shipper} ships on no day of the week", shipper=shipper.code)
            yield _step("no_date", "no date can be offered")
            return
        yield _step("order_day", "order day {order_day:%A %Y-%m-%d}", order_day=self.order_day)
        earliest = {"ship_days_offset": shipper.ship_days_offset, "earliest": self.earliest_vendor_ship}
        yield _step(
            "ship_days_offset",
            "ship-days offset {ship_days_offset}: leaves {earliest:%A %Y-%m-%d} or later",
            **earliest,
        )
        yield from self._days_of_service()
        latest = {"receiver": receiver.code, "last_day": self.last_day, "timezone": receiver.timezone}
        yield _step(LAST_DAY, "{receiver} takes orders until {last_day:%A %Y-%m-%d} ({timezone})", **latest)
        first = self.first()
        if first is None:
            yield _step("no_date", "no date can be offered")
        else:
            yield _step("first_date", "first date {first:%A %Y-%m-%d}", first=first)

    def _days_of_service(self) -> Iterator[PlannerStep]:
        shipper, receiver = self.shipper, self.receiver
        if shipper.service:
            days = {"shipper": shipper.code, "receiver": receiver.code, "weekdays": _weekdays(shipper.service)}
            yield _step("vendor_service", "{shipper} ships to {receiver} on {weekdays}", **days)
        if shipper.transit_days:
            yield _step("transit_days", "{transit_days} day(s) in transit", transit_days=shipper.transit_days)
        if receiver.service:
            days = {"receiver": receiver.code, "customer": receiver.customer, "weekdays": _weekdays(receiver.service)}
            yield _step("customer_service", "{receiver} serves {customer} on {weekdays}", **days)

    def _days(self) -> Iterator[dt.date]:
        day = self._first_to_arrive
        while day <= self.last_day:
            yield day
            day += dt.timedelta(days=1)

    def _missed(self, moment: Moment) -> str:
        """Today's cut-off if its minute has come; a weekday without shipping has none to miss."""
        cut_off = self.shipper.cut_offs.get(weekday(self.shipper_today))
        if cut_off is None or cut_off == NO_SHIPPING:
            return ""
        return cut_off if moment.has_come(self.shipper.timezone, cut_off) else ""

    def _order_day(self) -> dt.date:
        day = self.shipper_today + dt.timedelta(days=1 if self.missed_cut_off else 0)
        while not self.never_ships and self.shipper.cut_offs.get(weekday(day)) == NO_SHIPPING:
            day += dt.timedelta(days=1)
        return day

    def _early(self, ship_date: dt.date) -> Denial | None:
        leaves = self.vendor_ship_date(ship_date)
        if leaves >= self.earliest_vendor_ship:
            return None
        owner = self.shipper.code
        offset = dt.timedelta(days=self.shipper.ship_days_offset)
        would_hold = leaves >= self.shipper_today + offset and not self._later_denials(ship_date)
        if self.missed_cut_off and would_hold:
            text = Message(
                "the cut-off of {owner} ({cut_off}) has passed for {ship_date:%A %Y-%m-%d}",
                owner=owner,
                cut_off=_hour(self.missed_cut_off),
                ship_date=ship_date,
            )
            return Denial(CUT_OFF_PASSED, self._next(text), "cut_offs", owner, caused_on=self.shipper_today)
        text = Message(
            "{owner} can ship on {earliest:%A %Y-%m-%d} at the earliest",
            owner=owner,
            earliest=self.earliest_vendor_ship,
        )
        return Denial(BEFORE_EARLIEST, self._next(text), "ship_days_offset", owner)

    def _later_denials(self, ship_date: dt.date) -> list[Denial]:
        """Every reason against a ship date that does not depend on the time of the order."""
        found = self._vendor_service(ship_date), self._customer_service(ship_date), self._too_far(ship_date)
        return [denial for denial in found if denial is not None]

    def _vendor_service(self, ship_date: dt.date) -> Denial | None:
        leaves = self.vendor_ship_date(ship_date)
        day, owner = weekday(leaves), self.shipper.code
        if self.shipper.cut_offs.get(day) == NO_SHIPPING:
            return Denial(
                VENDOR_NO_SERVICE,
                Message("{owner} does not ship on a {weekday}", owner=owner, weekday=_DAY_NAMES[day]),
                "cut_offs",
                owner,
            )
        if self.shipper.service and day not in self.shipper.service:
            text = Message(
                "{owner} does not serve {receiver} on a {weekday}",
                owner=owner,
                receiver=self.receiver.code,
                weekday=_DAY_NAMES[day],
            )
            return Denial(VENDOR_NO_SERVICE, text, "days_of_service", owner)
        return None

    def _customer_service(self, ship_date: dt.date) -> Denial | None:
        day, owner = weekday(ship_date), self.receiver.code
        if not self.receiver.service or day in self.receiver.service:
            return None
        text = Message(
            "{owner} does not serve {customer} on a {weekday}",
            owner=owner,
            customer=self.receiver.customer,
            weekday=_DAY_NAMES[day],
        )
        return Denial(CUSTOMER_NO_SERVICE, text, "days_of_service", owner)

    def _too_far(self, ship_date: dt.date) -> Denial | None:
        limit = self.receiver.max_days
        if limit is None or ship_date <= self.last_day:
            return None
        text = Message(
            "{receiver} takes orders at most {limit} {limit:day|days} ahead", receiver=self.receiver.code, limit=limit
        )
        cured = ship_date - dt.timedelta(days=limit)
        return Denial(BEYOND_MAX_DAYS, text, "max_order_days_in_advance", self.receiver.code, cured_on=cured)

    def _next(self, text: str) -> str:
        first = self._first_after_early()
        return (
            Message("{reason}; the next possible date is {next:%A %Y-%m-%d}", reason=text, next=first)
            if first
            else Message("{reason}; no date is possible", reason=text)
        )

    def _first_after_early(self) -> dt.date | None:
        """The first offered date, found without `denials`, which names it."""
        day = self._first_to_arrive
        while day <= self.last_day:
            if not self._later_denials(day):
                return day
            day += dt.timedelta(days=1)
        return None


def effective_cut_offs(
    ecommerce: Mapping[str, str], days_of_service: Mapping[str, str], carriers: Mapping[str, Carrier]
) -> dict[str, str]:
    """Per weekday the earlier of the e-commerce cut-off and that of the carrier which serves on that day."""
    effective = dict(ecommerce)
    for day, carrier_code in days_of_service.items():
        carrier = carriers.get(carrier_code)
        cut_off = carrier.cut_offs.get(day) if carrier else None
        if cut_off is not None:
            effective[day] = _earlier(effective.get(day), cut_off)
    return effective


def next_cut_off(cut_offs: Mapping[str, str], timezone: str, now: dt.datetime) -> dt.datetime | None:
    """The next moment at which a cut-off falls, today or tomorrow, in UTC; None when neither day has one ahead."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    for day in (today, today + dt.timedelta(days=1)):
        cut_off = cut_offs.get(weekday(day))
        if cut_off is None or cut_off == NO_SHIPPING:
            continue
        moment = when(day, cut_off, timezone)
        if moment > now:
            return moment
    return None


def _earlier(one: str | None, other: str) -> str:
    if one is None:
        return other
    return NO_SHIPPING if NO_SHIPPING in (one, other) else min(one, other)


def _hour(cut_off: str) -> str:
    return f"{cut_off[:2]}:{cut_off[2:]}"


def _weekdays(days: frozenset[str]) -> list[Message]:
    return [name for code, name in _DAY_NAMES.items() if code in days]
