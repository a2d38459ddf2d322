"""Bundled plugin: future sales, boxes that are bought and have not arrived (pricing section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import FUTURE_SALES
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, formula_step, hookimpl, only
from k2k_future_sales.open_market_price import open_market_price
from k2k_future_sales.price_reminder import price_reminder
from k2k_future_sales.purchase_order_price import PURCHASE_ORDER_PRICE

manifest = Manifest(name="k2k_future_sales", title="Future sales prices", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The steps for future lots only."""
    future = only(FUTURE_SALES)
    return (
        PriceResolver("price_reminder", price_reminder, future),
        PriceResolver("open_market_price", open_market_price, future),
        formula_step("purchase_order_price", PURCHASE_ORDER_PRICE, future),
    )
