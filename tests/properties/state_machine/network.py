"""The network of the state machine and of the race tests: two vendors, two buyers, customers of every kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
"""A Monday, nine in the morning where the vendors are."""

SHIP_DATES = ("2026-02-05", "2026-02-06")
VENDORS, BUYERS = ("ANDES", "SIERRA"), ("BLOOM", "PETAL")
CUSTOMERS = {"BLOOM": ("SHOP", "HELD", "FARM"), "PETAL": ("CORNER", "GREEN")}
"""A customer by warehouse first; HELD is on credit hold, FARM and GREEN get their boxes from the grower."""

VIA = {"SHOP": "warehouse", "HELD": "warehouse", "CORNER": "warehouse", "FARM": "grower", "GREEN": "grower"}
LOTS = {"ANDES/A1": 6, "ANDES/A2": 4, "ANDES/A3": 5, "SIERRA/S1": 5, "SIERRA/S2": 3, "BLOOM/OWN": 4}
"""Boxes of each lot. OWN is the buyer's own stock: it makes an invoice order."""

PRODUCT_OF = {"A1": "RED", "A2": "RED", "A3": "LILY", "S1": "FREE", "S2": "LILY", "OWN": "FREEDOM"}
EVERY_DAY = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "")
CATEGORIES = [{"code": "ROSES", "name": "Roses"}, {"code": "LILIES", "name": "Lilies"}]
FREEDOM, LILY = "Rose Red Freedom 60cm", "Lily White"
HALF = {"box_type": "HB", "length": 40, "width": 12, "height": "10.44"}
CHARGES = [{"name": "Fuel", "percent": "2.5"}, {"name": "Boxes", "per_box": "1.25"}]


def network(**billing: str) -> dict[str, Any]:
    """The network as a file has it. `billing` is the `auto_billing` of a buyer, off where it is not named."""
    mine = {buyer: _buyer(buyer, billing.get(buyer, "off")) for buyer in BUYERS}
    mine["BLOOM"]["settings"]["k2k_cancel_notification_to"] = ["buyer@bloom.example"]
    companies = [_vendor("ANDES"), mine["BLOOM"], _vendor("SIERRA"), mine["PETAL"]]
    connections = [{"vendor": vendor, "buyer": buyer, "state": "active"} for vendor in VENDORS for buyer in BUYERS]
    return {"companies": companies, "connections": connections}


def _vendor(code: str) -> dict[str, Any]:
    rose = {"ANDES": "RED", "SIERRA": "FREE"}[code]
    return {
        "code": code,
        "name": code.title(),
        "currency": "USD",
        "timezone": "America/Bogota",
        "settings": {
            "gpm": 30,
            "cut_offs": dict.fromkeys(EVERY_DAY, "1430") if code == "SIERRA" else {},
            "sync_invoices": code == "ANDES",
        },
        "categories": CATEGORIES,
        "products": [
            {"code": rose, "description": FREEDOM, "category": "ROSES"},
            {"code": "LILY", "description": LILY, "category": "LILIES"},
        ],
        "box_dimensions": [HALF],
        "customers": [
            {"code": buyer, "type": "A", "company": buyer, "additional_charges": [{"name": "Paper", "per_order": "5"}]}
            for buyer in BUYERS
        ],
        "lots": [_lot(ref, price_a="0.30") for ref in LOTS if ref.startswith(f"{code}/")],
    }


def _lot(ref: str, **more: object) -> dict[str, Any]:
    code = ref.partition("/")[2]
    return {
        "code": code,
        "inventory_type": "open_market_boxes",
        "product": PRODUCT_OF[code],
        "box_type": "HB",
        "boxes": LOTS[ref],
        "units_per_box": 250,
        "unit_type": "stem",
        "arrival_date": "2026-01-31" if code != "A2" else "2026-01-30",
        **more,
    }


def _buyer(code: str, billing: str) -> dict[str, Any]:
    customers: list[Mapping[str, Any]] = [
        {
            "code": customer,
            "type": "B",
            "ship_via": "choice",
            "credit_hold": customer == "HELD",
            "salesperson_email": f"sales@{code.lower()}.example",
            "additional_charges": CHARGES,
            "ship_to": {"name": f"{customer} Florist", "city": "Miami"},
        }
        for customer in CUSTOMERS[code]
    ]
    own = code == "BLOOM"
    return {
        "code": code,
        "name": code.title(),
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {
            "gpm": 25,
            "k2k_gpm": 28,
            "inbound_truck_freight": True,
            "cube_rate": "3.50",
            "auto_map_products": True,
            "autoconfirm": True,
            "auto_billing": billing,
            "sync_invoices": own,
        },
        "vendors": [
            {"code": f"V-{vendor}", "company": vendor, "currency": "USD", "transit_days": 1} for vendor in VENDORS
        ],
        "categories": CATEGORIES if own else [],
        "products": _products() if own else [],
        "box_dimensions": [HALF] if own else [],
        "customers": customers,
        "lots": [_lot("BLOOM/OWN", unit_cost="0.20", price_b="0.55", web_price="0.55")] if own else [],
    }


def _products() -> list[dict[str, Any]]:
    """What the buyer knows before it buys anything: its vendors have the rose, and nobody has orchids."""
    orchid = {"code": "ORCHID", "description": "Orchid White", "category": "LILIES"}
    return [{"code": "FREEDOM", "description": FREEDOM, "category": "ROSES"}, orchid]
