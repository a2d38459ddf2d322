"""Days and cut-offs, the week of a company: until when buyers order, the cut-offs of its carriers, which of both
counts, and who is served on which day with which carrier (domain section 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from k2k_console.formats import city, week_days
from k2k_console.frame import local_day, timezone, today
from k2k_console.pages.days.try_days import TRY
from k2k_console.pages.days.week_of_company import week_of
from k2k_console.pages.days.week_rows import CARRIER, CUT, SERVE, Week, cut_off_words, rows_of
from k2k_console.translations import later, text
from k2k_console.vocabulary import Action, Edited, EditForm, Field, FieldGroup, FoundBefore, Page, WeekGrid
from k2k_console.vocabulary.edit_forms import Values
from k2k_core.domain.answers.service_days import ServedCustomer, ServiceDays
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, weekday

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_CARRIERS = 30
OFFSET = Field(
    "ship_days_offset",
    later("Ship-days offset"),
    "whole",
    later(
        "Calendar days from the order to the first day on which you can ship: at 1, what is ordered on Monday leaves "
        "on Tuesday."
    ),
    needed=True,
    unit=later("calendar days"),
    least="0",
    below="61",
    audited=("settings", "ship_days_offset"),
)
AHEAD = Field(
    "max_order_days_in_advance",
    later("Orders ahead"),
    "whole",
    later("So many days ahead of today a ship date of your customers may be. Blank: no limit."),
    unit=later("calendar days"),
    least="0",
    below="3651",
)


def days(k2k: K2K, company: str) -> Edited:
    """The week of a company, and its ship-days offset."""
    settings: Any = k2k.settings(company)
    stored = settings["cut_offs"]
    read = week_of(k2k, company)
    week = Week(
        dict(stored["value"] if stored["own"] is None else stored["own"]),
        _carriers(read),
        {one["customer"]: _buyer(one) for one in read["items"]},
    )
    grid = WeekGrid(
        "cut_offs",
        text("The week"),
        rows_of(week),
        text("Type 1500 or 15:00; %(closed)s for no shipping; leave blank for no cut-off", closed=text("closed")),
        _foot(k2k, company, week),
        weekday(today()),
    )
    offset = FieldGroup("offset", text("Ship-days offset"), (OFFSET,))
    limit = FieldGroup("ahead", text("Orders ahead"), (AHEAD,))
    ahead = settings["max_order_days_in_advance"]["value"]
    values = {
        "ship_days_offset": str(settings["ship_days_offset"]["value"]),
        "max_order_days_in_advance": None if ahead is None else str(ahead),
        "own": stored["own"],
        "week": week,
    }
    return Edited((grid, offset, limit), {**values, **week.values()})


def _carriers(read: ServiceDays) -> dict[str, Mapping[str, Any]]:
    """The first carriers by name, each with the cut-offs that it has."""
    week = [(day["weekday"], one) for day in read["week"] for one in day["carriers"]]
    names = {one["carrier"]: one["carrier_name"] for _, one in week}
    first = sorted(names, key=lambda code: (names[code], code))[:MOST_CARRIERS]
    cut_offs: dict[str, dict[str, str]] = {code: {} for code in first}
    for day, one in week:
        if one["carrier"] in cut_offs and one["cut_off"] is not None:
            cut_offs[one["carrier"]][day] = one["cut_off"]
    return {code: {"name": names[code], "cut_offs": cut_offs[code]} for code in first}


def _buyer(one: ServedCustomer) -> Mapping[str, Any]:
    """A company of the network that is served, with its days of service as they are stored."""
    days = {} if one["every_day"] else {day["weekday"]: day["carrier"] or "" for day in one["days"] if day["served"]}
    return {"name": one["customer_name"], "days_of_service": days}


def _foot(k2k: K2K, company: str, week: Week) -> str:
    """Whose clocks count, on which days nothing is shipped, and who changed the week last."""
    closed = [label for day, label in week_days("wide").items() if week.cut_offs.get(day) == NO_SHIPPING]
    words = [text("All times are %(city)s.", city=city(timezone()))]
    words += [text("Neither order days nor ship days: %(days)s.", days=", ".join(closed))] if closed else []
    last: Any = k2k.last_change(company, "settings", "cut_offs")
    if last is not None:
        before, after = last["before"] or {}, last["after"] or {}
        moved = [day for day in WEEKDAYS if before.get(day) != after.get(day)]
        if len(moved) == 1:
            facts = {"before": cut_off_words(before.get(moved[0])), "after": cut_off_words(after.get(moved[0]))}
            label = week_days("wide")[moved[0]]
            when = local_day(last["when"])
            words.append(
                text(
                    "%(who)s, %(name)s: %(before)s → %(after)s, %(day)s.",
                    who=last["who"],
                    name=label,
                    day=when,
                    **facts,
                )
            )
    return " ".join(words)


def changes(now: Values, typed: Values) -> Sequence[Mapping[str, Any]]:
    """The changes of the settings, of carriers and of customers, each with the values that were seen: of a week only
    the days that were changed are others."""
    week: Week = now["week"]
    found: list[dict[str, Any]] = []
    settings, expected = _settings(now, typed, week)
    if settings:
        found.append({"settings": settings, "expected": expected})
    for code, carrier in week.carriers.items():
        cells = _cells(typed, f"{CARRIER}:{code}")
        if cells:
            values = {"cut_offs": _merged(carrier["cut_offs"], cells)}
            found.append({"carrier": code, "values": values, "expected": {"cut_offs": carrier["cut_offs"]}})
    for code, buyer in week.buyers.items():
        cells = {day: week.carrier_of(buyer, value) for day, value in _cells(typed, f"{SERVE}:{code}").items()}
        if cells:
            values = {"days_of_service": _merged(buyer["days_of_service"], cells)}
            seen = {"days_of_service": buyer["days_of_service"]}
            found.append({"customer": code, "values": values, "expected": seen})
    return found


def _settings(now: Values, typed: Values, week: Week) -> tuple[dict[str, Any], dict[str, Any]]:
    settings: dict[str, Any] = {}
    expected: dict[str, Any] = {}
    cells = _cells(typed, CUT)
    if cells:
        settings["cut_offs"], expected["cut_offs"] = _merged(week.cut_offs, cells), now["own"]
    if "ship_days_offset" in typed:
        settings["ship_days_offset"] = int(typed["ship_days_offset"])
    if "max_order_days_in_advance" in typed:
        ahead = typed["max_order_days_in_advance"]
        settings["max_order_days_in_advance"] = None if ahead is None else int(ahead)
    return settings, expected


def _cells(typed: Values, row: str) -> dict[str, Any]:
    """The cells of a row that were changed, by weekday."""
    return {name.rpartition(":")[2]: value for name, value in typed.items() if name.rpartition(":")[0] == row}


def _merged(present: Mapping[str, Any], cells: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**present, **cells}
    return {day: merged[day] for day in WEEKDAYS if merged.get(day) is not None}


SAVE = Action("set_all", later("Save"), "", later("%(name)s: %(before)s → %(after)s."), name="save", key="⌘S")
DAYS = Page(
    "ship_days",
    (EditForm("days", SAVE, days, changes, FoundBefore()), TRY),
    later("Until when buyers can order, and on which days you ship to whom, in the time of your company."),
)
