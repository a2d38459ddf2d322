"""A document's status follows from its lines, whoever changed the last of them: the vendor, the buyer or the clock."""

from __future__ import annotations

from typing import Any

import pytest

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


TYPED = {"reason": "frost", "confirm": "CONFIRM"}


def test_a_confirmed_prebook_stays_confirmed_while_something_confirmed_is_left_of_it(trade: Trade) -> None:
    order = trade.confirmed(3)
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    assert [line["state"] for line in trade.net.show("BLOOM", order["prebook"])["lines"]] == [
        "staged",
        "cancelled",
        "needed",
    ]
    assert statuses(trade, order) == ("confirmed", "confirmed")
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    assert statuses(trade, order) == ("confirmed", "confirmed")
    trade.net.void("ANDES", line=order["lines"][0]["line"], **TYPED)
    assert statuses(trade, order) == ("checked_out", "cancelled"), "all that is left is needed, from nobody"


@pytest.mark.parametrize("arrived", ["received", "billed"])
def test_what_has_arrived_keeps_a_prebook_confirmed_as_well(open_trade: Any, arrived: str) -> None:
    billing = {"received": "off", "billed": "scan"}[arrived]
    trade = open_trade(lambda companies: companies["BLOOM"]["settings"].update(auto_billing=billing))
    order = trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1", "B2"])
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B3"], **TYPED)
    assert trade.net.show("BLOOM", order["prebook"])["lines"][0]["state"] == arrived
    assert statuses(trade, order) == ("confirmed", "confirmed")


def test_one_of_two_orders_that_is_voided_leaves_the_prebook_confirmed(trade: Trade) -> None:
    order = trade.ordered(1)
    other = trade.ordered(2, lot="SIERRA/S1", cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    for vendor, sold in (("ANDES", order), ("SIERRA", other)):
        trade.net.confirm(vendor, sold["sales_order"])
    trade.net.void("SIERRA", sales_order=other["sales_order"], **TYPED)
    assert statuses(trade, order) == ("confirmed", "confirmed")
    assert statuses(trade, other) == ("confirmed", "cancelled")
    trade.net.void("ANDES", sales_order=order["sales_order"], **TYPED)
    assert statuses(trade, order) == ("checked_out", "cancelled")


def test_what_is_voided_before_the_confirmation_leaves_a_prebook_checked_out(trade: Trade) -> None:
    order = trade.checked_out(3)
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    assert statuses(trade, order) == ("checked_out", "approved")
    trade.net.confirm("ANDES", order["sales_order"])
    assert statuses(trade, order) == ("checked_out", "confirmed"), "a box was never promised by anybody"


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
