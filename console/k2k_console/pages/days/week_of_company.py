"""The week of the company that a page is about, read once for the grid and for what is tried below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g

from k2k_core.domain.answers.service_days import ServiceDays
from k2k_core.domain.connection_states import ACTIVE

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_BUYERS = 30


def week_of(k2k: K2K, company: str) -> ServiceDays:
    """The cut-offs of a company and of its carriers, and the days on which the connected companies are served."""
    g.week_of_company = k2k.service_days(company, connected=True, limit=MOST_BUYERS)
    return cast(ServiceDays, g.week_of_company)


def active_buyers(k2k: K2K, company: str) -> list[str]:
    """The codes of the companies that buy, in the week that the page has read."""
    week: ServiceDays = g.get("week_of_company") or week_of(k2k, company)
    return list(
        dict.fromkeys(one["company"] for one in week["items"] if one["company"] and one["connection"] == ACTIVE)
    )
