"""Concurrent commands on one purchase order: exactly one outcome, on both engines."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.errors import Conflict, InsufficientStock, K2KError
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
REFUSALS = (Conflict, InsufficientStock)


def at_once(*commands: Callable[[], Any]) -> list[Any]:
    """What each command came to, all begun at the same moment."""
    ready, found = threading.Barrier(len(commands)), [None] * len(commands)

    def run(place: int, command: Callable[[], Any]) -> None:
        ready.wait(10)
        try:
            found[place] = command()
        except K2KError as refusal:
            found[place] = refusal

    desks = [threading.Thread(target=run, args=one) for one in enumerate(commands)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join(30)
    assert not any(desk.is_alive() for desk in desks)
    return found


def accepted(trade: Trade, boxes: int = 2) -> tuple[str, str]:
    """The number of an order that the vendor has accepted, and its line."""
    order = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": boxes}], ship_date=SHIP)
    trade.net.transfer("BLOOM", order["number"])
    trade.net.accept_order("ANDES", order["number"])
    return order["number"], order["lines"][0]["line"]


def test_a_line_that_two_people_fill_is_filled_once(trade: Trade) -> None:
    number, line = accepted(trade, 4)
    lines = [{"line": line, "lots": [{"lot": "L1", "boxes": 3}]}]
    found = at_once(*[lambda: trade.net.fill("ANDES", number, lines)] * 3)
    assert sum(isinstance(one, dict) for one in found) == 1
    assert all(isinstance(one, dict | Conflict) for one in found)
    assert trade.available() == 3


def test_an_order_is_transferred_and_accepted_once(trade: Trade) -> None:
    order = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], ship_date=SHIP)
    sent = at_once(*[lambda: trade.net.transfer("BLOOM", order["number"])] * 3)
    assert sum(isinstance(one, dict) for one in sent) == 1
    taken = at_once(*[lambda: trade.net.accept_order("ANDES", order["number"])] * 3)
    assert sum(isinstance(one, dict) for one in taken) == 1
    assert [one["number"] for one in trade.net.orders("ANDES")] == ["S-1001K"]


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_at_once_the_order_has_one_end_and_the_boxes_one_place(trade: Trade, seed: int) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": "MANY", "boxes": 40, "arrival_date": "2026-01-30"}])
    chance = random.Random(seed)
    for _ in range(4):
        number, line = accepted(trade)
        filled = [{"line": line, "lots": [{"lot": "MANY", "boxes": 2}]}]
        there = trade.net.show("BLOOM", number)["sales_order"]
        commands: list[Callable[[], Any]] = [
            lambda number=number, filled=filled: trade.net.fill("ANDES", number, filled),
            lambda line=line: trade.net.cancel("BLOOM", line=line),
            lambda number=number: trade.net.reject("ANDES", number, reason="no truck"),
            lambda there=there: trade.net.confirm("ANDES", there),
            lambda there=there: trade.net.void("ANDES", there, reason="frost", confirm="CONFIRM"),
        ]
        chance.shuffle(commands)
        found = at_once(*commands)
        assert [one for one in found if isinstance(one, K2KError) and not isinstance(one, REFUSALS)] == []
        order, sale = trade.net.show("BLOOM", number), trade.net.show("ANDES", there)
        ends = {("cancelled", "cancelled", "voided"), ("cancelled", "rejected", "voided")}
        ends |= {("confirmed", "confirmed", "confirmed"), ("cancelled", "confirmed", "voided")}
        assert (order["status"], order["transfer"], sale["status"]) in ends
    assert trade.net.verify() == []
