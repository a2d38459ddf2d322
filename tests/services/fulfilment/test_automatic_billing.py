"""Which boxes are billed automatically when they are received: four modes, three ways of receiving, with a prebook or
without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.store.tables import Lot

Trade = Any
OpenTrade = Callable[..., Any]
SHIP = "2026-02-05"

ALLOCATED, BILLED, FREE = "allocated", "billed", "free"
TABLE = [
    *(("off", way, True, ALLOCATED) for way in ("scan", "receive", "grower")),
    *(("scan", "scan", True, BILLED), ("scan", "receive", True, ALLOCATED), ("scan", "grower", True, BILLED)),
    *(("confirm", "scan", True, ALLOCATED), ("confirm", "receive", True, BILLED), ("confirm", "grower", True, BILLED)),
    *(("both", way, True, BILLED) for way in ("scan", "receive", "grower")),
    *((mode, way, False, FREE) for mode in ("off", "scan", "confirm", "both") for way in ("scan", "receive", "grower")),
]


def billing(mode: str, **terms: bool) -> Callable[[dict[str, Any]], None]:
    def change(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_billing"] = mode
        companies["connections"][0].update(terms)

    return change


def bought(trade: Trade, ship_via: str, prebook: bool, customer: str = "C-100") -> tuple[list[str], str]:
    """Two boxes of a confirmed order, for a prebook or for none, and their AWB."""
    if prebook:
        done = trade.confirmed(2, ship_via=ship_via, customer=customer)
        return done["box_codes"], done["awb"]
    goods = [{"product": "FREEDOM", "boxes": 2}]
    order = trade.net.purchase_order("BLOOM", "ANDES", goods, SHIP, ship_via=ship_via)
    trade.net.approve("BLOOM", order["number"])
    trade.net.transfer("BLOOM", order["number"])
    sales_order = trade.net.accept_order("ANDES", order["number"])["sales_order"]
    line = {"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 2}]}
    trade.net.fill("ANDES", order["number"], [line])
    done = trade.net.confirm("ANDES", sales_order)
    return done["box_codes"], done["awb"]


def received(trade: Trade, way: str, codes: list[str], awb: str) -> None:
    trade.net.ship("ANDES", awb)
    if way != "grower":
        getattr(trade.net, way)("BLOOM", codes)


def outcome(trade: Trade) -> tuple[str, int, int]:
    """What became of the boxes: the word of the table, and how many are free and allocated in BLOOM's lots."""
    with trade.net.context.store.whole_network.reading() as session:
        query = Lot.select(Lot.available, Lot.allocated).where(Lot.code.startswith("L1-"))
        free, allocated = session.first(query) or (0, 0)
    billed = any(one["kind"] == "invoice" and one["customer"] for one in trade.net.orders("BLOOM"))
    return (BILLED if billed else ALLOCATED if allocated else FREE), free, allocated


@pytest.mark.parametrize(("mode", "way", "prebook", "becomes"), TABLE)
def test_the_mode_the_way_and_the_prebook_decide_what_becomes_of_boxes(
    open_trade: OpenTrade, mode: str, way: str, prebook: bool, becomes: str
) -> None:
    trade = open_trade(billing(mode))
    codes, awb = bought(trade, "grower" if way == "grower" else "warehouse", prebook)
    received(trade, way, codes, awb)
    numbers = {ALLOCATED: (0, 2), BILLED: (0, 0), FREE: (2, 0)}[becomes]
    assert outcome(trade) == (becomes, *numbers)
    types = [event["type"] for event in trade.net.events("BLOOM") if event["type"].startswith("box.")]
    arrived = ["box.billed"] * 2 if becomes == BILLED else ["box.received"] * 2
    assert types == arrived + (["box.allocated"] * 2 if becomes == ALLOCATED else [])


@pytest.mark.parametrize("way", ["scan", "receive", "grower"])
def test_boxes_of_a_customer_on_credit_hold_are_allocated_and_wait(open_trade: OpenTrade, way: str) -> None:
    trade = open_trade(billing("both", bill_to_final_customer=True))
    codes, awb = bought(trade, "grower" if way == "grower" else "warehouse", True, customer="C-200")
    received(trade, way, codes, awb)
    assert outcome(trade) == (ALLOCATED, 0, 2)


@pytest.mark.parametrize("mode", ["off", "scan", "confirm", "both"])
def test_with_bill_to_final_customer_what_ships_via_grower_is_billed_in_every_mode(
    open_trade: OpenTrade, mode: str
) -> None:
    trade = open_trade(billing(mode, bill_to_final_customer=True))
    received(trade, "grower", *bought(trade, "grower", True))
    assert outcome(trade) == (BILLED, 0, 0)


def test_bill_to_final_customer_concerns_via_grower_only_and_readiness_says_so(open_trade: OpenTrade) -> None:
    trade = open_trade(billing("off", bill_to_final_customer=True))
    received(trade, "scan", *bought(trade, "warehouse", True))
    assert outcome(trade) == (ALLOCATED, 0, 2)
    (point,) = [one for one in trade.net.readiness("ANDES", "BLOOM") if one["requirement"] == "bill_to_final_customer"]
    assert (point["owner"], point["warning"]) == ("BC", True)


def test_without_bill_to_final_customer_readiness_says_nothing_of_it(trade: Trade) -> None:
    assert "bill_to_final_customer" not in {one["requirement"] for one in trade.net.readiness("ANDES", "BLOOM")}


@pytest.mark.parametrize(("mode", "becomes"), [("off", ALLOCATED), ("scan", BILLED)])
def test_direct_boxes_that_somebody_received_before_are_billed_as_the_rest_ships(
    open_trade: OpenTrade, mode: str, becomes: str
) -> None:
    trade = open_trade(billing(mode))
    codes, awb = bought(trade, "grower", True)
    trade.net.receive("BLOOM", codes[:1])
    assert outcome(trade)[0] == ALLOCATED
    trade.net.ship("ANDES", awb)
    assert outcome(trade)[0] == becomes
