"""Registries of named plugins, for the fixtures of plugin authors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from k2k_core.domain.items import K2K
from k2k_core.runtime import Broken, Plugin, Registry, discover, load, read_hierarchies


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
