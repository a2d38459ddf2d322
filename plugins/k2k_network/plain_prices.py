"""Prices of an offer that need no margin: what a person typed, and the landed cost itself (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest, not_applicable
from k2k_network.no_landed_cost import NO_VENDOR_PRICE, no_landed_cost

GROWER = "grower"

NOT_TYPED = NoValue("not typed by a person")
TYPED = "typed on the offer by a person"
VIA_GROWER = not_applicable("a typed price does not count via grower")


def va_price(requests: Sequence[PriceRequest]) -> Answers:
    """The price that the buyer company typed on the offer.

    It never applies via grower, nor while the vendor has no price for this buyer.
    """
    if requests[0].terms.ship_via == GROWER:
        return VIA_GROWER
    return [
        NOT_TYPED
        if (typed := request.lot.va_price) is None
        else NO_VENDOR_PRICE
        if request.unit_cost is None
        else Price(Exact(typed, MICRO), TYPED)
        for request in requests
    ]


def k2k_landed_cost(requests: Sequence[PriceRequest]) -> Answers:
    """The landed cost by ship via, for companies that sell K2K stock at cost (`k2k_price_is_landed_cost`)."""
    facts = {"via": requests[0].terms.ship_via}
    return [
        Price(cost, "landed cost via {via}", facts)
        if (cost := request.landed_cost) is not None
        else no_landed_cost(request)
        for request in requests
    ]
