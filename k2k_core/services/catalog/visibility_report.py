"""Use cases: how many lots are hidden from a customer or held back from a buyer, by rule (domain section 3)."""

from __future__ import annotations

import datetime as dt

from k2k_core.domain.answers.sharing import HeldBackReport, HiddenReport
from k2k_core.domain.visibility_report import counted
from k2k_core.services.catalog.visibility import visible
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
    by_reason[code, side, count, alone, owner, setting, reason, examples[], cured_on], visible_on}`.

    `cured_on` is the first day on which time alone ends the denial of one of its lots, `visible_on` the first one on
    which it shows a hidden lot. The details of a vendor's rule are for the vendor; the buyer's staff see its code.
    """
    verdicts = visible(context, buyer, customer, None, ship_date, ship_via)
    first = min((day for one in verdicts if (day := one["visible_on"])), default=None)
    found = counted(verdicts)
    return {
        "visible": found.passing,
        "hidden": found.kept_back,
        "by_reason": found.by_reason,
        "visible_on": first,
    }


def held_back(context: ServiceContext, vendor: str, buyer: str) -> HeldBackReport:
    """How many lots of a vendor a buyer sees, and how many each rule holds back: `{shared, held_back, by_reason}`."""
    found = counted(share(context, vendor, buyer))
    return {"shared": found.passing, "held_back": found.kept_back, "by_reason": found.by_reason}
