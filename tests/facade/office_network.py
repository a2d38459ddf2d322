"""A company whose codes look like numbers, and whose names have every kind of letter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from k2k_core.api import K2K

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
LOT = {
    "inventory_type": "vendor_availability",
    "product": "123",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 100,
    "unit_type": "stem",
    "arrival_date": "2026-02-01",
    "va_price": "0.60",
}
SPRING = {
    "name": "Spring",
    "start": "2026-01-01",
    "end": "2026-03-31",
    "rows": [{"product": "123", "price": "2.59"}, {"product": "00123", "price": "0.123456"}],
}
BLOOM: dict[str, Any] = {
    "code": "BLOOM",
    "currency": "USD",
    "timezone": "America/New_York",
    "categories": [{"code": "CUT"}],
    "products": [
        {"code": "123", "description": "Clavel Estándar", "category": "CUT"},
        {"code": "00123", "description": 'Rosa Señorita ‘60’, "A;B" 玫瑰', "category": "CUT"},
        {"code": "1E5", "description": "=Lirio", "category": "CUT"},
        {"code": "3-12", "description": "گل\u200cرز", "category": "CUT"},
    ],
    "customers": [{"code": "C-1", "name": "Ñandú Müller", "type": "B", "price_lists": ["MAIN"]}],
    "price_lists": [{"code": "MAIN", "type": "all", "seasons": [SPRING]}],
    "lots": [{**LOT, "code": "VA-1"}],
}


def company(**other: Any) -> K2K:
    """The network of this company, in memory; with other values for its fields."""
    net = K2K.open("sqlite:///:memory:", clock=lambda: NOW)
    net.load({"companies": [BLOOM | other]})
    return net
