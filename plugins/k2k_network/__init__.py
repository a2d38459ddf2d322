"""Bundled plugin: the `k2k` inventory type, a buyer company's prices of connected vendors' lots (pricing sections 1, 2
and 4)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import K2K
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl, only
from k2k_network.margins import company_gpm, k2k_gpm
from k2k_network.plain_prices import k2k_landed_cost, va_price

manifest = Manifest(name="k2k_network", title="K2K offers of connected vendors", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The steps of a K2K price; `hierarchies.toml` orders them by ship via."""
    offers = only(K2K)
    return (
        PriceResolver("va_price", va_price, offers),
        PriceResolver("k2k_gpm", k2k_gpm, offers),
        PriceResolver("company_gpm", company_gpm, offers),
        PriceResolver("k2k_landed_cost", k2k_landed_cost, offers),
    )
