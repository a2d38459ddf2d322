"""Networks of any size for benchmarks: vendors with open-market lots, one buyer company, one customer of its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
"""A Monday morning in New York."""

SHIP_DATE = dt.date(2026, 2, 6)
BUYER, CUSTOMER = "BLOOM", "C-100"

K2K_GPM, ECOMMERCE_MARKUP = "28.5", "5"
FREIGHT_PER_FBE, HANDLING_PER_FBE, CUBE_RATE = "20.15", "2.40", "3.50"
HEIGHTS = {"FB": 22, "HB": 11, "QB": 6, "EB": 4}
"""Every box is 40 × 12 inches and so high."""

PRODUCTS = 100
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "")


def network(lots: int, vendors: int = 1, boxes: int = 5, customers: int = 1) -> dict[str, Any]:
    """`lots` lots in all, spread evenly over the vendors, each connected to the one buyer company."""
    codes = vendor_codes(vendors)
    return {
        "companies": [
            *(_vendor(code, range(number, lots, vendors), boxes) for number, code in enumerate(codes)),
            _buyer(codes, customers),
        ],
        "connections": [{"vendor": code, "buyer": BUYER, "state": "active"} for code in codes],
    }


def vendor_codes(vendors: int) -> list[str]:
    """The vendors' codes, in the order of the network."""
    return [f"FARM-{number:02}" for number in range(vendors)]


def _vendor(code: str, lots: range, boxes: int) -> dict[str, Any]:
    return {
        "code": code,
        "currency": "USD",
        "timezone": "America/Bogota",
        "categories": [{"code": "ROSES"}],
        "products": _products(),
        "box_dimensions": [
            {"box_type": box, "length": 40, "width": 12, "height": height} for box, height in HEIGHTS.items()
        ],
        "customers": [{"code": BUYER, "company": BUYER, "type": "A", "days_of_service": EVERY_DAY}],
        "lots": [_lot(number, boxes) for number in lots],
    }


def _lot(number: int, boxes: int) -> dict[str, Any]:
    return {
        "code": f"L{number:05}",
        "inventory_type": "open_market_boxes",
        "product": f"ROSE-{number % PRODUCTS:03}",
        "box_type": list(HEIGHTS)[number % len(HEIGHTS)],
        "boxes": boxes,
        "units_per_box": 100 + number * 7 % 300,
        "unit_type": "stem",
        "stems_per_bunch": 25,
        "arrival_date": "2026-02-01",
        "price_a": f"0.{20 + number * 13 % 79}",
    }


def _products() -> list[dict[str, Any]]:
    return [
        {"code": f"ROSE-{number:03}", "description": f"Rose Freedom {number:03}", "category": "ROSES"}
        for number in range(PRODUCTS)
    ]


def _buyer(vendors: list[str], customers: int) -> dict[str, Any]:
    codes = [CUSTOMER, *(f"C-{100 + number}" for number in range(1, customers))]
    return {
        "code": BUYER,
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {
            "gpm": "30",
            "k2k_gpm": K2K_GPM,
            "freight_per_fbe": FREIGHT_PER_FBE,
            "handling_per_fbe": HANDLING_PER_FBE,
            "inbound_truck_freight": True,
            "cube_rate": CUBE_RATE,
            "auto_map_products": True,
            "autoconfirm": True,
        },
        "categories": [{"code": "ROSES"}],
        "products": _products(),
        "vendors": [{"code": code, "company": code, "port": "BOG", "transit_days": 1} for code in vendors],
        "customers": [
            {
                "code": code,
                "type": "A",
                "ship_via": "choice",
                "ecommerce_markup": {"percent": ECOMMERCE_MARKUP},
                "days_of_service": EVERY_DAY,
            }
            for code in codes
        ],
    }
