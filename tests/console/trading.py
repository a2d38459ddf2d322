"""A little trade on the network of the console's tests: orders in every state, so that every list has rows."""

from __future__ import annotations

from typing import Any

from k2k_core.api import K2K

SHIP_DATE = "2026-02-05"
KEY_NAME = "ERP of the farm"
ENDPOINT_URL = "https://erp.andes.example/k2k"


def order(k2k: K2K, customer: str = "C-200", boxes: int = 1, *, checked_out: bool = True, day: str = SHIP_DATE) -> str:
    """An order of a customer at BLOOM for boxes of ANDES; the number of the sales order."""
    cart: Any = k2k.add("BLOOM", customer=customer, lot="ANDES/L1", boxes=boxes, ship_date=day)
    if checked_out:
        k2k.checkout("BLOOM", cart["cart"])
    return str(cart["sales_order"])


def requested(k2k: K2K, *lines: dict[str, Any], day: str = SHIP_DATE) -> str:
    """A purchase order of BLOOM that was sent to ANDES, for two boxes of roses or some other lines; ANDES' number of
    it."""
    wanted = list(lines) or [{"product": "R-RED-60", "boxes": 2}]
    order = k2k.purchase_order("BLOOM", "ANDES", wanted, ship_date=day)
    return str(k2k.transfer("BLOOM", order["number"])["vendor_document"])


def trade(k2k: K2K) -> dict[str, str]:
    """Orders by the state in which they are: confirmed, ready, pending; a request that nobody has answered, a draft of
    changes, the key of a program, and a webhook."""
    k2k.what_if("ANDES", [{"settings": {"gpm": "31"}}])
    k2k.add_api_key("ANDES", KEY_NAME, preset="vendor_erp")
    k2k.add_endpoint("ANDES", "ERP", ENDPOINT_URL)
    confirmed = order(k2k, boxes=2)
    k2k.confirm("ANDES", confirmed)
    return {
        "requested": requested(k2k),
        "confirmed": confirmed,
        "ready": order(k2k, "C-100", day="2026-02-06"),
        "pending": order(k2k, "C-300", checked_out=False, day="2026-02-07"),
    }
