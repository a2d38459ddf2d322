"""The network of the catalog tests, with everything that a catalog depends on: two vendors in two time zones and two
currencies, a buyer with stock of every type, price lists with seasons, duties with a start date, AWBs, cut-offs, and a
change to daylight saving time."""

from __future__ import annotations

import datetime as dt
from typing import Any

NOW = dt.datetime(2026, 3, 6, 14, tzinfo=dt.UTC)
"""A Friday; on the Sunday the clocks of New York are put forward."""

BUYER, VENDORS = "BLOOM", ("ANDES", "SIERRA")
CUSTOMERS = ("SHOP", "LISTED", "FARM")
SHIP_DATES = tuple(dt.date(2026, 3, day) for day in (6, 8, 9, 11))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AT_ANY_AGE = {"ship_days_offset": 1, "freshness_on_ship_date": False}
"""Of one vendor's boxes it counts how old they are on the day on which they leave, of the other's only that they are
there."""

ROSE, LILY = "Rose Red Freedom", "Lily White"
Row = dict[str, Any]


def network() -> Row:
    """The network as a file has it."""
    connection = {"buyer": BUYER, "state": "active", "share_future_sales": True}
    return {
        "companies": [
            _vendor("ANDES", "America/Bogota", "USD", {"cut_offs": dict.fromkeys(DAYS, "1430"), "max_age": 7}),
            _vendor("SIERRA", "Africa/Nairobi", "EUR", {"cut_offs": {"sat": "no_shipping"}, **AT_ANY_AGE}),
            _buyer(),
        ],
        "connections": [{"vendor": vendor, **connection} for vendor in VENDORS],
    }


def lot(code: str, **more: Any) -> Row:
    """A lot as `put` takes it."""
    return {
        "code": code,
        "inventory_type": "open_market_boxes",
        "product": "ROSE",
        "box_type": "HB",
        "boxes": 6,
        "units_per_box": 100,
        "unit_type": "stem",
        "unit_cost": "0.21",
        "price_a": "0.40",
        "arrival_date": "2026-03-04",
        **more,
    }


def _goods() -> Row:
    return {
        "categories": [{"code": "R"}, {"code": "L", "local_after": 6}],
        "products": [
            {"code": "ROSE", "description": ROSE, "category": "R"},
            {"code": "LILY", "description": LILY, "category": "L"},
        ],
        "box_dimensions": [{"box_type": box, "length": 40, "width": 12, "height": 10} for box in ("HB", "QB")],
        "locations": [{"code": "DOCK"}, {"code": "BACK", "connected": False}],
    }


def _vendor(code: str, zone: str, currency: str, settings: Row) -> Row:
    return {
        "code": code,
        "currency": currency,
        "timezone": zone,
        "settings": {"gpm": 30, **settings},
        **_goods(),
        "carriers": [{"code": "TRUCK", "cut_offs": {"fri": "1700", "mon": "0230"}}],
        "customers": [{"code": "B", "type": "A", "company": BUYER, "days_of_service": dict.fromkeys(DAYS, "TRUCK")}],
        "lots": [
            lot("V1", awb="176-V"),
            lot("V2", product="LILY", location="DOCK", arrival_date="2026-03-01"),
            lot("V3", box_type="QB", boxes=3, price_a="0.35", awb="176-V"),
            lot("V4", arrival_date="2026-02-25"),
            lot("VF", inventory_type="future_sales", arrival_date="2026-03-09", purchase_order_price="0.33"),
        ],
    }


def _buyer() -> Row:
    seasons = [
        {"name": "now", "start": "2026-03-01", "end": "2026-03-08", "rows": [{"product": "ROSE", "price": "0.81"}]},
        {"name": "then", "start": "2026-03-09", "end": "2026-04-30", "rows": [{"product": "ROSE", "price": "0.92"}]},
    ]
    any_way = {"ship_via": "choice", "days_of_service": dict.fromkeys(DAYS[:6], "VAN")}
    return {
        "code": BUYER,
        "currency": "USD",
        "timezone": "America/New_York",
        "settings": {
            "gpm": 25,
            "k2k_gpm": 28,
            "freight_per_fbe": "20.15",
            "inbound_truck_freight": True,
            "cube_rate": "3.50",
            "auto_map_products": True,
            "autoconfirm": True,
            "multicurrency": True,
            "max_order_days_in_advance": 5,
            "duties": [{"category": "R", "port": "BOG", "percent": "6.8", "from": "2026-03-09"}],
            "cut_offs": {"fri": "1630", "sun": "0230"},
        },
        **_goods(),
        "carriers": [{"code": "VAN", "cut_offs": {"fri": "1545"}}],
        "vendors": [
            {"code": "AND", "company": "ANDES", "currency": "USD", "port": "BOG", "transit_days": 1},
            {"code": "SIE", "company": "SIERRA", "currency": "EUR", "exchange_rate": "1.08", "transit_days": 2},
        ],
        "price_lists": [{"code": "SPRING", "type": "all", "seasons": seasons}],
        "customers": [
            {"code": "SHOP", "type": "A", "ecommerce_markup": {"percent": "5"}, **any_way},
            {"code": "LISTED", "type": "B", "price_lists": ["SPRING"], **any_way},
            {"code": "FARM", "type": "A", "ship_via": "choice", "max_age": 5, "location": "DOCK"},
        ],
        "lots": [
            lot("OWN", awb="176-1", port="BOG"),
            lot("OWN2", box_type="QB", awb="176-1", port="BOG", price_b="0.55", location="DOCK"),
            lot("UNITS", inventory_type="open_market_units", boxes=90, unit_price="0.52"),
            lot("LATER", inventory_type="future_sales", arrival_date="2026-03-11"),
            lot("VA", inventory_type="vendor_availability", va_price="0.61", unit_cost=None),
        ],
    }
