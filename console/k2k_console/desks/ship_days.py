"""Desk: the ship-days offset, how long after an order a vendor's boxes leave, with a week as an example."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from k2k_console.base import Column, Record
from k2k_console.desks.company_settings import CompanySettingsDesk
from k2k_console.fields import Form, WholeField
from k2k_console.translations import later, text
from k2k_core.domain.dates import Planner, Receiver, Shipper
from k2k_core.domain.local_time import Moment
from k2k_core.domain.parties import NO_SHIPPING, weekday
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_DAYS = 60
A_MONDAY = dt.date(2026, 2, 2)
"""Any week would do: the example names weekdays only."""

DAYS = {
    "mon": later("Monday"),
    "tue": later("Tuesday"),
    "wed": later("Wednesday"),
    "thu": later("Thursday"),
    "fri": later("Friday"),
    "sat": later("Saturday"),
    "sun": later("Sunday"),
}


class ShipDaysForm(Form):
    """The offset of a vendor company."""

    ship_days_offset = WholeField(
        later("Ship-days offset"),
        most=MOST_DAYS,
        unit=later("calendar days"),
        description=later("0: boxes can leave on the day of the order. Weekends count as days."),
    )


class ShipDays(CompanySettingsDesk):
    """The ship-days offset of each company."""

    blurb = later("How many days after an order boxes leave at the earliest.")
    columns = (
        Column("company", later("Code"), Company.code, searched=True),
        Column("name", later("Name"), Company.name, searched=True),
        Column("ship_days_offset", later("Ship-days offset"), number=True),
        Column("timezone", later("Time zone"), Company.timezone),
    )
    edits = ShipDaysForm
    edit_template = "k2k/ship_days.html"
    saved_words = later("Saved. The next ship date is worked out with it.")

    def enrich(self, session: Session, records: list[Record]) -> None:
        """Add the offset."""
        super().enrich(session, records)
        for record in records:
            record["ship_days_offset"] = record["settings"].ship_days_offset

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write the offset when it changed."""
        offset = form.ship_days_offset.data
        if offset != record["ship_days_offset"]:
            k2k.set(company=record["company"], settings={"ship_days_offset": offset})

    def about(self, record: Record, form: Any) -> dict[str, Any]:
        """The week: for each order day the day on which boxes leave at the earliest."""
        offset = record["ship_days_offset"] if form.errors else form.ship_days_offset.data
        cut_offs = record["settings"].cut_offs
        monday = dt.datetime.combine(A_MONDAY, dt.time(9))
        return {
            "offset": offset,
            "monday": _leaves(record["timezone"], offset, cut_offs, monday),
            "week": example_week(record["timezone"], offset, cut_offs),
        }


def example_week(timezone: str, offset: int, cut_offs: Any) -> list[dict[str, str]]:
    """For an order on each weekday: the cut-off, and the day it leaves when ordered before and from that minute on."""
    week = []
    for ahead in range(7):
        day = A_MONDAY + dt.timedelta(days=ahead)
        cut_off = cut_offs.get(weekday(day))
        timed = cut_off is not None and cut_off != NO_SHIPPING
        minute = dt.time(int(cut_off[:2]), int(cut_off[2:])) if timed else dt.time(9)
        row = {"day": str(DAYS[weekday(day)]), "cut_off": "", "before": "", "after": ""}
        if cut_off == NO_SHIPPING:
            row["cut_off"] = text("no shipping")
            row["before"] = _leaves(timezone, offset, cut_offs, dt.datetime.combine(day, minute))
        elif timed:
            row["cut_off"] = f"{cut_off[:2]}:{cut_off[2:]}"
            row["after"] = _leaves(timezone, offset, cut_offs, dt.datetime.combine(day, minute))
            earlier = dt.datetime.combine(day, minute) - dt.timedelta(minutes=1)
            row["before"] = _leaves(timezone, offset, cut_offs, earlier) if earlier.date() == day else ""
        else:
            row["before"] = _leaves(timezone, offset, cut_offs, dt.datetime.combine(day, minute))
        week.append(row)
    return week


def _leaves(timezone: str, offset: int, cut_offs: Any, local: dt.datetime) -> str:
    """The weekday on which an order of that moment leaves at the earliest, by the planner itself."""
    shipper = Shipper("-", timezone, offset, 0, cut_offs)
    planner = Planner(shipper, Receiver("-", timezone, "-"), Moment(local.replace(tzinfo=ZoneInfo(timezone))))
    first = planner.first()
    if first is None:
        return text("never")
    days = (first - local.date()).days
    name = DAYS[weekday(first)]
    return text("%(day)s, %(days)d days later", day=name, days=days) if days > 6 else str(name)
