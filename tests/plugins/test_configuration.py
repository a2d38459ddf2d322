"""The shipped hierarchies and defaults: the tables of pricing section 4; each step offered once, each one
documented."""

from __future__ import annotations

import dataclasses
import itertools
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.settings import CompanySettings
from k2k_core.hooks import PriceAdjustment, PriceResolver

RULES = Path(__file__).parents[2] / "docs" / "rules"
FUTURE = "landed_cost_as_price price_reminder open_market_price price_list master_price_list purchase_order_price"
TABLE = {
    ("open_market_boxes", "A"): "landed_cost_as_price web_price price_a",
    ("open_market_boxes", "B"): "landed_cost_as_price price_list master_price_list web_price price_b price_b_manual",
    ("open_market_units", "A"): "landed_cost_as_price unit_price",
    ("open_market_units", "B"): "landed_cost_as_price price_list master_price_list unit_price",
    ("future_sales", "A"): FUTURE,
    ("future_sales", "B"): FUTURE,
    ("vendor_availability", "A"): "price_list master_price_list va_price",
    ("vendor_availability", "B"): "price_list master_price_list va_price",
}
K2K_TABLE = {
    ("warehouse", False, False): "va_price k2k_gpm company_gpm",
    ("warehouse", True, False): "price_list master_price_list va_price k2k_gpm company_gpm",
    ("warehouse", False, True): "va_price k2k_landed_cost",
    ("warehouse", True, True): "price_list master_price_list va_price k2k_landed_cost",
    ("grower", False, False): "k2k_gpm company_gpm",
    ("grower", True, False): "price_list master_price_list k2k_gpm company_gpm",
    ("grower", False, True): "k2k_landed_cost",
    ("grower", True, True): "price_list master_price_list k2k_landed_cost",
}
ADJUSTMENTS = {
    "open_market_boxes": "price_b_markup sell_fast_markup ecommerce_markup fob",
    "open_market_units": "price_b_markup ecommerce_markup fob",
    "future_sales": "price_b_markup ecommerce_markup fob",
    "vendor_availability": "ecommerce_markup fob",
    "k2k": "ecommerce_markup fob",
}


@pytest.mark.parametrize("settings", [(False, False), (True, True)])
@pytest.mark.parametrize("via", ["warehouse", "grower"])
@pytest.mark.parametrize(("inventory_type", "customer_type"), TABLE)
def test_own_stock_has_one_order_whatever_the_k2k_settings_say(
    trade: Any, hooks: Any, inventory_type: str, customer_type: str, via: str, settings: tuple[bool, bool]
) -> None:
    company = trade.company(price_lists_for_k2k=settings[0], k2k_price_is_landed_cost=settings[1])
    customer = trade.customer(type=customer_type)
    terms = trade.terms(inventory_type, company=company, customer=customer, ship_via=via)
    assert hooks["hierarchy"](terms) == TABLE[inventory_type, customer_type].split()


@pytest.mark.parametrize("customer_type", ["A", "B"])
@pytest.mark.parametrize(("via", "lists", "at_cost"), K2K_TABLE)
def test_the_order_of_a_k2k_price_depends_on_ship_via_and_settings(
    trade: Any, hooks: Any, via: str, lists: bool, at_cost: bool, customer_type: str
) -> None:
    company = trade.company(price_lists_for_k2k=lists, k2k_price_is_landed_cost=at_cost)
    terms = trade.terms(company=company, customer=trade.customer(type=customer_type), ship_via=via)
    assert hooks["hierarchy"](terms) == K2K_TABLE[via, lists, at_cost].split()


def test_each_inventory_type_has_the_adjustments_of_the_design(hooks: Any) -> None:
    rows = hooks["configured"]("hierarchies.toml")["adjustments"]
    assert {row["inventory_type"]: " ".join(row["steps"]) for row in rows} == ADJUSTMENTS


@pytest.mark.parametrize("inventory_type", INVENTORY_TYPES)
def test_every_step_that_an_order_names_is_offered_by_exactly_one_plugin(hooks: Any, inventory_type: str) -> None:
    orders = hooks["configured"]("hierarchies.toml")
    for kind, rows in ((PriceResolver, orders["hierarchy"]), (PriceAdjustment, orders["adjustments"])):
        offered = [step.step for _, step in hooks["offered"](kind, inventory_type)]
        assert len(offered) == len(set(offered))
        named = {step for row in rows if row["inventory_type"] == inventory_type for step in row["steps"]}
        assert named <= set(offered)


def test_the_defaults_are_exactly_the_settings_of_a_company(trade: Any, hooks: Any) -> None:
    groups = hooks["configured"]("defaults.toml").values()
    names = list(itertools.chain(*([*group.get("unset", ()), *(set(group) - {"unset"})] for group in groups)))
    assert sorted(names) == sorted(field.name for field in dataclasses.fields(CompanySettings))
    settings = trade.settings()
    for field in dataclasses.fields(CompanySettings):
        allowed = {"bool": (bool,), "int": (int,), "str": (str,), "int | None": (int, type(None))}.get(field.type)
        if allowed is not None:
            assert type(getattr(settings, field.name)) in allowed, field.name


def test_the_configuration_package_holds_no_logic() -> None:
    source = (resources.files("k2k_config") / "__init__.py").read_text("utf-8")
    assert source.strip().startswith('"""')
    assert source.count('"""') == 2
    assert source.strip().endswith('"""')


def test_every_contribution_has_a_section_in_its_plugins_readme(hooks: Any) -> None:
    for plugin in hooks["plugins"]:
        readme = (resources.files(plugin) / "README.md").read_text("utf-8")
        described = set(re.findall(r"^## (\w+): `(\w+)`$", readme, re.MULTILINE))
        contributed = set()
        for hook in ("price_resolvers", "eligibility_rules", "ship_via_handlers"):
            for item in hooks["contributed"](plugin, hook):
                contributed.add((hook, getattr(item, "step", None) or item.code))
        assert described == contributed, plugin


@pytest.mark.parametrize(
    ("hook", "page"),
    [("price_resolvers", "pricing.md"), ("eligibility_rules", "domain.md"), ("ship_via_handlers", "domain.md")],
)
def test_every_contribution_is_named_by_the_rules_of_the_trade(hooks: Any, hook: str, page: str) -> None:
    named = set(re.findall(r"`(\w+)`", (RULES / page).read_text("utf-8")))
    contributed = {
        getattr(item, "step", None) or item.code
        for plugin in hooks["plugins"]
        for item in hooks["contributed"](plugin, hook)
    }
    assert contributed - named == set()
