"""Fixtures that make a plugin module out of a manifest and hook functions, and load it for a company."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from k2k_core.hooks import Manifest, hookimpl
from k2k_core.runtime import Plugin, Registry, discover, load, read_hierarchies


def loaded(*plugins: dict[str, Callable[..., object]], company: str = "BLOOM", **tables: Any) -> Registry:
    """The registry of a company with these plugins, each a mapping of hook to function; named plugin_0, plugin_1 …"""
    found = []
    for number, hooks in enumerate(plugins):
        name = f"plugin_{number}"
        module = ModuleType(name)
        module.__dict__["manifest"] = Manifest(name=name, title=name, owner="the tests")
        module.__dict__.update({hook: hookimpl(function) for hook, function in hooks.items()})
        (plugin,) = discover([(name, module)], installed=False)
        assert isinstance(plugin, Plugin), plugin
        found.append(plugin)
    return load(found, company, {}, read_hierarchies(tables))


@pytest.fixture
def registry_with() -> Callable[..., Registry]:
    """Loads plugins: `registry_with({"price_resolvers": function}, hierarchy=[...])`."""
    return loaded
