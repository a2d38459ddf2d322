"""Registries of named plugins, and prices made with them, for the fixtures of plugin authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.items import K2K, Lot
from k2k_core.domain.money import price_text
from k2k_core.domain.pricing import price_lines
from k2k_core.runtime import Broken, Plugin, Registry, discover, load, read_hierarchies
from k2k_core.testing import factories


def found(names: Sequence[str]) -> list[Plugin]:
    """The plugins of those names: those installed, else the modules of those names. Fails for one that is broken."""
    installed = {plugin.name: plugin for plugin in discover()}
    missing = [name for name in names if name not in installed]
    listed = {plugin.name: plugin for plugin in discover([(name, name) for name in missing], installed=False)}
    plugins: list[Plugin] = []
    for name in names:
        plugin = (installed | listed)[name]
        if isinstance(plugin, Broken):
            raise AssertionError(f"plugin {name} is broken ({plugin.code}): {plugin.problem}; next: {plugin.next_step}")
        plugins.append(plugin)
    return plugins


def registry_of(
    names: Sequence[str],
    steps: Sequence[str],
    adjustments: Sequence[str],
    settings: Mapping[str, Mapping[str, object]],
    inventory_type: str = K2K,
) -> Registry:
    """A registry of those plugins with one hierarchy. Fails when anything is wrong with it."""
    hierarchies = read_hierarchies(
        {
            "hierarchy": [{"inventory_type": inventory_type, "steps": list(steps)}],
            "adjustments": [{"inventory_type": inventory_type, "steps": list(adjustments)}],
        }
    )
    registry = load(found(names), "BLOOM", settings, hierarchies)
    wrong = [f"plugin {broken.name} is broken ({broken.code}): {broken.problem}" for broken in registry.broken]
    wrong += [f"{problem.place}: {problem.problem}" for problem in registry.problems]
    if wrong:
        raise AssertionError("; ".join(wrong))
    return registry


def prices(registry: Registry, lots: Sequence[Lot], terms: Mapping[str, Any]) -> list[str | None]:
    """The price of each lot for a customer, as text; None for no price. `terms` as `factories.price_terms`."""
    asked = factories.price_terms(**terms)
    settings = asked.company.settings
    steps = registry.price_steps(asked.inventory_type, asked.customer.type, asked.ship_via, settings)
    requests = [factories.price_request(lot=one, terms=asked) for one in lots]
    quotes = price_lines(requests, steps, registry.adjustments(asked.inventory_type))
    currency = asked.company.currency
    return [price_text(one.price, currency) for one in quotes]
