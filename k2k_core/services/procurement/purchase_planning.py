"""Plans a buyer's order from a vendor by the lot, before the transaction.

As in `ordering.order_planning`, but only the vendor's price is needed. If the order is for a customer of the buyer,
that customer's price is computed too.
"""

from __future__ import annotations

from k2k_core.domain.money import MICRO, Exact, minor_to_micros
from k2k_core.errors import NoPrice, NotFound
from k2k_core.services.catalog.assortment import Article, Assortment
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    charges_on,
    dimensions_of,
    explanation_of_vendor,
    in_micros,
    storable,
    vendor_lot,
)
from k2k_core.services.ordering.ship_day_checks import NO_CUSTOMER
from k2k_core.services.pricing.frozen_explanation import to_json
from k2k_core.services.pricing.pricer import needs_rate
from k2k_core.services.sharing.shared_inventory import SharedInventory
from k2k_core.store.inventory.lots import PRODUCT


def article_of(assortment: Assortment, ref: str) -> tuple[Article, SharedInventory]:
    """A lot of a connected vendor; `NotFound`."""
    article = assortment.articles.get(ref)
    if article is None or article.partner is None:
        raise NotFound("There is no lot {lot} of a connected vendor.", lot=ref)
    return article, article.partner


def plan_purchase(assortment: Assortment, ref: str, boxes: int, agreed: int | None = None) -> PlannedLine:
    """Some boxes of a lot at the vendor's price, or at an agreed one (micros of the vendor's currency). Raises
    `NoPrice` without either."""
    article, partner = article_of(assortment, ref)
    cost = partner.cost_micros(article.lot.id) if agreed is None else agreed
    if cost is None:
        raise NoPrice(
            "{vendor} has no price of {lot} for {buyer}.",
            vendor=partner.vendor.code,
            buyer=assortment.buyer.code,
            lot=ref,
        )
    known = assortment.unit_costs if agreed is None else {article.lot.id: _converted(agreed, partner)}
    quote, explanation = assortment.pricer.explained([article.lot], known)[0]
    for_customer = assortment.customer is not NO_CUSTOMER and quote.price is not None
    currency = assortment.buyer.company.currency
    planned = PlannedLine(
        lot=article.lot,
        boxes=boxes,
        owner=partner.vendor,
        vendor=partner.vendor,
        record=partner.record,
        vendor_product_id=article.row[PRODUCT],
        mapped=partner.offers.mapped(article.row),
        vendor_ship_date=assortment.planner(partner).vendor_ship_date(assortment.ship_date),
        price=minor_to_micros(quote.price or 0, currency) if for_customer else None,
        cost=cost,
        landed_cost=in_micros(explanation.landed_cost),
        components={name: in_micros(amount) or 0 for name, amount in explanation.components.items()},
        charged=charges_on(assortment, article),
        explanation=to_json(explanation) if for_customer else None,
        vendor_explanation=explanation_of_vendor(assortment.context, assortment.session, article)
        if agreed is None
        else None,
        vendor_lot=vendor_lot(article),
        dimensions=dimensions_of(assortment, article),
    )
    return storable(planned)


def _converted(agreed: int, partner: SharedInventory) -> Exact | None:
    """An agreed cost in the buyer's currency; None without a needed rate."""
    amount = Exact(agreed, MICRO)
    if not needs_rate(partner.buyer, partner.record):
        return amount
    if partner.record is None or partner.record.exchange_rate is None:
        return None
    return amount * Exact.micros(partner.record.exchange_rate)
