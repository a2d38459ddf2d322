"""Purchase orders at the vendor: two buyers, repeats and refusals. The usual cases are scenarios."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, InvalidQuantity, NotAllowed, NotFound
from tests.services.conftest import Trade

OpenTrade = Callable[..., Trade]

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


def test_a_rejection_of_what_the_customer_gave_up_ends_its_prebook(trade: Trade) -> None:
    done = trade.checked_out(2)
    trade.net.void("ANDES", done["sales_order"], reason="frost", confirm="CONFIRM")
    order = sent(trade, 2, prebook=done["prebook"])
    line = order["lines"][0]["line"]
    trade.net.fill("ANDES", order["number"], [{"line": line, "lots": [{"lot": "L1", "boxes": 2}]}])
    trade.net.release("BLOOM", line, reason="closed", confirm="CONFIRM")
    trade.net.reject("ANDES", order["number"], reason="no truck")
    prebook = trade.net.show("BLOOM", done["prebook"])
    assert [line["state"] for line in prebook["lines"]] == ["cancelled", "cancelled"]
    assert prebook["status"] == "cancelled", "nobody needs anything any more"


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


def test_an_order_of_lots_and_products_goes_both_ways(trade: Trade) -> None:
    """What is reserved at once stands on a sales order of its own: what becomes of one is not the other's."""
    lines = [{"lot": "L1", "boxes": 1}, {"product": "FREEDOM", "boxes": 2}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP)
    trade.net.approve("BLOOM", order["number"])
    there = trade.net.transfer("BLOOM", order["number"])["vendor_document"]
    accepted = trade.net.accept_order("ANDES", order["number"])
    reserved, sent = trade.net.orders("ANDES")
    assert (reserved["number"], sent["number"], sent["kind"]) == ("S-1001K", "S-1002K", "sales_order")
    assert trade.net.show("ANDES", there)["number"] == sent["number"]
    assert accepted["transfer"] == "accepted"
    trade.net.confirm("ANDES", reserved["number"])
    assert trade.net.show("BLOOM", order["number"])["transfer"] == "accepted"
    trade.net.fill("ANDES", order["number"], [{"line": order["lines"][1]["line"]}])
    rejected = trade.net.reject("ANDES", order["number"], reason="no truck")
    assert (rejected["transfer"], rejected["status"]) == ("rejected", "confirmed")
    assert [line["state"] for line in rejected["lines"]] == ["staged", "cancelled"]
    (scanned,) = trade.net.scan("BLOOM", ["B1"])
    assert (scanned["box_code"], scanned["outcome"]) == ("B1", "received")
    assert trade.available() == 5


def test_lines_of_one_filling_share_what_is_there(trade: Trade) -> None:
    lines = [{"product": "FREEDOM", "boxes": 5}, {"product": "FREEDOM", "boxes": 4}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP)
    trade.net.transfer("BLOOM", order["number"])
    trade.net.accept_order("ANDES", order["number"])
    filled = trade.net.fill("ANDES", order["number"], [{"line": line["line"]} for line in order["lines"]])
    assert [(line["lot"], line["boxes"]) for line in filled["lines"]] == [("L1", 5), ("L1", 1), ("L2", 3)]


def test_a_line_and_a_lot_stand_once_in_a_filling(trade: Trade) -> None:
    line = sent(trade, 4)["lines"][0]["line"]
    twice = [{"lot": "L1", "boxes": 1}, {"lot": "L1", "boxes": 2}]
    with pytest.raises(Invalid, match="more than once"):
        trade.net.fill("ANDES", "P-1001", [{"line": line}, {"line": line}])
    filled = trade.net.fill("ANDES", "P-1001", [{"line": line, "lots": twice}])
    assert [(line["lot"], line["boxes"]) for line in filled["lines"]] == [("L1", 3), (None, 1)]


@pytest.mark.parametrize("boxes", [0, -1, 1.5, float("nan"), float("inf"), True, "2", None, 10**30])
def test_what_is_no_number_of_boxes_fills_and_orders_nothing(trade: Trade, boxes: Any) -> None:
    line = sent(trade)["lines"][0]["line"]
    with pytest.raises(InvalidQuantity):
        trade.net.fill("ANDES", "P-1001", [{"line": line, "lots": [{"lot": "L1", "boxes": boxes}]}])
    with pytest.raises(InvalidQuantity):
        trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": boxes}], ship_date=SHIP)
    assert trade.available() == 6
    assert len(trade.net.orders("BLOOM")) == 1


