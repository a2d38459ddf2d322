"""Boxes on their way to a buyer of the small network, for the tests of its scan page and of its staging area."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.api import K2K

DAY = "2026-02-06"
LOT = {
    "inventory_type": "open_market_boxes",
    "product": "R-RED-60",
    "box_type": "HB",
    "units_per_box": 250,
    "unit_type": "stem",
    "unit_cost": "0.21",
    "price_a": "0.30",
    "arrival_date": "2026-01-31",
}


def stage(k2k: K2K, boxes: int = 3, awb: str = "729-88123456", customer: str = "C-100") -> list[str]:
    """The codes of some boxes that ANDES has confirmed to BLOOM, on an AWB."""
    cart: Any = k2k.add("BLOOM", customer=customer, lot="ANDES/L1", boxes=boxes, ship_date=DAY)
    k2k.checkout("BLOOM", cart["cart"])
    confirmed: Any = k2k.confirm("ANDES", sales_order=cart["sales_order"], reference_number=awb)
    return list(confirmed["box_codes"])


def bill_at_once(k2k: K2K) -> None:
    """Boxes go onto the customer's invoice as they are scanned."""
    k2k.set(company="BLOOM", settings={"auto_billing": "scan"})


def grow(k2k: K2K, boxes: int) -> None:
    """The lot that is ordered from has more boxes."""
    k2k.put("ANDES", "lots", [{**LOT, "code": "L1", "boxes": boxes}])


def box_of_others(k2k: K2K, code: str = "ANDES-7") -> str:
    """A box of ANDES that nobody has bought."""
    k2k.put("ANDES", "lots", [{**LOT, "code": "L2", "boxes": 1, "box_codes": [code]}])
    return code


def states(k2k: K2K, codes: Sequence[str]) -> set[str]:
    """The states that some boxes have for BLOOM."""
    found: Any = k2k.boxes("BLOOM", code=list(codes), limit=500)
    return {box["state"] for box in found["items"]}


def scans_of(k2k: K2K) -> list[list[str]]:
    """The codes that arrived with each scan at BLOOM, by its audit."""
    found: Any = k2k.audit("BLOOM", {"action": "scan"}, limit=500)
    return [list(entry["after"]) for entry in found["items"]]
