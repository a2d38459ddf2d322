"""Bundled plugin: the two ship vias, through the buyer's warehouse, or from the grower to the customer (domain section
6)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.hooks import Manifest, PluginContext, ShipViaHandler, hookimpl
from k2k_ship_via.grower import grower
from k2k_ship_via.warehouse import warehouse

manifest = Manifest(name="k2k_ship_via", title="Ship via warehouse and via grower", owner="K2K")


@hookimpl
def ship_via_handlers(context: PluginContext) -> Iterable[ShipViaHandler]:
    """Warehouse and grower."""
    return (warehouse, grower)
