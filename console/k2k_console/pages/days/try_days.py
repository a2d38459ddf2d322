"""When boxes would reach a buyer that are ordered at a moment, with the reasons, in both time zones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from k2k_console.formats import city, clock_time
from k2k_console.frame import firm_of, local_day, now, timezone, today
from k2k_console.pages.catalog.ship_date_drawer import chain_of
from k2k_console.pages.days.week_of_company import active_buyers
from k2k_console.pages.document_lines import SHIP_VIAS
from k2k_console.readings import Unreadable, read_time
from k2k_console.translations import text
from k2k_console.vocabulary import Chain, Panel
from k2k_core.domain import parsing
from k2k_core.domain.local_time import when
from k2k_core.errors import Invalid, K2KError

if TYPE_CHECKING:
    from k2k_core.api import K2K

NEXT_DATES = 5
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Trial:
    """An order that is tried: for whom, how it is shipped, and at which moment of the company's clocks."""

    buyer: str
    via: str
    day: dt.date
    time: str

    @property
    def moment(self) -> dt.datetime:
        """The moment in UTC. Where the clocks leap over it, the moment of the leap."""
        return when(self.day, f"{read_time(self.time):%H%M}", timezone())


def try_days(k2k: K2K, company: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """The dates of an order, as the address asks for them; of an order now where it says nothing."""
    names = {code: _name(code) for code in active_buyers(k2k, company)}
    buyers = {**names, company: text("Own stock")}
    trial, fault = _trial(asked, buyers)
    shown = {"buyers": buyers, "vias": SHIP_VIAS, "trial": trial, "city": city(timezone()), "fault": fault}
    try:
        return shown if fault else {**shown, **_dates(k2k, company, trial)}
    except Unreadable:
        return {**shown, "fault": text("%(given)s is no time of day.", given=repr(trial.time))}
    except K2KError as error:
        return {**shown, "fault": error.message}


def _trial(asked: Mapping[str, str], buyers: Mapping[str, str]) -> tuple[Trial, str]:
    """The order that the address asks for, and what is wrong with it."""
    buyer = asked.get("to", "") if asked.get("to") in buyers else next(iter(buyers))
    via = asked.get("via", "") if asked.get("via") in SHIP_VIAS else next(iter(SHIP_VIAS))
    local = now().astimezone(ZoneInfo(timezone()))
    time = asked.get("time", "").strip()[:10] or clock_time(local.time())
    try:
        day = parsing.counted_day(asked.get("day", "") or today())
        when(day, "0000", timezone())
    except (Invalid, OverflowError):  # a moment of the first year may lie before it in UTC
        return Trial(buyer, via, today(), time), text("%(given)s is no day.", given=repr(asked["day"][:20]))
    return Trial(buyer, via, day, time), ""


def _dates(k2k: K2K, company: str, trial: Trial) -> Mapping[str, Any]:
    found = _asked(k2k, company, trial, trial.moment)
    there = firm_of(trial.buyer)
    zone = there.timezone if there is not None else timezone()
    return {
        "chain": _with_next(chain_of(found, zone), found["dates"]),
        "elsewhere": _elsewhere(found["ordered_at"]["receiver"], zone),
        "earlier": _earlier(k2k, company, trial, found),
    }


def _with_next(chain: Chain, dates: Sequence[str]) -> Chain:
    """The chain whose end names the dates after the first one too."""
    days = [local_day(day) for day in dates]
    if len(days) < 2:
        return chain
    words = text("then %(days)s", days=", ".join(days[1 : NEXT_DATES + 1]))
    if len(days) > NEXT_DATES + 1:
        words = text("%(days)s … until %(last)s", days=words, last=days[-1])
    return Chain([*chain.reasons[:-1], replace(chain.reasons[-1], sub=words)], chain.end)


def _asked(k2k: K2K, company: str, trial: Trial, moment: dt.datetime) -> Any:
    if trial.buyer == company:
        return k2k.ship_dates(company, ship_via=trial.via, at=moment)
    return k2k.ship_dates(trial.buyer, vendor=company, ship_via=trial.via, at=moment)


def _elsewhere(at: str, zone: str) -> str:
    """The same moment at the buyer, where its clocks show another one."""
    if zone == timezone():
        return ""
    there = dt.datetime.fromisoformat(at)
    facts = {"city": city(zone), "day": local_day(there.date()), "time": clock_time(there.time())}
    return text("Same moment in %(city)s: %(day)s, %(time)s", **facts)


def _earlier(k2k: K2K, company: str, trial: Trial, found: Any) -> str:
    """What the first date would have been before the cut-off that has passed."""
    passed = found["cut_off_passed_at"]
    if passed is None:
        return ""
    moment = dt.datetime.fromisoformat(passed["shipper"])
    before = _asked(k2k, company, trial, moment - MINUTE)["first"]
    if before is None or before == found["first"]:
        return ""
    return text("Ordered before %(time)s it would be %(day)s.", time=clock_time(moment.time()), day=local_day(before))


def _name(code: str) -> str:
    found = firm_of(code)
    return found.name if found is not None else code


TRY = Panel("try", try_days, "k2k/try_days.html")
