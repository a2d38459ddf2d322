"""Purchase orders at the vendor: what two buyers, repeats and refusals come to. The usual ways are scenarios."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound

from .conftest import Trade

SHIP = "2026-02-05"


def sent(trade: Trade, boxes: int = 4, **more: Any) -> dict[str, Any]:
    """A purchase order of the buyer that its vendor has accepted."""
    lines = [{"product": "FREEDOM", "boxes": boxes}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP, **more)
    trade.net.transfer("BLOOM", order["number"])
    trade.net.accept_order("ANDES", order["number"])
    return order


def test_without_lots_a_line_is_filled_first_in_first_out(trade: Trade) -> None:
    order = sent(trade, 8)
    filled = trade.net.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"]}])
    assert [(line["lot"], line["boxes"]) for line in filled["lines"]] == [("L1", 6), ("L2", 2)]
    assert (trade.available("ANDES/L1"), trade.available("ANDES/L2")) == (0, 2)


def test_repeating_a_key_fills_once(trade: Trade) -> None:
    order = sent(trade)
    lines = [{"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 4}]}]
    first = trade.net.fill("ANDES", order["number"], lines, key="k")
    assert trade.net.fill("ANDES", order["number"], lines, key="k") == first
    assert trade.available() == 2
    with pytest.raises(Conflict):
        trade.net.fill("ANDES", order["number"], lines)


def test_a_rejection_gives_back_what_was_filled_and_needs_it_again(trade: Trade) -> None:
    done = trade.checked_out(2)
    trade.net.void("ANDES", done["sales_order"], reason="frost", confirm="CONFIRM")
    order = sent(trade, 2, prebook=done["prebook"])
    lines = [{"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 2}]}]
    trade.net.fill("ANDES", order["number"], lines)
    assert trade.available() == 4
    trade.net.reject("ANDES", order["number"], reason="no truck")
    assert trade.available() == 6
    shown = [line for line in trade.net.show("BLOOM", done["prebook"])["lines"] if line["line"]]
    assert [line["state"] for line in shown] == ["cancelled", "cancelled", "needed"]
    assert shown[-1]["price"] == shown[0]["price"]
    assert "no truck" in trade.net.notifications("BLOOM", "purchase_order.rejected")[0]["body"]


def test_a_vendor_finds_only_orders_that_were_sent_to_it(trade: Trade) -> None:
    order = sent(trade)
    with pytest.raises(NotFound):
        trade.net.fill("SIERRA", order["number"], [{"line": order["lines"][0]["line"]}])
    with pytest.raises(NotFound):
        trade.net.accept_order("ANDES", "P-9999")


def test_two_buyers_with_the_same_number_are_told_apart_by_the_vendors_own(trade: Trade) -> None:
    trade.net.put("PETAL", "categories", [{"code": "ROSES"}])
    product = {"code": "ROSE", "description": "Rose Red Freedom 60cm", "category": "ROSES"}
    trade.net.put("PETAL", "products", [product])
    documents = {}
    for buyer, code in (("BLOOM", "FREEDOM"), ("PETAL", "ROSE")):
        order = trade.net.purchase_order(buyer, "ANDES", [{"product": code, "boxes": 1}], ship_date=SHIP)
        assert order["number"] == "P-1001"
        documents[buyer] = trade.net.transfer(buyer, "P-1001")["vendor_document"]
    with pytest.raises(Conflict):
        trade.net.accept_order("ANDES", "P-1001")
    assert trade.net.accept_order("ANDES", documents["PETAL"])["buyer"] == "PETAL"
    assert trade.net.accept_order("ANDES", "P-1001")["buyer"] == "BLOOM"


def test_procurement_buys_and_only_sales_accepts(trade: Trade) -> None:
    buying = trade.net.on_behalf_of(Actor("pat@bloom.example", "BLOOM", frozenset({"procurement"})))
    order = buying.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], ship_date=SHIP)
    buying.transfer("BLOOM", order["number"])
    selling = trade.net.on_behalf_of(Actor("vera@andes.example", "ANDES", frozenset({"procurement"})))
    with pytest.raises(NotAllowed):
        selling.accept_order("ANDES", order["number"])


def test_the_vendor_never_sees_the_price_of_the_buyers_customer(trade: Trade) -> None:
    done = trade.checked_out(2)
    trade.net.void("ANDES", done["sales_order"], reason="frost", confirm="CONFIRM")
    lines = [{"product": "FREEDOM", "boxes": 2}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP, prebook=done["prebook"])
    there = trade.net.transfer("BLOOM", order["number"])["vendor_document"]
    (line,) = trade.net.show("ANDES", there)["lines"]
    assert (line["price"], line["total"], line["explanation"]) == (None, None, None)


def test_an_order_takes_no_lot_of_another_vendor(trade: Trade) -> None:
    with pytest.raises(Invalid, match="SIERRA/S1 is no lot of ANDES"):
        trade.net.purchase_order("BLOOM", "ANDES", [{"lot": "SIERRA/S1", "boxes": 1}], ship_date=SHIP)
    assert trade.available("SIERRA/S1") == 5
    assert trade.net.orders("BLOOM") == []
