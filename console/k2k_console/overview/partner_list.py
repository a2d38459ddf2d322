"""The companies that a company is connected with, as the overview lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from k2k_console import frame
from k2k_console.formats import aware, city, clock_time
from k2k_console.translations import later, text

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_PARTNERS = 8
STATES = {
    "proposed": (later("proposed"), "info"),
    "accepted": (later("accepted"), "warn"),
    "active": (later("active"), "ok"),
    "suspended": (later("suspended"), "warn"),
    "ended": (later("ended"), ""),
}


@dataclass(frozen=True)
class PartnerLine:
    """A partner: `until` is the vendor's next cut-off at the reader's place, `there` at the vendor's where that is
    another time."""

    name: str
    code: str
    sells: bool
    state: str
    tone: str
    shared: int
    lots: int | None
    until: str
    there: str


def partner_lines(k2k: K2K, company: str) -> tuple[list[PartnerLine], bool]:
    """The first partners, and whether there are more of them."""
    found: Any = k2k.partners(company, limit=MOST_PARTNERS)
    return [_line(one) for one in found["items"]], found["next"] is not None


def _line(one: Mapping[str, Any]) -> PartnerLine:
    sells = one["role"] == "buyer"  # the role is that of the reader's company
    zone = one["timezone"] if sells else frame.timezone()
    name, tone = STATES[one["state"]]
    until, there = _until(one["next_cut_off"], zone)
    facts = {"sells": sells, "state": str(name), "tone": tone, "shared": one["shared"], "lots": one["lots"]}
    return PartnerLine(one["partner_name"], one["partner"], **facts, until=until, there=there)


def _until(moment: str | None, zone: str) -> tuple[str, str]:
    """A cut-off at the reader's place, with its day where that is not today, and at the vendor's."""
    if moment is None:
        return "", ""
    here, there = (aware(moment).astimezone(ZoneInfo(one)) for one in (frame.timezone(), zone))
    shown = clock_time(here.time())
    if here.date() != frame.today():
        shown = text("%(day)s, %(time)s", day=frame.local_day(here.date()), time=shown)
    same = here.replace(tzinfo=None) == there.replace(tzinfo=None)
    return shown, "" if same else f"{clock_time(there.time())} {city(zone)}"
