"""Bundled plugin: the open market, boxes and units: prices typed on the lot, prices at cost, and the standard
adjustments.

See pricing sections 4 and 6. Price lists are another plugin.
"""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.hooks import (
    ANY,
    Manifest,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    formula_adjustment,
    formula_step,
    hookimpl,
    only,
)
from k2k_open_market.at_cost import landed_cost_as_price
from k2k_open_market.fob import FOB
from k2k_open_market.markups import ECOMMERCE_MARKUP, PRICE_B_MARKUP, SELL_FAST_MARKUP
from k2k_open_market.typed_prices import price_a, price_b, price_b_manual, unit_price, web_price

manifest = Manifest(name="k2k_open_market", title="Open market prices and the standard adjustments", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver | PriceAdjustment]:
    """The steps of an open-market price, and the adjustments of all inventory types."""
    boxes, units = only(OPEN_MARKET_BOXES), only(OPEN_MARKET_UNITS)
    owned = only(OPEN_MARKET_BOXES, OPEN_MARKET_UNITS, FUTURE_SALES)
    return (
        formula_step("landed_cost_as_price", landed_cost_as_price, owned),
        formula_step("web_price", web_price, boxes),
        formula_step("price_a", price_a, boxes),
        formula_step("price_b", price_b, boxes),
        formula_step("price_b_manual", price_b_manual, boxes),
        formula_step("unit_price", unit_price, units),
        formula_adjustment("price_b_markup", PRICE_B_MARKUP, owned),
        formula_adjustment("sell_fast_markup", SELL_FAST_MARKUP, boxes),
        formula_adjustment("ecommerce_markup", ECOMMERCE_MARKUP, ANY),
        formula_adjustment("fob", FOB, ANY),
    )
