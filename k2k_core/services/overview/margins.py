"""Use case: what a company's sales brought in each week, and what was left of it (`margin_by_week`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain import parsing
from k2k_core.domain.answers.overview import WeekMargin
from k2k_core.domain.local_time import when
from k2k_core.domain.money import MICRO, Exact, money, percent_text
from k2k_core.domain.roles import SEEING_COSTS
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.frozen_explanation import exact_from
from k2k_core.store.database.session import Session
from k2k_core.store.orders import margins
from k2k_core.store.orders.margins import Billed

MOST_WEEKS = 53
NOTHING = Billed(0, 0, 0, 0)


def margin_by_week(context: ServiceContext, company: str, weeks: int) -> list[WeekMargin]:
    """The margin of each of the last weeks, the current one last; a week begins on Monday in the company's time
    zone."""
    context.actor.require(SEEING_COSTS, company)
    count = parsing.argument("weeks", parsing.whole, weeks, 1, MOST_WEEKS)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        mondays = _mondays(snapshot.company.today(session.now), count)
        found = _billed(session, snapshot, [when(day, "0000", snapshot.company.timezone) for day in mondays])
    return [_week(day, one, snapshot.company.currency) for day, one in zip(mondays[:-1], found, strict=True)]


def _mondays(today: dt.date, weeks: int) -> list[dt.date]:
    """The first days of the weeks, and of the one after them."""
    this = today - dt.timedelta(days=today.weekday())
    return [this + dt.timedelta(weeks=place) for place in range(1 - weeks, 2)]


def _billed(session: Session, company: CompanySnapshot, periods: Sequence[dt.datetime]) -> list[Billed]:
    sold = margins.billed_to_customers(session, company.id, periods)
    dearer = margins.dearer_than_sold(session, company.id, periods)
    weeks = [sold.get(place, NOTHING) for place in range(len(periods) - 1)]
    weeks = [one._replace(cost=one.cost + dearer.get(place, 0)) for place, one in enumerate(weeks)]
    for one in margins.billed_to_buyers(session, company.id, periods):
        cost = exact_from(one.landed_cost)
        of_lines = 0 if cost is None else one.lines * (cost * Exact(one.units)).rounded_half_up(MICRO)
        known = (0, 0) if cost is None else (one.total, of_lines)
        week = weeks[one.period]
        weeks[one.period] = Billed(
            week.boxes + one.boxes, week.revenue + one.total, week.with_cost + known[0], week.cost + known[1]
        )
    return weeks


def _week(monday: dt.date, one: Billed, currency: str) -> WeekMargin:
    left = one.with_cost - one.cost
    return {
        "week": monday.isoformat(),
        "boxes": one.boxes,
        "revenue": money(one.revenue, currency),
        "revenue_without_cost": money(one.revenue - one.with_cost, currency),
        "cost": money(one.cost, currency),
        "margin": money(left, currency),
        "margin_percent": percent_text(Exact(left, one.with_cost)) if one.with_cost > 0 else None,
        "currency": currency,
    }
