"""The words for steps, components and adjustments of prices, and the pages on which these are set."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_console.frame import field_of
from k2k_console.pages.catalog.rule_words import OF_LOTS, code_of
from k2k_console.translations import later

STEPS: Mapping[str, str] = {
    "va_price": later("Typed price"),
    "k2k_gpm": later("K2K GPM"),
    "company_gpm": later("Company GPM"),
    "k2k_landed_cost": later("Landed cost"),
    "price_list": later("Price list"),
    "master_price_list": later("Master list"),
    "price_reminder": later("Price of the reminder"),
    "open_market_price": later("Open market price"),
    "purchase_order_price": later("Price of the purchase order"),
    "landed_cost_as_price": later("Landed cost as price"),
    "web_price": later("Web price"),
    "price_a": later("Price A"),
    "price_b": later("Price B"),
    "price_b_manual": later("Typed price B"),
    "unit_price": later("Price per unit"),
}
COMPONENTS: Mapping[str, str] = {
    "unit_cost": later("Price of the vendor"),
    "freight": later("Freight"),
    "handling": later("Handling"),
    "duties": later("Duties"),
    "inbound_truck": later("Inbound truck"),
}
ADJUSTMENTS: Mapping[str, str] = {
    "price_b_markup": later("Price B markup"),
    "sell_fast_markup": later("Sell fast markup"),
    "ecommerce_markup": later("E-commerce markup"),
    "fob": later("FOB"),
}
PAGES: Mapping[str, tuple[str, str]] = {
    "va_price": ("offers", "va_price"),
    "k2k_gpm": ("gpms", "k2k_gpm"),
    "company_gpm": ("gpms", "gpm"),
    "price_list": ("price_lists", ""),
    "master_price_list": ("price_lists", ""),
    "price_a": ("inventory", "price_a"),
    "price_b": ("inventory", "price_b"),
    "web_price": ("inventory", "web_price"),
    "price_b_markup": ("markups", "price_b_markup"),
    "sell_fast_markup": ("markups", "sell_fast_markup"),
    "ecommerce_markup": ("markups", "ecommerce_markup"),
}
"""The page of the menu on which a step or an adjustment is set, and the field there."""


def setting_field(name: str, lot: str = "") -> str:
    """The address of the field in which a step or an adjustment is set, that of the lot where it has one; empty where
    there is none for the reader."""
    page, field = PAGES.get(name, ("", ""))
    return field_of(page, field, code_of(lot) if page in OF_LOTS else "") if page else ""


def fields_of_steps(lot: str = "") -> dict[str, str]:
    """Step → the address of the field in which it is set, for this reader."""
    return {name: found for name in STEPS if (found := setting_field(name, lot))}
