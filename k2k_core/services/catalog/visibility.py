"""Use case: which lots a customer sees, and what hides the others (domain section 3, the verb `visible`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, cast

from k2k_core.domain.answers.sharing import DenialDetail, VisibleLot, VisibleLots
from k2k_core.domain.dates import OrderableDates
from k2k_core.domain.parsing import iso_text
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BOTH, BUYER, Denial
from k2k_core.messages import Message, message_facts
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.catalog.visibility_forecast import VisibilityChange, VisibilityForecast
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import refs_for
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.lot_pages import LotList, page_of_lots
from k2k_core.services.sharing.shared_inventory import LotSelection, active_vendors
from k2k_core.services.sharing.sharing import detail
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import LotRow

AGE_LIMITS = "buyer_age_limits"


def visible(
    context: ServiceContext,
    buyer: str,
    customer: str,
    lots: Sequence[str] | None = None,
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
) -> list[VisibleLot]:
    """For each lot whether this customer sees it for this ship date and ship via, and everything that hides it.

    `visible_on` is the day from which time alone shows a hidden lot; if the ship date is no longer possible by then,
    `hidden_by` says so, and a later one shows it. For named lots that are visible, `hidden_on` is the day from which
    time hides them, by the rules `hidden_by`. A day begins when it begins for the vendor or the buyer.

    `ship_dates` are the first and the last ship date for which the boxes can be ordered: the planner offers them, and
    the boxes are there and fresh by then. A lot that arrives later, or is too old by then, has no `visible_on`: another
    ship date shows it, not time.
    """
    context.actor.require(READING, buyer)
    reader = reading_side(context)
    asked = VisibilityQuery(customer, ship_date, ship_via)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        by_ref = judged(context, session, company, asked, reader, LotSelection(lots))
    return [by_ref[ref] for ref in (by_ref if lots is None else lots)]


class VisibilityQuery(NamedTuple):
    """For which customer, ship date and way lots are visible."""

    customer: str
    ship_date: dt.date | None = None
    ship_via: str = "warehouse"


def page_of_visible(context: ServiceContext, buyer: str, asked: VisibilityQuery, request: PageRequest) -> VisibleLots:
    """The same, page by page: by company, the oldest one first, and code."""
    context.actor.require(READING, buyer)
    reader = reading_side(context)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        linked = active_vendors(context, session, company)
        vendors = [vendor for _, vendor in linked]
        ref = refs_for(company, vendors)

        def computed(rows: Sequence[LotRow]) -> list[VisibleLot]:
            by_ref = judged(context, session, company, asked, reader, LotSelection(None, rows, linked))
            return [by_ref[ref(row)] for row in rows]

        asked_of = LotList("visible", VisibleLot, computed, str(asked), company.id)
        found = page_of_lots(context, session, company, [company, *vendors], asked_of, request)
        return cast(VisibleLots, found)


def reading_side(context: ServiceContext) -> str:
    """The side of a connection that the reader of a buyer's lots may know: the buyer's, or both."""
    return BOTH if context.actor.host or context.actor.operator else BUYER


def judged(
    context: ServiceContext,
    session: Session,
    company: CompanySnapshot,
    asked: VisibilityQuery,
    reader: str,
    selection: LotSelection,
) -> dict[str, VisibleLot]:
    """What hides each of the selected lots, by ref, as a reader of one side, or of both, may know it."""
    whom = company.customer(session, asked.customer)
    sale = Sale(whom, asked.ship_via, ship_date=asked.ship_date)
    assortment = Assortment(context, session, company, sale, selection)
    articles = list(assortment.articles.values())
    sided = assortment.sided_denials(articles)
    ages = [assortment.aging_shown(article) for article in articles]
    dates = [assortment.ship_dates(article) for article in articles]
    judged = {one.ref: [denial for denial, _ in denials] for one, denials in zip(articles, sided, strict=True)}
    changes = VisibilityForecast(assortment).changes(judged, seen_too=selection.refs is not None)
    return {
        article.ref: _answer(article, denials, reader, aging, changes.get(article.ref), days)
        for article, denials, aging, days in zip(articles, sided, ages, dates, strict=True)
    }


def _answer(
    article: Article,
    denials: Sequence[tuple[Denial, str]],
    reader: str,
    aging: int | None,
    change: VisibilityChange | None,
    ship_dates: OrderableDates,
) -> VisibleLot:
    details = [detail(denial, side, reader) for denial, side in denials]
    codes = {denial.code for denial, _ in denials}
    if reader == BUYER and aging is None:
        # A day on which a limit of the buyer's own is reached would tell it how old the boxes are.
        change = None if change is None or AGE_LIMITS in codes.union(change.by) else change
        details = [_without_age(one) if one["code"] == AGE_LIMITS else one for one in details]
    return {
        "lot": article.ref,
        "visible": not denials,
        "aging": aging,
        "reasons": sorted(codes),
        "visible_on": change.day.isoformat() if change and denials else None,
        "hidden_on": change.day.isoformat() if change and not denials else None,
        "hidden_by": list(change.by) if change else [],
        "ship_dates": {"from": iso_text(ship_dates.first), "until": iso_text(ship_dates.last)},
        "details": details,
    }


def _without_age(detail: DenialDetail) -> DenialDetail:
    """A denial by the buyer's own age limit, for boxes whose age it may not know."""
    reason = Message(
        "the boxes are outside of {setting}; the vendor does not show their age", setting=detail["setting"]
    )
    return {**detail, "reason": reason, "facts": message_facts(reason), "cured_on": None, "caused_on": None}
