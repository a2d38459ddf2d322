"""Bundled plugin: the open market, boxes and units: prices typed on the lot, prices at cost, and the standard
adjustments.

See pricing sections 4 and 6. Price lists are another plugin.
"""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.hooks import ANY, Manifest, PluginContext, PriceAdjustment, PriceResolver, hookimpl, only
from k2k_open_market.at_cost import landed_cost_as_price
from k2k_open_market.fob import fob
from k2k_open_market.markups import ecommerce_markup, price_b_markup, sell_fast_markup
from k2k_open_market.typed_prices import price_a, price_b, price_b_manual, unit_price, web_price

manifest = Manifest(name="k2k_open_market", title="Open market prices and the standard adjustments", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver | PriceAdjustment]:
    """The steps of an open-market price, and the adjustments of all inventory types."""
    boxes, units = only(OPEN_MARKET_BOXES), only(OPEN_MARKET_UNITS)
    owned = only(OPEN_MARKET_BOXES, OPEN_MARKET_UNITS, FUTURE_SALES)
    return (
        PriceResolver("landed_cost_as_price", landed_cost_as_price, owned),
        PriceResolver("web_price", web_price, boxes),
        PriceResolver("price_a", price_a, boxes),
        PriceResolver("price_b", price_b, boxes),
        PriceResolver("price_b_manual", price_b_manual, boxes),
        PriceResolver("unit_price", unit_price, units),
        PriceAdjustment("price_b_markup", price_b_markup, owned),
        PriceAdjustment("sell_fast_markup", sell_fast_markup, boxes),
        PriceAdjustment("ecommerce_markup", ecommerce_markup, ANY),
        PriceAdjustment("fob", fob, ANY),
    )
