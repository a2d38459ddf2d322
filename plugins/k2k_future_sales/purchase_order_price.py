"""The price of a future lot from its purchase order (pricing section 4)."""

from __future__ import annotations

from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms

NO_ITEM_PRICE = NoValue("the purchase order has no price")
ITEM_PRICE = "the item price on the purchase order"


def _item_price(_terms: PriceTerms, _facts: Facts) -> Formula:
    """The item price on the purchase order that the lot comes from."""
    return Formula("purchase_order_price", reason=ITEM_PRICE)


def _no_item_price(_request: PriceRequest, _found: NoValue | None) -> NoValue:
    return NO_ITEM_PRICE


PURCHASE_ORDER_PRICE = PriceFormula(_item_price, no_value=_no_item_price)
