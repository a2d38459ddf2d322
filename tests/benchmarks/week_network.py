"""The network of the simulated Valentine week: vendors and buyers, each buyer connected with some vendors."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from tests.benchmarks.networks import EVERY_DAY, HEIGHTS

PRODUCTS = 24
BUYERS_OF_A_VENDOR = 4
"""How many buyers there are for each vendor."""

VENDORS_OF_A_BUYER = 6


class Trade(NamedTuple):
    """Who trades with whom: the vendors of each buyer, and the customers of each buyer, by code."""

    vendors: tuple[str, ...]
    partners: dict[str, tuple[str, ...]]
    customers: tuple[str, ...] = ("C-1", "C-2", "C-3")


def trade(companies: int, chance: Random) -> Trade:
    """So many companies: a fifth of them vendors, the others buyers of six vendors each."""
    count = max(1, companies // (BUYERS_OF_A_VENDOR + 1))
    vendors = tuple(f"FARM-{number:03}" for number in range(count))
    buyers = [f"SHOP-{number:03}" for number in range(companies - count)]
    return Trade(vendors, {buyer: tuple(chance.sample(vendors, min(count, VENDORS_OF_A_BUYER))) for buyer in buyers})


def network(of: Trade, lots: int, chance: Random) -> dict[str, Any]:
    """The network as `load` takes it, each vendor with so many lots."""
    buyers_of = {vendor: [buyer for buyer, ours in of.partners.items() if vendor in ours] for vendor in of.vendors}
    return {
        "companies": [
            *(_vendor(vendor, buyers, lots, chance) for vendor, buyers in buyers_of.items()),
            *(_buyer(buyer, ours, of.customers) for buyer, ours in of.partners.items()),
        ],
        "connections": [
            {"vendor": vendor, "buyer": buyer, "state": "active"}
            for vendor, buyers in buyers_of.items()
            for buyer in buyers
        ],
    }


def _vendor(code: str, buyers: list[str], lots: int, chance: Random) -> dict[str, Any]:
    return {
        "code": code,
        "currency": "USD",
        "timezone": "America/Bogota",
        "categories": [{"code": "ROSES"}],
        "products": _products(),
        "box_dimensions": [
            {"box_type": box, "length": 40, "width": 12, "height": height} for box, height in HEIGHTS.items()
        ],
        "customers": [{"code": buyer, "company": buyer, "type": "A", "days_of_service": EVERY_DAY} for buyer in buyers],
        "lots": [_lot(number, chance) for number in range(lots)],
    }


def _lot(number: int, chance: Random) -> dict[str, Any]:
    return {
        "code": f"L{number:04}",
        "inventory_type": "open_market_boxes",
        "product": f"ROSE-{chance.randrange(PRODUCTS):02}",
        "box_type": chance.choice(tuple(HEIGHTS)),
        "boxes": chance.randint(2, 40),
        "units_per_box": chance.choice((100, 125, 150, 250, 300)),
        "unit_type": "stem",
        "stems_per_bunch": 25,
        "arrival_date": "2026-02-07",
        "price_a": f"0.{chance.randint(20, 95)}",
    }


def _products() -> list[dict[str, Any]]:
    return [
        {"code": f"ROSE-{number:02}", "description": f"Rose Freedom {number:02}", "category": "ROSES"}
        for number in range(PRODUCTS)
    ]


def _buyer(code: str, vendors: tuple[str, ...], customers: tuple[str, ...]) -> dict[str, Any]:
    return {
        "code": code,
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {
            "gpm": "30",
            "k2k_gpm": "28.5",
            "freight_per_fbe": "20.15",
            "handling_per_fbe": "2.40",
            "auto_map_products": True,
            "autoconfirm": True,
        },
        "categories": [{"code": "ROSES"}],
        "products": _products(),
        "vendors": [{"code": vendor, "company": vendor, "port": "BOG", "transit_days": 1} for vendor in vendors],
        "customers": [
            {
                "code": customer,
                "type": "A",
                "ship_via": "choice",
                "ecommerce_markup": {"percent": str(4 + place)},
                "days_of_service": EVERY_DAY,
            }
            for place, customer in enumerate(customers)
        ],
    }
