"""Random networks of one vendor and one buyer company, with every setting that a K2K price depends on."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

BOXES = ("FB", "HB", "QB", "EB")
CATEGORIES = ("ROSES", "CARNATIONS", "FILLERS")
PORTS = ("BOG", "UIO")
PRODUCTS = 12
SHIP_DATE = "2026-02-06"


def number(chance: Random, most: int, digits: int = 4, least: int = 0) -> str:
    """A number as a person types it, with up to so many decimals."""
    decimals = chance.randint(0, digits)
    whole = chance.randint(least * 10**decimals, most * 10**decimals)
    return str(Decimal(whole).scaleb(-decimals))


def maybe(chance: Random, value: Any, odds: float = 0.5) -> Any:
    """The value or None."""
    return value if chance.random() < odds else None


def markup(chance: Random) -> dict[str, str] | None:
    """A percentage or an amount of either sign, or none."""
    sign = chance.choice(("", "", "-"))
    kind, most = chance.choice((("percent", 40), ("amount", 1)))
    return maybe(chance, {kind: sign + number(chance, most)}, 0.7)


def gpm(chance: Random) -> str:
    """A margin, now and then one at its bounds."""
    return chance.choice(("0", "99.999999", "30", number(chance, 98), number(chance, 60)))


def network(chance: Random, lots: int) -> dict[str, Any]:
    """A vendor with random lots and a buyer company with random settings, connected."""
    vendor = _vendor(chance, lots)
    return {
        "companies": [vendor, _buyer(chance, vendor)],
        "connections": [{"vendor": "VC", "buyer": "BC", "state": "active"}],
    }


def _vendor(chance: Random, lots: int) -> dict[str, Any]:
    return {
        "code": "VC",
        "currency": chance.choice(("USD", "USD", "JPY", "KWD", "EUR")),
        "timezone": "America/Bogota",
        "settings": {"rounding": chance.choice(("up", "half_up"))},
        **_goods(),
        "box_dimensions": [_dimensions(chance, box) for box in BOXES if chance.random() < 0.8]
        + [_dimensions(chance, "HB") | {"product": "P0"}],
        "customers": [{"code": "BC", "company": "BC", "type": "A", "ecommerce_markup": markup(chance)}],
        "lots": [_lot(chance, place) for place in range(lots)],
    }


def _buyer(chance: Random, vendor: dict[str, Any]) -> dict[str, Any]:
    settings = {
        "rounding": chance.choice(("up", "half_up")),
        "gpm": maybe(chance, gpm(chance), 0.8),
        "k2k_gpm": maybe(chance, gpm(chance), 0.8),
        "freight_per_fbe": number(chance, 60),
        "handling_per_fbe": number(chance, 5),
        "inbound_truck_freight": chance.random() < 0.6,
        "cube_rate": number(chance, 9),
        "multicurrency": chance.random() < 0.7,
        "duties": [_duty(chance) for _ in range(chance.randint(0, 6))],
        "fuel_surcharges": [
            {"box_type": box, "port": port, "amount": number(chance, 4)}
            for box in BOXES
            for port in PORTS
            if chance.random() < 0.5
        ],
        "auto_map_products": True,
    }
    return {
        "code": "BC",
        "currency": chance.choice(("USD", "USD", "JPY", "KWD", "EUR")),
        "timezone": "America/New_York",
        "settings": {name: value for name, value in settings.items() if value is not None},
        **_goods(),
        "locations": [{"code": "MIA", "k2k_gpm": gpm(chance)}, {"code": "NYC"}],
        "vendors": [
            {
                "code": "VC",
                "company": "VC",
                "currency": vendor["currency"],
                "exchange_rate": number(chance, 9, 6, least=1),
                "port": chance.choice(PORTS),
            }
        ],
        "customers": [_customer(chance)],
    }


def _customer(chance: Random) -> dict[str, Any]:
    return {
        "code": "C",
        "type": chance.choice("AB"),
        "ship_via": "choice",
        "location": maybe(chance, chance.choice(("MIA", "NYC"))),
        "ecommerce_markup": markup(chance),
        "show_fob_price": chance.random() < 0.5,
        "charge_fuel_surcharge": chance.random() < 0.7,
        "outbound_cube_rate": maybe(chance, number(chance, 5)),
    }


def _lot(chance: Random, place: int) -> dict[str, Any]:
    return {
        "code": f"L{place}",
        "inventory_type": "open_market_boxes",
        "product": f"P{chance.randrange(PRODUCTS)}",
        "box_type": chance.choice(BOXES),
        "boxes": 1,
        "units_per_box": chance.randint(1, 500),
        "unit_type": chance.choice(("stem", "bunch")),
        "arrival_date": "2026-02-01",
        "web_price": maybe(chance, number(chance, 3), 0.3),
        "price_a": maybe(chance, number(chance, 3), 0.95),
    }


def _goods() -> dict[str, Any]:
    return {
        "categories": [{"code": category} for category in CATEGORIES],
        "products": [
            {"code": f"P{place}", "description": f"Flower {place}", "category": CATEGORIES[place % len(CATEGORIES)]}
            for place in range(PRODUCTS)
        ],
    }


def _dimensions(chance: Random, box: str) -> dict[str, str]:
    sides = {side: number(chance, most, 2, least=1) for side, most in (("length", 48), ("width", 20), ("height", 24))}
    return {"box_type": box, **sides}


def _duty(chance: Random) -> dict[str, str]:
    since = f"2026-02-{chance.randint(1, 12):02}"
    row = {"category": chance.choice(CATEGORIES), "port": chance.choice(PORTS)}
    return {**row, "percent": number(chance, 12), "from": since}
