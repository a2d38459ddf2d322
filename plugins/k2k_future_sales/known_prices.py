"""Prices of a future lot known from elsewhere: from its like on hand, from its purchase order (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest

NOT_ON_HAND = NoValue("no box of the same product and pack on hand has a price for this customer")
ON_HAND = "the highest base price of the same product and pack on hand"
NO_ITEM_PRICE = NoValue("no price stands on the purchase order")
ITEM_PRICE = "the item price on the purchase order"


def open_market_price(requests: Sequence[PriceRequest]) -> Answers:
    """What the same customer would pay for the same product and pack on hand, before adjustments."""
    return [
        Price(base, ON_HAND) if (base := request.open_market_base) is not None else NOT_ON_HAND for request in requests
    ]


def purchase_order_price(requests: Sequence[PriceRequest]) -> Answers:
    """The item price on the purchase order that the lot comes from."""
    return [
        Price(Exact(price, MICRO), ITEM_PRICE)
        if (price := request.lot.purchase_order_price) is not None
        else NO_ITEM_PRICE
        for request in requests
    ]
