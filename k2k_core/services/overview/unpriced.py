"""How many lots a quarantine leaves without a price."""

from __future__ import annotations

from collections import defaultdict

from k2k_core.domain.parties import Customer
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.store.database.session import Session

FAILED = "failed"


def lots_without_price(context: ServiceContext, session: Session, company: str) -> int:
    """The lots with boxes left that have no price, for the first customer of a type, because a step fails."""
    return len(set().union(*failed_lots(context, session, company).values()))


def failed_lots(context: ServiceContext, session: Session, company: str) -> dict[str, set[str]]:
    """These lots by the plugin whose step fails."""
    snapshot = context.snapshots.get(session, company)
    found: dict[str, set[str]] = defaultdict(set)
    for customer in _of_each_type(session, snapshot):
        sold = Assortment(context, session, snapshot, Sale(customer))
        articles = [one for one in sold.articles.values() if one.lot.available > 0]
        for article, (quote, explanation) in zip(articles, sold.explained(articles), strict=True):
            for step in explanation.steps if quote.price is None else ():
                if step.outcome == FAILED:
                    found[step.plugin].add(article.ref)
    return found


def _of_each_type(session: Session, company: CompanySnapshot) -> list[Customer]:
    """The first customer, by code, of each type."""
    customers = sorted(company.customers(session).values(), key=lambda one: one.code)
    first: dict[str, Customer] = {}
    for customer in customers:
        first.setdefault(customer.type, customer)
    return list(first.values())
