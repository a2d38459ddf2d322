"""Who pays less, how much, and since when."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest

PLUGIN, STEP = "k2k_sample_loyalty", "loyalty_price"
MEMBERS = {"C-100": "2022-05-01"}
SETTINGS = {PLUGIN: {"members": MEMBERS, "tiers": [{"years": 3, "gpm": "20"}, {"years": 1, "gpm": "24"}]}}


@pytest.mark.parametrize(
    ("day", "price"),
    [("2023-04-30", None), ("2023-05-01", "0.45"), ("2025-04-30", "0.45"), ("2025-05-01", "0.43")],
    ids=["no year yet", "a year", "almost three years", "three years"],
)
def test_the_margin_falls_with_the_years(
    k2k_registry: Callable[..., Any], k2k_price: Callable[..., Any], k2k_factories: ModuleType, day: str, price: str
) -> None:
    registry = k2k_registry(PLUGIN, steps=[STEP], settings=SETTINGS)
    assert k2k_price(registry, k2k_factories.lot(), order_date=dt.date.fromisoformat(day)) == [price]


def test_who_is_no_member_pays_what_everybody_pays(
    k2k_registry: Callable[..., Any], k2k_price: Callable[..., Any], k2k_factories: ModuleType
) -> None:
    registry = k2k_registry(PLUGIN, "k2k_network", steps=[STEP, "k2k_gpm"], settings=SETTINGS)
    stranger = k2k_factories.customer("C-200")
    assert k2k_price(registry, k2k_factories.lot(), customer=stranger) == ["0.46"]


def test_a_member_sees_the_price_in_the_shop_and_pays_it(k2k_network: Callable[..., Any]) -> None:
    k2k = k2k_network(PLUGIN, settings=SETTINGS, steps=[STEP])
    (member,), (stranger,) = (k2k.price("BLOOM", code, ["ANDES/L1"]) for code in ("C-100", "C-200"))
    assert (member["step"], stranger["step"]) == (STEP, "k2k_gpm")
    assert Decimal(member["price"]) < Decimal(stranger["price"])
    shown = {line["price"] for line in k2k.catalog("BLOOM", "C-100", "2026-02-05")["lines"]}
    assert member["price"] in shown
