"""Offers for the tests of pages: lots of ANDES that BLOOM has not mapped, with products that are and are not alike."""

from __future__ import annotations

from typing import Any

from k2k_core.api import K2K

LOT: dict[str, Any] = {
    "inventory_type": "open_market_boxes",
    "box_type": "HB",
    "boxes": 10,
    "units_per_box": 250,
    "unit_type": "stem",
    "unit_cost": "0.21",
    "price_a": "0.30",
    "arrival_date": "2026-01-31",
}
VARIETIES = {"A": "Rose White Athena 60cm", "B": "Rose Yellow Brighton 60cm", "C": "Carnation Pink Nobbio"}
OWN = {"ATHENA-60": "Rose Athena White 60cm", "BRIGHTON-50": "Rose Yellow Brighton 50cm", "ROSE": "Rosé Ázul"}
"""Products of BLOOM by their codes."""


def offer_lots(k2k: K2K) -> list[str]:
    """Three more lots: BLOOM has a product with the description of the first, one that is like the second, and none
    that is like the third. Nothing is mapped or confirmed by itself any more."""
    products = [{"code": f"V-{name}", "description": words, "category": "ROSES"} for name, words in VARIETIES.items()]
    k2k.put("ANDES", "products", products)
    k2k.put("ANDES", "lots", [{**LOT, "code": f"L-{name}", "product": f"V-{name}"} for name in VARIETIES])
    k2k.set("BLOOM", settings={"auto_map_products": False, "autoconfirm": False})
    k2k.put("BLOOM", "categories", [{"code": "ROSES", "name": "Roses"}])
    rows = [{"code": code, "description": words, "category": "ROSES"} for code, words in OWN.items()]
    k2k.put("BLOOM", "products", rows)
    return [f"ANDES/L-{name}" for name in VARIETIES]
