"""The rows of a week: its fields, and which cut-off counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from k2k_console.formats import clock_time, week_days
from k2k_console.translations import text
from k2k_console.vocabulary import Field, WeekRow
from k2k_console.vocabulary.edit_forms import Values
from k2k_core.domain.dates import effective_cut_offs
from k2k_core.domain.parties import NO_SHIPPING, WEEKDAYS, Carrier

CUT, CARRIER, SERVE = "cut", "carrier", "serve"
"""What the name of a field begins with: a cut-off of the company, one of a carrier, whether a buyer is served."""

UNNAMED = "+"
"""A day of service without a carrier, where one is chosen."""


@dataclass(frozen=True)
class Week:
    """The cut-offs of a company by weekday, its carriers, and its buyers with their days of service."""

    cut_offs: Mapping[str, str]
    carriers: Mapping[str, Mapping[str, Any]]
    buyers: Mapping[str, Mapping[str, Any]]

    def values(self) -> dict[str, Any]:
        """The present value of each cell."""
        found: dict[str, Any] = {f"{CUT}:{day}": self.cut_offs.get(day) for day in WEEKDAYS}
        for code, carrier in self.carriers.items():
            found |= {f"{CARRIER}:{code}:{day}": carrier["cut_offs"].get(day) for day in WEEKDAYS}
        for code, buyer in self.buyers.items():
            found |= {f"{SERVE}:{code}:{day}": self._served(buyer, day) for day in WEEKDAYS}
        return found

    def is_chosen(self, buyer: Mapping[str, Any]) -> bool:
        """Whether a carrier is chosen for each day; with one carrier, a tick says enough."""
        return len({*self.carriers, *filter(None, buyer["days_of_service"].values())}) > 1

    def _served(self, buyer: Mapping[str, Any], day: str) -> object:
        carrier = buyer["days_of_service"].get(day)
        if not self.is_chosen(buyer):
            return carrier is not None
        return UNNAMED if carrier == "" else carrier

    def carrier_of(self, buyer: Mapping[str, Any], value: object) -> str | None:
        """The carrier of a day of service as it was typed; None where nothing is shipped to the buyer that day."""
        if self.is_chosen(buyer):
            return None if value in (None, "") else "" if value == UNNAMED else str(value)
        return self.usual_carrier(buyer) if value else None

    def usual_carrier(self, buyer: Mapping[str, Any]) -> str:
        """The carrier that serves a buyer on most days, else the only one; empty where there is none."""
        used = Counter(filter(None, buyer["days_of_service"].values())).most_common(1)
        return used[0][0] if used else next(iter(self.carriers), "")

    def name_of(self, carrier: str) -> str:
        """What a carrier is called."""
        return str(self.carriers.get(carrier, {}).get("name") or carrier)


def cut_off_words(value: str | None) -> str:
    """A cut-off in words."""
    if value is None:
        return text("none")
    return text("closed") if value == NO_SHIPPING else clock_time(value)


def rows_of(week: Week) -> tuple[WeekRow, ...]:
    """The rows of a week: the company's cut-offs, each carrier's with what counts, and the buyers."""
    own = WeekRow(
        text("Orders until"), text("your cut-off"), _times(CUT, text("Orders until"), ("settings", "cut_offs"))
    )
    carriers = [row for code in week.carriers for row in _of_carrier(week, code)]
    return (own, *carriers, *(_of_buyer(week, code) for code in week.buyers))


def _times(row: str, label: str, audited: tuple[str, str]) -> dict[str, Field]:
    return {
        day: Field(f"{row}:{day}", text("%(row)s, %(day)s", row=label, day=name), "cut_off", audited=audited)
        for day, name in week_days("wide").items()
    }


def _of_carrier(week: Week, code: str) -> tuple[WeekRow, WeekRow]:
    """The cut-offs of a carrier, and which counts with it."""
    name = week.name_of(code)
    times = _times(f"{CARRIER}:{code}", name, (f"carriers/{code}", "cut_offs"))
    counts = WeekRow(
        text("Counts with %(carrier)s", carrier=name),
        text("the earlier of both"),
        shows=lambda typed: _counting(typed, code),
    )
    return WeekRow(name, text("carrier’s cut-off"), times), counts


def _counting(typed: Values, carrier: str) -> dict[str, str]:
    """The cut-off of each day that counts with a carrier, of the values as they are typed."""
    own, theirs = (
        {day: typed[name] for day in WEEKDAYS if typed.get(name := f"{row}:{day}") is not None}
        for row in (CUT, f"{CARRIER}:{carrier}")
    )
    found = effective_cut_offs(own, dict.fromkeys(WEEKDAYS, carrier), {carrier: Carrier(carrier, carrier, theirs)})
    return {day: cut_off_words(value) for day, value in found.items()}


def _of_buyer(week: Week, code: str) -> WeekRow:
    buyer = week.buyers[code]
    label = text("Serve %(buyer)s", buyer=buyer["name"] or code)
    chosen = week.is_chosen(buyer)
    choices = {"": "–", UNNAMED: text("yes"), **{one: week.name_of(one) for one in week.carriers}} if chosen else {}
    cells = {
        day: Field(
            f"{SERVE}:{code}:{day}",
            text("%(row)s, %(day)s", row=label, day=name),
            "choice" if chosen else "switch",
            choices=choices,
            audited=(f"customers/{code}", "days_of_service"),
        )
        for day, name in week_days("wide").items()
    }
    return WeekRow(label, _served_how(week, buyer), cells)


def _served_how(week: Week, buyer: Mapping[str, Any]) -> str:
    if not buyer["days_of_service"]:
        return text("no day is chosen: every day")
    carrier = week.usual_carrier(buyer)
    return "" if week.is_chosen(buyer) or not carrier else text("with %(carrier)s", carrier=week.name_of(carrier))
