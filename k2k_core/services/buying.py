"""What a buyer orders from a vendor by the lot, worked out before the transaction.

As in `selling`, but the vendor's price is all that it needs; the buyer's customer, where there is one, gets one too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain.money import MICRO, Exact, minor_to_micros
from k2k_core.domain.parties import Customer
from k2k_core.errors import NoPrice, NotFound
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.market import Article, Market
from k2k_core.services.office import Office
from k2k_core.services.partners import Partner
from k2k_core.services.pricing import needs_rate
from k2k_core.services.selling import Pick, charges_on, in_micros, storable, vendor_story
from k2k_core.services.story import frozen
from k2k_core.store.lots import PRODUCT
from k2k_core.store.work import Session

NOBODY = Customer(0, "", "", "A", ship_via="choice")
"""Stands for the customer of a standalone purchase order: the goods are for the buyer itself."""


def market_for(
    office: Office,
    session: Session,
    buyer: CompanyFacts,
    customer: Customer | None,
    refs: Sequence[str],
    ship_via: str,
    ship_date: dt.date | None,
) -> Market:
    """The trade in some lots of a vendor; for the buyer itself without a customer."""
    whom = customer or NOBODY
    return Market(office, session, buyer, whom, ship_via, ship_date=ship_date, refs=list(dict.fromkeys(refs)))


def article_of(market: Market, ref: str) -> tuple[Article, Partner]:
    """A lot of a connected vendor; `NotFound`."""
    article = market.articles.get(ref)
    if article is None or article.partner is None:
        raise NotFound(f"There is no lot {ref} of a connected vendor.", lot=ref)
    return article, article.partner


def bought(market: Market, ref: str, boxes: int, agreed: int | None = None) -> Pick:
    """Some boxes of a lot at the vendor's price, or at an agreed one (micros of the vendor's money). `NoPrice` when
    there is neither."""
    article, partner = article_of(market, ref)
    cost = partner.cost_micros(article.lot.id) if agreed is None else agreed
    if cost is None:
        raise NoPrice(f"{partner.vendor.code} has no price of {ref} for {market.buyer.code}.", lot=ref)
    known = market.unit_costs if agreed is None else {article.lot.id: _converted(agreed, partner)}
    quote, story = market.pricer.explained([article.lot], known)[0]
    for_somebody = market.customer is not NOBODY and quote.price is not None
    currency = market.buyer.company.currency
    pick = Pick(
        lot=article.lot,
        boxes=boxes,
        owner=partner.vendor,
        vendor=partner.vendor,
        record=partner.record,
        vendor_product_id=article.row[PRODUCT],
        mapped=partner.offers.mapped(article.row),
        vendor_ship_date=market.planner(partner).vendor_ship_date(market.ship_date),
        price=minor_to_micros(quote.price or 0, currency) if for_somebody else None,
        cost=cost,
        landed_cost=in_micros(story.landed_cost),
        components={name: in_micros(amount) or 0 for name, amount in story.components.items()},
        charges=charges_on(market, article.lot),
        explanation=frozen(story) if for_somebody else None,
        vendor_explanation=vendor_story(market.office, market.session, article) if agreed is None else None,
    )
    return storable(pick)


def _converted(agreed: int, partner: Partner) -> Exact | None:
    """An agreed cost in the buyer's money; None without a needed rate."""
    amount = Exact(agreed, MICRO)
    if not needs_rate(partner.buyer, partner.record):
        return amount
    if partner.record is None or partner.record.exchange_rate is None:
        return None
    return amount * Exact.micros(partner.record.exchange_rate)
