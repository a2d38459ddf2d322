"""Bundled plugin: price lists and the master list, for every inventory type that may use them (pricing section 5)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, formula_step, hookimpl, only
from k2k_price_lists.steps import MASTER_PRICE_LIST, PRICE_LIST

manifest = Manifest(name="k2k_price_lists", title="Price lists with seasons, and the master list", owner="K2K")


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The customer's own lists, and the company's master."""
    known = only(*INVENTORY_TYPES)
    return (
        formula_step("price_list", PRICE_LIST, known),
        formula_step("master_price_list", MASTER_PRICE_LIST, known),
    )
