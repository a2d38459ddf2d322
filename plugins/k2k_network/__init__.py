"""Bundled plugin: the `k2k` inventory type, a buyer company's prices of connected vendors' lots (pricing sections 1, 2
and 4)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import K2K
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, formula_step, hookimpl, only
from k2k_network.margins import COMPANY_GPM, K2K_GPM
from k2k_network.plain_prices import K2K_LANDED_COST, VA_PRICE

manifest = Manifest(name="k2k_network", title="K2K offers of connected vendors", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The steps of a K2K price; `hierarchies.toml` orders them by ship via."""
    offers = only(K2K)
    return (
        formula_step("va_price", VA_PRICE, offers),
        formula_step("k2k_gpm", K2K_GPM, offers),
        formula_step("company_gpm", COMPANY_GPM, offers),
        formula_step("k2k_landed_cost", K2K_LANDED_COST, offers),
    )
