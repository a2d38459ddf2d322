"""Use case: why is my product not showing? (domain section 3, the verb `visible`)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.domain.sharing import BUYER, VENDOR, Denial
from k2k_core.services.market import Article, Market
from k2k_core.services.office import Office
from k2k_core.services.sharing import detail


def visible(
    office: Office,
    buyer: str,
    customer: str,
    lots: Sequence[str] | None = None,
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
) -> list[dict[str, Any]]:
    """For each lot whether this customer sees it for this ship date and ship via, and everything that hides it."""
    office.actor.require(READING, buyer)
    reader = "both" if office.actor.host or office.actor.operator else BUYER
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)
        whom = facts.customer(session, customer)
        market = Market(office, session, facts, whom, ship_via, ship_date=ship_date, refs=lots)
        articles = list(market.articles.values())
        denials = market.denials(articles)
    by_ref = {
        article.ref: _answer(article, found, reader) for article, found in zip(articles, denials, strict=True)
    }
    return [by_ref[ref] for ref in (by_ref if lots is None else lots)]


def _answer(article: Article, denials: Sequence[Denial], reader: str) -> dict[str, Any]:
    return {
        "lot": article.ref,
        "visible": not denials,
        "reasons": sorted({denial.code for denial in denials}),
        "visible_on": _visible_on(denials),
        "details": [detail(denial, _side(article, denial), reader) for denial in denials],
    }


def _side(article: Article, denial: Denial) -> str:
    vendor = article.partner.vendor.code if article.partner else None
    return VENDOR if vendor is not None and denial.owner == vendor else BUYER


def _visible_on(denials: Sequence[Denial]) -> str | None:
    """The day from which time alone will have cured every denial, if it can."""
    days = [denial.cured_on for denial in denials if denial.cured_on is not None]
    return max(days).isoformat() if days and len(days) == len(denials) else None
