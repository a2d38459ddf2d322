"""Prices with the plugin's step in front, made with the fixtures that K2K ships."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

SETTINGS = {"k2k_sample_contract_price": {"prices": {"C-100": {"ROSE-RED-60": "0.521"}}}}


def test_the_agreed_price_wins_and_is_rounded_up(
    k2k_registry: Callable[..., Any], k2k_price: Callable[..., Any], k2k_factories: ModuleType
) -> None:
    steps = ["contract_price", "k2k_gpm"]
    registry = k2k_registry("k2k_sample_contract_price", "k2k_network", steps=steps, settings=SETTINGS)
    tulip = k2k_factories.lot("L2", product=k2k_factories.product("TULIP-50"))
    assert k2k_price(registry, k2k_factories.lot("L1"), tulip) == ["0.53", "0.46"]


def test_without_a_step_that_yields_there_is_no_price(
    k2k_registry: Callable[..., Any], k2k_price: Callable[..., Any], k2k_factories: ModuleType
) -> None:
    registry = k2k_registry("k2k_sample_contract_price", steps=["contract_price"])
    assert k2k_price(registry, k2k_factories.lot()) == [None]
