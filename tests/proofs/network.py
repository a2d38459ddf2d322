"""The network of the proofs, and the clock that all their processes use."""

from __future__ import annotations

import datetime as dt
from typing import Any

from k2k_core.api import K2K

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SHIP_DATE = "2026-02-06"
VENDOR, BUYER, CUSTOMER = "ANDES", "BLOOM", "C-100"
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "")
ROSES = {"categories": [{"code": "ROSES"}], "products": [{"code": "R60", "description": "Rose", "category": "ROSES"}]}


def open_network(url: str) -> K2K:
    """The network at `url`, on a Monday morning."""
    return K2K.open(url, clock=lambda: NOW)


def refs(lots: int) -> list[str]:
    """The vendor's lots as the buyer names them."""
    return [f"{VENDOR}/L{number}" for number in range(lots)]


def network(lots: int, boxes: int) -> dict[str, Any]:
    """One vendor with so many lots of so many boxes each, one buyer company, one customer."""
    vendor = {
        "code": VENDOR,
        "currency": "USD",
        "timezone": "America/Bogota",
        **ROSES,
        "box_dimensions": [{"box_type": "HB", "length": 40, "width": 12, "height": 11}],
        "lots": [
            {
                "code": ref.removeprefix(f"{VENDOR}/"),
                "inventory_type": "open_market_boxes",
                "product": "R60",
                "box_type": "HB",
                "boxes": boxes,
                "units_per_box": 250,
                "unit_type": "stem",
                "arrival_date": "2026-02-01",
                "price_a": "0.30",
            }
            for ref in refs(lots)
        ],
        "customers": [{"code": BUYER, "company": BUYER, "type": "A", "days_of_service": EVERY_DAY}],
    }
    buyer = {
        "code": BUYER,
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {"k2k_gpm": "28", "autoconfirm": True, "cart_minutes": 600},
        **ROSES,
        "vendors": [{"code": VENDOR, "company": VENDOR, "transit_days": 1}],
        "customers": [{"code": CUSTOMER, "type": "A", "days_of_service": EVERY_DAY}],
    }
    link = {"vendor": VENDOR, "buyer": BUYER, "state": "active"}
    return {"companies": [vendor, buyer], "connections": [link]}
