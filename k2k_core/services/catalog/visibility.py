"""Use case: why is my product not showing? (domain section 3, the verb `visible`)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain.answers.sharing import DenialDetail, VisibleLot
from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BUYER, VENDOR, Denial
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.catalog.visibility_forecast import VisibilityChange, VisibilityForecast
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.services.sharing.sharing import detail, side_of

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

    `visible_on` is the day from which on time alone shows a hidden lot; where the ship date can no longer be kept by
    then, `hidden_by` says so, and a later one shows it. For named lots that are seen `hidden_on` is the day from which
    on time hides them, by the rules `hidden_by`. A day has come when it has for the vendor or the buyer.
    """
    context.actor.require(READING, buyer)
    reader = "both" if context.actor.host or context.actor.operator else BUYER
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        whom = company.customer(session, customer)
        assortment = Assortment(
            context, session, company, Sale(whom, ship_via, ship_date=ship_date), LotSelection(lots)
        )
        articles = list(assortment.articles.values())
        own = assortment.own_denials(articles)
        ages = [assortment.aging_shown(article) for article in articles]
        held = [assortment.held_back.get(article.lot.id, []) if article.partner else [] for article in articles]
        judged = {one.ref: [*theirs, *mine] for one, theirs, mine in zip(articles, held, own, strict=True)}
        turns = VisibilityForecast(assortment).turns(judged, seen_too=lots is not None)
    by_ref = {
        article.ref: _answer(
            article, _sided(article, by_vendor, by_buyer, buyer), reader, aging, turns.get(article.ref)
        )
        for article, by_vendor, by_buyer, aging in zip(articles, held, own, ages, strict=True)
    }
    return [by_ref[ref] for ref in (by_ref if lots is None else lots)]


def _answer(
    article: Article,
    denials: Sequence[tuple[Denial, str]],
    reader: str,
    aging: int | None,
    turn: VisibilityChange | None,
) -> VisibleLot:
    details = [detail(denial, side, reader) for denial, side in denials]
    codes = {denial.code for denial, _ in denials}
    if reader == BUYER and aging is None:
        # A day on which a limit of the buyer's own is reached would tell it how old the boxes are.
        turn = None if turn is None or AGE_LIMITS in codes.union(turn.by) else turn
        details = [_without_age(one) if one["code"] == AGE_LIMITS else one for one in details]
    return {
        "lot": article.ref,
        "visible": not denials,
        "aging": aging,
        "reasons": sorted(codes),
        "visible_on": turn.day.isoformat() if turn and denials else None,
        "hidden_on": turn.day.isoformat() if turn and not denials else None,
        "hidden_by": list(turn.by) if turn else [],
        "details": details,
    }


def _without_age(told: DenialDetail) -> DenialDetail:
    """A buyer's own age limit, for boxes of which it may not know how old they are."""
    reason = f"the boxes are outside of {told['setting']}; how old they are is the vendor's to tell"
    return {**told, "reason": reason, "cured_on": None, "caused_on": None}


def _sided(article: Article, held: Sequence[Denial], own: Sequence[Denial], buyer: str) -> list[tuple[Denial, str]]:
    """Every denial with the side that it belongs to: its owner's, else that of the rule."""
    vendor = article.partner.vendor.code if article.partner else buyer
    sided = [(denial, side_of(denial, vendor, buyer, VENDOR)) for denial in held]
    return [*sided, *((denial, side_of(denial, vendor, buyer, BUYER)) for denial in own)]
