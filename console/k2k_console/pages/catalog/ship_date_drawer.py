"""Ship dates: how the first date of each vendor comes about, in the vendor's zone and in the reader's own (domain
section 4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import request

from k2k_console.formats import city, clock_time, day
from k2k_console.frame import local_day, timezone
from k2k_console.pages.catalog.catalog_query import asked, dates_by_shipper
from k2k_console.translations import later, text
from k2k_console.vocabulary import Chain, Drawer, Reason
from k2k_core.domain.answers.catalog import MomentInBothZones, PlannerReason, ShipDates

if TYPE_CHECKING:
    from k2k_core.api import K2K

TODAY, CUT_OFF_PASSED = "today", "cut_off_passed"
BAD = ("never_ships", "no_date")


def dates_of(k2k: K2K, company: str, key: str) -> Mapping[str, Any]:
    """The chain of reasons of every vendor, or of the one that `key` names."""
    query = asked(k2k, company, request.args)
    found = dates_by_shipper(k2k, company, query)
    shown = [(shipper, dates) for shipper, dates in found if key in ("", "all", shipper)]
    return {
        "query": query,
        "shippers": [
            {"code": shipper, "own": shipper == company, "first": dates["first"], "chain": chain_of(dates, timezone())}
            for shipper, dates in shown
        ],
    }


def chain_of(dates: ShipDates, here: str) -> Chain:
    """The reasons for the first date, with their moments at the shipper and `here`, the receiver's time zone."""
    zone = next((str(one["facts"]["timezone"]) for one in dates["chain"] if one["code"] == TODAY), timezone())
    pairs = zip(dates["chain"], dates["reasons"], strict=True)
    moments = {TODAY: dates["ordered_at"], CUT_OFF_PASSED: dates["cut_off_passed_at"]}
    reasons = [_reason(one, sentence, _in_both_zones(moments.get(one["code"]), zone, here)) for one, sentence in pairs]
    return Chain(reasons, end=dates["first"] is not None)


def _reason(one: PlannerReason, sentence: str, moment: str) -> Reason:
    say = SENTENCES.get(one["code"])
    facts: Any = one["facts"]
    tone = "bad" if one["code"] in BAD else "warn" if one["code"] == CUT_OFF_PASSED else ""
    return Reason(say(facts) if say is not None else sentence, tone, sub=moment)


def _in_both_zones(moment: MomentInBothZones | None, zone: str, here: str) -> str:
    """The moment of a reason at the shipper and at the receiver, where the two differ."""
    if moment is None:
        return ""
    clocks = (zone, moment["shipper"]), (here, moment["receiver"])
    shown = [f"{clock_time(dt.datetime.fromisoformat(at).time())} {city(one)}" for one, at in clocks]
    return ", ".join(dict.fromkeys(shown))


SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    TODAY: lambda facts: text("%(day)s at %(shipper)s", day=local_day(facts["today"]), shipper=facts["shipper"]),
    CUT_OFF_PASSED: lambda _: text("Cut-off has passed"),
    "order_day": lambda facts: text("Counted as ordered on %(day)s", day=local_day(facts["order_day"])),
    "ship_days_offset": lambda facts: text(
        "Ship-days offset %(days)s: leaves %(day)s or later",
        days=facts["ship_days_offset"],
        day=local_day(facts["earliest"]),
    ),
    "transit_days": lambda facts: text("Transit days: %(days)s", days=facts["transit_days"]),
    "last_day": lambda facts: text(
        "%(receiver)s takes orders until %(day)s", receiver=facts["receiver"], day=day(facts["last_day"])
    ),
    "first_date": lambda facts: text("First ship date %(day)s", day=local_day(facts["first"])),
}
"""The reasons whose days are shown as everywhere else; others have the sentence of the facade."""

SHIP_DATES = Drawer("dates", later("Which ship dates?"), dates_of, "k2k/ship_dates_why.html")
