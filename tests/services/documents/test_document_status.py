"""A document stands where its lines stand, whoever moved the last of them: the vendor, the buyer or the clock."""

from __future__ import annotations

from typing import Any

Trade = Any


def statuses(trade: Trade, order: dict[str, Any]) -> tuple[str, str]:
    shown = [trade.net.show("BLOOM", order[kind]) for kind in ("prebook", "purchase_order")]
    return shown[0]["status"], shown[1]["status"]


def test_what_expires_after_the_confirmation_leaves_a_confirmed_order(trade: Trade) -> None:
    order = trade.ordered(1)
    trade.ordered(2, cart=order["cart"])
    trade.net.checkout("BLOOM", line=order["lines"][0]["line"])
    trade.later(minutes=61)
    assert len(trade.net.confirm("ANDES", order["sales_order"])["box_codes"]) == 1
    assert trade.net.sweep() == 1
    assert statuses(trade, order) == ("confirmed", "confirmed")
    assert trade.available() == 5


def test_a_prebook_is_confirmed_once_what_one_vendor_has_not_confirmed_is_cancelled(trade: Trade) -> None:
    order = trade.ordered(1)
    other = trade.ordered(2, lot="SIERRA/S1", cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    trade.net.confirm("ANDES", order["sales_order"])
    assert statuses(trade, order) == ("checked_out", "confirmed")
    trade.net.cancel("BLOOM", line=other["lines"][0]["line"])
    assert statuses(trade, order) == ("confirmed", "confirmed")
    assert statuses(trade, other) == ("confirmed", "cancelled")


def test_the_carrier_of_a_cart_is_fixed_by_its_first_line(trade: Trade) -> None:
    trade.net.set("BLOOM", customer="C-100", values={"days_of_service": {"thu": "ARMELLINI"}})
    order = trade.ordered(1)
    trade.net.set("BLOOM", customer="C-100", values={"days_of_service": {"thu": "PRIME"}})
    trade.net.put("BLOOM", "lots", [OWN])
    own = trade.ordered(1, lot="OWN", cart=order["cart"])
    carriers = [trade.net.show("BLOOM", number)["carrier"] for number in (order["prebook"], own["invoice_order"])]
    assert carriers == ["ARMELLINI", "ARMELLINI"]


OWN = {
    "code": "OWN",
    "inventory_type": "open_market_boxes",
    "product": "FREEDOM",
    "box_type": "HB",
    "boxes": 3,
    "units_per_box": 250,
    "unit_type": "stem",
    "arrival_date": "2026-02-01",
    "unit_cost": "0.20",
    "web_price": "0.60",
    "price_b": "0.60",
}


def test_the_vendors_part_of_an_explanation_follows_its_prices(trade: Trade) -> None:
    told = []
    for price in ("0.30", "0.36"):
        trade.net.set("ANDES", lot="L1", values={"price_a": price})
        order = trade.ordered(1)
        line = trade.net.show("ANDES", order["sales_order"])["lines"][0]
        told.append((line["price"], next(step["value"] for step in line["explanation"] if step["outcome"] == "used")))
    assert told == [("0.30", "0.3"), ("0.36", "0.36")]
