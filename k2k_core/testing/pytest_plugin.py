"""Fixtures for plugin authors, in every environment where K2K is installed.

pytest imports this module whatever it tests, so everything of the core is imported only when a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from k2k_core.runtime.registry import Registry


@pytest.fixture
def k2k_factories() -> ModuleType:
    """`k2k_core.testing.factories`: makes lots, customers, companies and the requests that contributions are asked."""
    from k2k_core.testing import factories

    return factories


@pytest.fixture
def k2k_registry() -> Callable[..., Registry]:
    """Makes a registry of the plugins named, for one company: `k2k_registry("my_plugin", steps=["my_step"])`.

    `steps` is the hierarchy of one inventory type (`k2k`, unless `inventory_type` says another), `adjustments` what
    follows; `settings` are by plugin. Fails the test when a plugin is broken or a step is missing.
    """
    from k2k_core.testing.registries import registry_of

    def make(
        *plugins: str,
        steps: Sequence[str] = (),
        adjustments: Sequence[str] = (),
        settings: Mapping[str, Mapping[str, object]] | None = None,
        inventory_type: str = "k2k",
    ) -> Registry:
        return registry_of(plugins, steps, adjustments, settings or {}, inventory_type)

    return make


@pytest.fixture
def k2k_price() -> Callable[..., list[str | None]]:
    """Prices lots with a registry, as texts or None: `k2k_price(registry, lot(), customer=customer("C-7"))`."""
    from k2k_core.testing.registries import prices

    def price(registry: Registry, *lots: Any, **terms: Any) -> list[str | None]:
        return prices(registry, lots, terms)

    return price
