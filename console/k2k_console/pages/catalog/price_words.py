"""The words for steps, components and adjustments of prices, and the pages on which these are set."""

from __future__ import annotations

from collections.abc import Mapping

from k2k_console.frame import page_of
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
PAGES: Mapping[str, str] = {
    "va_price": "offers",
    "k2k_gpm": "gpms",
    "company_gpm": "gpms",
    "price_list": "price_lists",
    "master_price_list": "price_lists",
    "price_a": "inventory",
    "price_b": "inventory",
    "web_price": "inventory",
    "price_b_markup": "markups",
    "sell_fast_markup": "markups",
    "ecommerce_markup": "markups",
}
"""The page of the menu on which a step or an adjustment is set."""


def setting_page(name: str) -> str:
    """The address of the page on which a step or an adjustment is set; empty where there is none for the reader."""
    return page_of(PAGES[name]) if name in PAGES else ""


def pages_of_steps() -> dict[str, str]:
    """Step → the page on which it is set, for this reader."""
    return {name: found for name in STEPS if (found := setting_page(name))}
