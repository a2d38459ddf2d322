"""The oracle against the worked examples of the pricing document, which people have computed by hand."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

import pytest

from tests.properties.oracle import Oracle, Quote

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
LOT = {
    "code": "L",
    "inventory_type": "open_market_boxes",
    "product": "ROSE",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-02-01",
}


def _company(code: str, settings: dict[str, Any], customer: dict[str, Any], **lot: str) -> dict[str, Any]:
    return {
        "code": code,
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": settings,
        "products": [{"code": "ROSE", "description": "Rose", "category": "ROSES"}],
        "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}],
        "customers": [{"code": "C", "type": "A", **customer}],
        "price_lists": [{"code": "SPRING", "type": "all", "seasons": [SEASON]}],
        "vendors": [{"code": "V", "company": "ANDES", "currency": "USD"}],
        "lots": [{**LOT, **lot}],
    }


SEASON = {"start": "2026-01-01", "end": "2026-02-02", "rows": [{"product": "ROSE", "price": "2.59"}]}


def _k2k(ship_via: str, settings: dict[str, Any], price: str = "0.30", **typed: str) -> Quote:
    vendor = _company("ANDES", {}, {"company": "BLOOM"}, price_a=price)
    buyer = _company("BLOOM", settings, {})
    buyer["locations"] = [{"code": "EAST", "k2k_gpm": "25"}]
    oracle = Oracle({"companies": [vendor, buyer]}, NOW, offers={("BLOOM", "ANDES/L"): typed})
    return oracle.quote("BLOOM", "C", "ANDES/L", ship_via, location=settings.get("location"))


@pytest.mark.parametrize(
    ("landed", "gpm", "price"),
    [("1.40", "30", "2"), ("0.55", "25", "0.74"), ("0.07", "30", "0.1"), ("1.10", "45", "2"), ("1.82", "0", "1.82")],
)
def test_a_margin_is_taken_from_the_price_and_rounded_up(landed: str, gpm: str, price: str) -> None:
    assert _k2k("grower", {"k2k_gpm": gpm}, landed).price == Fraction(price)


@pytest.mark.parametrize(
    ("ship_via", "location", "typed", "price"),
    [
        ("warehouse", None, {}, "0.48"),
        ("grower", None, {}, "0.42"),
        ("warehouse", "EAST", {}, "0.46"),
        ("grower", "EAST", {}, "0.40"),
        ("warehouse", None, {"va_price": "0.45"}, "0.45"),
        ("grower", None, {"va_price": "0.45"}, "0.42"),
    ],
)
def test_a_k2k_price_by_ship_via(ship_via: str, location: str | None, typed: dict[str, str], price: str) -> None:
    settings = {"k2k_gpm": "28", "inbound_truck_freight": True, "cube_rate": "3.50", "location": location}
    quote = _k2k(ship_via, settings, **typed)
    assert quote.price == Fraction(price)
    assert quote.landed_cost == Fraction("0.3406" if ship_via == "warehouse" else "0.30")


def test_decimals_that_round_wrongly_are_exact_here() -> None:
    settings = {"inbound_truck_freight": True, "cube_rate": "4.50", "freight_per_fbe": "26", "handling_per_fbe": "2"}
    vendor = _company("ANDES", {}, {"company": "BLOOM"}, price_a="1.24")
    vendor["lots"][0]["units_per_box"] = 15
    vendor["box_dimensions"] = [{"box_type": "HB", "length": 40, "width": 20, "height": 12}]
    buyer = _company("BLOOM", {**settings, "k2k_gpm": "40"}, {})
    assert Oracle({"companies": [vendor, buyer]}, NOW).quote("BLOOM", "C", "ANDES/L").price == Fraction("6.40")


def test_the_ecommerce_markup_stands_for_both() -> None:
    markups = {"price_b_markup": {"percent": 10}, "ecommerce_markup": {"percent": -5}}
    company = _company("BLOOM", {}, {"type": "B", "price_lists": ["SPRING"], **markups})
    quote = Oracle({"companies": [company]}, NOW).quote("BLOOM", "C", "L")
    assert (quote.price, quote.step, quote.base_price) == (Fraction("2.47"), "price_list", Fraction("2.59"))
    assert [name for name, _, _ in quote.adjustments] == ["ecommerce_markup"]


def test_a_customer_at_landed_cost() -> None:
    company = _company("BLOOM", {}, {"landed_cost_as_price": True}, unit_cost="1.234")
    assert Oracle({"companies": [company]}, NOW).quote("BLOOM", "C", "L").price == Fraction("1.24")


def test_fuel_as_a_charge_of_the_order() -> None:
    fuel = [{"box_type": "HB", "port": "MIA", "amount": "2.00"}, {"box_type": "QB", "port": "MIA", "amount": "1.50"}]
    company = _company("BLOOM", {"fuel_surcharges": fuel}, {"charge_fuel_surcharge": True}, port="MIA")
    company["lots"] += [{**LOT, "code": "Q", "box_type": "QB", "port": "MIA"}, {**LOT, "code": "H", "port": "MIA"}]
    oracle = Oracle({"companies": [company]}, NOW)
    charges = oracle.charges("BLOOM", "C", [("L", 2), ("Q", 10), ("H", 7)], "warehouse", Fraction(100))
    assert charges["Fuel surcharge"] == 33


def test_a_line_total_is_half_up() -> None:
    oracle = Oracle({"companies": [_company("BLOOM", {}, {})]}, NOW)
    assert oracle.total("BLOOM", {**LOT, "units_per_box": 1}, 1, Fraction("3.777")) == Fraction("3.78")
