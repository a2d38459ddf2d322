"""What a buyer's offers cost and would sell at by each ship via, without naming a customer: the buyer's own hierarchy
and margin, no markup of a customer, beside the price that a person typed (pricing sections 3 and 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from k2k_core.domain.answers.connections import OfferPrice
from k2k_core.domain.items import Lot
from k2k_core.domain.money import Exact, plain, price_text
from k2k_core.domain.parties import Customer
from k2k_core.domain.pricing import Quote
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.awb_costs import AwbCostReader
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.store.database.session import Session

NOBODY = Customer(0, "", "", "A")
"""A customer of whom nothing is set."""


class PricedVia(NamedTuple):
    """The quotes of some offers by one ship via: as they sell, and as they would without a typed price."""

    ship_via: str
    landed: list[Exact | None]
    quotes: list[Quote]
    computed: list[Quote]


def prices_of(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lots: Sequence[Lot],
    unit_costs: Mapping[int, Exact | None],
    awbs: AwbCostReader,
) -> dict[int, list[OfferPrice]]:
    """The prices of each offer, by lot id, one for each ship via; all offers of a page are priced together."""
    found: dict[int, list[OfferPrice]] = {lot.id: [] for lot in lots}
    untyped = [lot._replace(va_price=None) for lot in lots]
    for handler in context.plugins.registry(buyer.company).ship_vias() if lots else ():
        pricer = Pricer(context, session, buyer, Sale(NOBODY, handler.code), awbs)
        via = PricedVia(
            handler.code,
            pricer.landed_costs(lots, unit_costs),
            pricer.quotes(lots, unit_costs),
            pricer.quotes(untyped, unit_costs),
        )
        for place, lot in enumerate(lots):
            found[lot.id].append(_price(via, place, buyer.company.currency))
    return found


def _price(via: PricedVia, place: int, currency: str) -> OfferPrice:
    landed, quote, computed = via.landed[place], via.quotes[place], via.computed[place]
    return {
        "ship_via": via.ship_via,
        "landed_cost": None if landed is None else plain(landed),
        "price": price_text(quote.price, currency),
        "step": quote.step,
        "computed": price_text(computed.price, currency),
    }
