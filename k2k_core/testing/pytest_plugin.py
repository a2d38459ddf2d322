"""Fixtures for plugin authors, in every environment where K2K is installed.

pytest imports this module whatever it tests, so everything of the core is imported only when a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from k2k_core.api import K2K
    from k2k_core.domain.labels import Label
    from k2k_core.domain.parties import ShipTo
    from k2k_core.runtime.registry import Registry
    from k2k_core.testing.small_network import FrozenClock


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
    """Prices lots with a registry, as texts or None: `k2k_price(registry, lot(), customer=customer("C-7"))`.

    Where prices differ from those expected, pytest shows which step gave what, and why. Fails the test when a step
    failed, with its owner, place and problem.
    """
    from k2k_core.testing.explained import prices

    def price(registry: Registry, *lots: Any, **terms: Any) -> list[str | None]:
        return prices(registry, lots, terms)

    return price


@pytest.fixture
def k2k_rules() -> Callable[..., list[dict[str, str]]]:
    """Asks every rule of a side: `k2k_rules(registry, k2k_factories.share_request())` answers, for each request, the
    codes of the rules that deny it with their reasons. Fails the test when a rule failed, or when there is none."""
    from k2k_core.testing.explained import denials

    def rules(registry: Registry, *requests: Any) -> list[dict[str, str]]:
        return denials(registry, requests)

    return rules


@pytest.fixture
def k2k_labels() -> Callable[..., Label]:
    """Renders the label of a box: `k2k_labels(registry, "zpl", mark_code="C-7")`, the words as those of
    `k2k_factories.label_request`. Fails the test when there is none, with the reason."""
    from k2k_core.testing import factories
    from k2k_core.testing.explained import label

    def labels(registry: Registry, form: str, **words: Any) -> Label:
        return label(registry, factories.label_request(**words), form)

    return labels


@pytest.fixture
def k2k_ship_vias() -> Callable[..., ShipTo | None]:
    """Where the boxes of a customer go: `k2k_ship_vias(registry, "my_dock", customer("C-7"))`; None for the buyer
    company itself. Fails the test when the customer may not have that ship via, or when it failed, with the reason."""
    from k2k_core.testing.explained import journey

    def ship_vias(registry: Registry, code: str, customer: Any, inventory_type: str = "k2k") -> ShipTo | None:
        return journey(registry, code, customer, inventory_type)

    return ship_vias


@pytest.fixture
def k2k_clock() -> FrozenClock:
    """A clock that stands still until a test turns it: the `clock` of `k2k_network`. `k2k_clock.forward(days=1)`."""
    from k2k_core.testing.small_network import FrozenClock

    return FrozenClock()


@pytest.fixture
def k2k_network(k2k_clock: FrozenClock) -> Iterator[Callable[..., K2K]]:
    """Opens a small network in memory: the vendor ANDES has lots, the buyer BLOOM sells them to C-100 and C-200, and
    C-100 has two boxes in its cart. `k2k_network("my_plugin", settings={"my_plugin": {...}}, steps=["my_step"])` opens
    it with plugins, their settings at BLOOM, and a hierarchy of its K2K lots that begins with `steps`.

    Fails the test when a plugin is broken or a step is missing, and when the network is not sound in the end.
    """
    from k2k_core.testing.small_network import opened

    networks: list[K2K] = []

    def network(
        *plugins: str, steps: Sequence[str] = (), settings: Mapping[str, Mapping[str, object]] | None = None
    ) -> K2K:
        networks.append(opened(plugins, steps, settings or {}, k2k_clock))
        return networks[-1]

    yield network
    for one in networks:
        found = one.verify()
        one.close()
        assert found == [], found


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """What pytest shows of prices that differ from those expected: how each came about."""
    explanations = getattr(left, "explanations", None)
    if op != "==" or not isinstance(left, list) or not isinstance(explanations, tuple):
        return None
    return [f"{left!r} == {right!r}", "How each price came about:", *map(str, explanations)]
