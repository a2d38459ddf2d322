"""The price of a future lot from its purchase order (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest

NO_ITEM_PRICE = NoValue("the purchase order has no price")
ITEM_PRICE = "the item price on the purchase order"


def purchase_order_price(requests: Sequence[PriceRequest]) -> Answers:
    """The item price on the purchase order that the lot comes from."""
    return [
        Price(Exact(price, MICRO), ITEM_PRICE)
        if (price := request.lot.purchase_order_price) is not None
        else NO_ITEM_PRICE
        for request in requests
    ]
