"""How many lots a quarantine leaves without a price."""

from __future__ import annotations

from k2k_core.domain.parties import Customer
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import Sale
from k2k_core.store.database.session import Session

FAILED = "failed"


def lots_without_price(context: ServiceContext, session: Session, company: str) -> int:
    """The lots with boxes left that have no price, for the first customer of a type, because a step fails."""
    snapshot = context.snapshots.get(session, company)
    found: set[str] = set()
    for customer in _of_each_type(session, snapshot):
        sold = Assortment(context, session, snapshot, Sale(customer))
        articles = [one for one in sold.articles.values() if one.lot.available > 0]
        for article, (quote, explanation) in zip(articles, sold.explained(articles), strict=True):
            if quote.price is None and any(step.outcome == FAILED for step in explanation.steps):
                found.add(article.ref)
    return len(found)


def _of_each_type(session: Session, company: CompanySnapshot) -> list[Customer]:
    """The first customer, by code, of each type."""
    customers = sorted(company.customers(session).values(), key=lambda one: one.code)
    first: dict[str, Customer] = {}
    for customer in customers:
        first.setdefault(customer.type, customer)
    return list(first.values())