@pytest.mark.parametrize("cost", ["NaN", "-1", "1e400", 1.5, float("nan"), "Infinity", "9" * 30, "0.0000001", "\u0661"])
def test_what_is_no_amount_is_no_agreed_cost(trade: Trade, cost: Any) -> None:
    lines = [{"product": "FREEDOM", "boxes": 1, "unit_cost": cost}]
    with pytest.raises(Invalid):
        trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP)


def test_a_box_type_that_the_buyer_does_not_have_is_not_found(trade: Trade) -> None:
    lines = [{"product": "FREEDOM", "boxes": 1, "box_type": "ZZ"}]
    with pytest.raises(NotFound, match="box type ZZ"):
        trade.net.purchase_order("BLOOM", "ANDES", lines, ship_date=SHIP)


def test_a_lot_of_another_company_of_the_same_code_is_not_meant(open_trade: OpenTrade) -> None:
    def same_code(companies: dict[str, Any]) -> None:
        companies["SIERRA"]["lots"][0]["code"] = "L1"

    trade = open_trade(same_code)
    line = sent(trade)["lines"][0]["line"]
    with pytest.raises(NotFound, match="SIERRA/L1"):
        trade.net.fill("ANDES", "P-1001", [{"line": line, "lots": [{"lot": "SIERRA/L1", "boxes": 1}]}])
    assert (trade.available("ANDES/L1"), trade.available("SIERRA/L1")) == (6, 5)


def test_of_two_orders_for_one_need_the_second_is_for_more(trade: Trade) -> None:
    """Two purchasers order at once what a prebook needs: it is supplied once, and nothing is taken from an order."""
    done = trade.checked_out(2)
    trade.net.void("ANDES", done["sales_order"], reason="frost", confirm="CONFIRM")
    lines = [{"product": "FREEDOM", "boxes": 2}]

    def order(vendor: str) -> dict[str, Any]:
        return trade.net.purchase_order("BLOOM", vendor, lines, ship_date=SHIP, prebook=done["prebook"])

    with ThreadPoolExecutor(2) as desks:
        made = [desk.result() for desk in [desks.submit(order, vendor) for vendor in ("ANDES", "SIERRA")]]
    assert [len(trade.net.show("BLOOM", one["number"])["lines"]) for one in made] == [1, 1]
    shown = trade.net.show("BLOOM", done["prebook"])["lines"]
    assert [(line["boxes"], line["state"]) for line in shown] == [(2, "cancelled"), (2, "needed"), (2, "needed")]


def test_a_voided_order_that_stands_alone_is_needed_by_nobody(trade: Trade) -> None:
    sent(trade)
    trade.net.void("ANDES", "S-1001K", reason="frost", confirm="CONFIRM")
    (told,) = trade.net.notifications("BLOOM", "order_line.voided")
    assert "Reason: frost." in told["body"]
    assert "needed again" not in told["body"]
    assert told["body"].endswith("Now: cancelled.")
    assert trade.net.show("BLOOM", "P-1001")["transfer"] == "cancelled"


def test_the_vendor_never_reads_the_number_of_the_buyers_prebook(trade: Trade) -> None:
    done = trade.checked_out(2)
    trade.net.void("ANDES", done["sales_order"], reason="frost", confirm="CONFIRM")
    order = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 2}], prebook=done["prebook"])
    assert order["prebook"] == done["prebook"]
    trade.net.transfer("BLOOM", order["number"])
    assert trade.net.accept_order("ANDES", order["number"])["prebook"] is None
    filled = trade.net.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"]}])
    assert (filled["prebook"], filled["customer"]) == (None, None)


def test_each_step_is_an_event_of_both_companies_and_of_no_third(trade: Trade) -> None:
    order = sent(trade)
    trade.net.fill("ANDES", order["number"], [{"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 1}]}])
    trade.net.confirm("ANDES", "S-1001K")

    def told(company: str) -> list[str]:
        types = [one["type"] for one in trade.net.events(company)]
        return [one for one in types if one.startswith(("purchase_order.", "order."))]

    accepted = ["purchase_order.approved", "order.checked_out", "purchase_order.accepted"]
    steps = ["purchase_order.transferred", *accepted, "purchase_order.filled", "order.confirmed"]
    assert told("ANDES") == steps
    assert told("BLOOM") == ["order.placed", *steps]
    assert told("SIERRA") == told("PETAL") == []


def test_an_order_of_which_nothing_was_confirmed_is_not_confirmed(trade: Trade) -> None:
    order = sent(trade, 4)
    lines = [{"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 2}]}]
    trade.net.fill("ANDES", order["number"], lines)
    trade.net.void("ANDES", line=order["lines"][0]["line"], reason="frost", confirm="CONFIRM")
    shown = trade.net.show("BLOOM", order["number"])
    assert (shown["status"], [line["state"] for line in shown["lines"]]) == ("approved", ["cancelled", "needed"])
