"""The oracle of K2K prices, written from the pricing rules alone, in `fractions.Fraction`.

It follows the sections of the pricing document in their order and shares no line with the program: amounts are the
texts that a person typed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

FBE = {"FB": Fraction(1), "HB": Fraction(1, 2), "QB": Fraction(1, 4), "EB": Fraction(1, 8)}
DECIMALS = {"JPY": 0, "USD": 2, "EUR": 2, "KWD": 3}
Company = Mapping[str, Any]


def k2k_price(case: Mapping[str, Any], via: str) -> tuple[Fraction | None, Fraction | None]:
    """The landed cost and the price of one case via `warehouse` or `grower`; None where there is none."""
    vendor, buyer, lot, customer = case["vendor"], case["buyer"], case["lot"], case["customer"]
    cost = unit_cost(vendor, buyer, case["record"], lot)
    landed = None if cost is None else landed_cost(buyer, case["record"], lot, cost, via, case["ship_date"])
    if cost is None:
        return landed, None
    if via == "warehouse" and lot.get("va_price"):
        price: Fraction | None = Fraction(lot["va_price"])
    else:
        gpm = first(case["location"].get("k2k_gpm"), buyer["settings"].get("k2k_gpm"), buyer["settings"].get("gpm"))
        price = None if landed is None or gpm is None else landed / (1 - Fraction(gpm) / 100)
    if price is None:
        return landed, None
    price = marked_up(price, customer.get("ecommerce_markup"))
    if via == "warehouse" and customer["show_fob_price"] and customer["charge_fuel_surcharge"]:
        price += fob(buyer, customer, case["record"], lot)
    return landed, finished(price, buyer)


def unit_cost(vendor: Company, buyer: Company, record: Mapping[str, Any], lot: Mapping[str, Any]) -> Fraction | None:
    """The vendor's finished price for the buyer, in the buyer's money (pricing sections 1 and 4)."""
    typed = first(lot.get("web_price"), lot.get("price_a"))
    if typed is None:
        return None
    price = finished(marked_up(Fraction(typed), vendor["customers"][0].get("ecommerce_markup")), vendor)
    if price is None or not buyer["settings"]["multicurrency"] or vendor["currency"] == buyer["currency"]:
        return price
    return price * Fraction(record["exchange_rate"])


def landed_cost(
    buyer: Company, record: Mapping[str, Any], lot: Mapping[str, Any], cost: Fraction, via: str, ship_date: str
) -> Fraction | None:
    """Unit cost, freight, handling, duties and inbound truck (pricing section 3)."""
    if via == "grower":
        return cost
    settings, units, fbe = buyer["settings"], lot["units_per_box"], FBE[lot["box_type"]]
    landed = cost + (Fraction(settings["freight_per_fbe"]) + Fraction(settings["handling_per_fbe"])) * fbe / units
    rows = [
        row
        for row in settings["duties"]
        if (row["category"], row["port"]) == (lot["category"], record["port"]) and row["from"] <= ship_date
    ]
    if rows:
        landed += cost * Fraction(max(rows, key=lambda row: str(row["from"]))["percent"]) / 100
    if settings["inbound_truck_freight"]:
        if lot["cubes"] is None:
            return None
        landed += Fraction(settings["cube_rate"]) * lot["cubes"] / units
    return landed


def marked_up(price: Fraction, markup: Mapping[str, str] | None) -> Fraction:
    """A percentage or an amount, of either sign (pricing section 6)."""
    if markup is None:
        return price
    if "percent" in markup:
        return price * (1 + Fraction(markup["percent"]) / 100)
    return price + Fraction(markup["amount"])


def fob(buyer: Company, customer: Mapping[str, Any], record: Mapping[str, Any], lot: Mapping[str, Any]) -> Fraction:
    """Fuel surcharge and outbound freight per unit (pricing section 6); a missing row is 0."""
    rows = {(row["box_type"], row["port"]): row["amount"] for row in buyer["settings"]["fuel_surcharges"]}
    charge = Fraction(rows.get((lot["box_type"], record["port"]), 0))
    if customer.get("outbound_cube_rate") is not None and lot["cubes"] is not None:
        charge += Fraction(customer["outbound_cube_rate"]) * lot["cubes"]
    return charge / lot["units_per_box"]


def finished(price: Fraction, company: Company) -> Fraction | None:
    """Rounded once, up or half up, to the currency's decimals; not above 0 is no price (pricing sections 6 and 7)."""
    scale = 10 ** DECIMALS[company["currency"]]
    minor = price * scale
    whole = math.ceil(minor) if company["settings"]["rounding"] == "up" else math.floor(minor + Fraction(1, 2))
    return Fraction(whole, scale) if price > 0 and whole > 0 else None


def first(*values: str | None) -> str | None:
    """The first that is there."""
    return next((value for value in values if value is not None), None)
