"""Use cases: how many lots are hidden from a customer or held back from a buyer, by rule (domain section 3)."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from k2k_core.domain.answers.sharing import HeldBackReport, HiddenReport, VisibleLot
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BUYER, VENDOR
from k2k_core.domain.visibility_report import Counted, counted
from k2k_core.services.catalog.cached_verdicts import cached_verdicts
from k2k_core.services.catalog.stale_snapshot import StaleSnapshot
from k2k_core.services.catalog.visibility import VisibilityQuery, reading_side, visible
from k2k_core.services.context import ServiceContext
from k2k_core.services.sharing.sharing import share


def hidden(
    context: ServiceContext,
    buyer: str,
    customer: str,
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
) -> HiddenReport:
    """How many lots a customer sees for a ship date and a ship via, and how many each rule hides: `{visible, hidden,
    by_side{buyer, vendor}, by_reason[code, side, count, alone, owner, setting, reason, examples[], cured_on],
    visible_on}`.

    `cured_on` is the first day on which time alone ends the denial of one of its lots, `visible_on` the first one on
    which it shows a hidden lot. The details of a vendor's rule are for the vendor; the buyer's staff see its code.
    """
    context.actor.require(READING, buyer)
    asked = VisibilityQuery(customer, ship_date, ship_via)
    found, verdicts = _judged(context, buyer, asked)
    first = min((day for one in verdicts if (day := one["visible_on"])), default=None)
    return {
        "visible": found.passing,
        "hidden": found.kept_back,
        "by_side": {"buyer": found.by_side[BUYER], "vendor": found.by_side[VENDOR]},
        "by_reason": found.by_reason,
        "visible_on": first,
    }


def _judged(context: ServiceContext, buyer: str, asked: VisibilityQuery) -> tuple[Counted, list[VisibleLot]]:
    """The report, and the verdicts of the hidden lots."""
    with suppress(StaleSnapshot), context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        return cached_verdicts(context, session, company, asked, reading_side(context))
    verdicts = visible(context, buyer, asked.customer, None, asked.ship_date, asked.ship_via)
    return counted(verdicts), verdicts


def held_back(context: ServiceContext, vendor: str, buyer: str) -> HeldBackReport:
    """How many lots of a vendor a buyer sees, and how many each rule holds back: `{shared, held_back, by_reason}`."""
    found = counted(share(context, vendor, buyer))
    return {"shared": found.passing, "held_back": found.kept_back, "by_reason": found.by_reason}
