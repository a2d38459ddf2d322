"""What a refusal at check-out and at approval discloses of the vendor's rule, by who orders (domain sections 3 and
5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotVisible
from tests.services.conftest import Answer, Trade

BUYERS_PERSON = Actor("sally@bloom.example", "BLOOM", frozenset({"sales_manager", "procurement"}))
VISIT = {"buyer": "BLOOM", "customer": "C-100", "ship_date": "2026-02-05"}

COMMANDS: dict[str, Callable[[Any, Answer], object]] = {
    "checkout": lambda net, order: net.checkout("BLOOM", cart=order["cart"]),
    "approve": lambda net, order: net.approve("BLOOM", order["purchase_order"]),
    "approve the prebook": lambda net, order: net.approve("BLOOM", prebook=order["prebook"]),
}


def ordered(trade: Trade, command: str) -> Answer:
    if command == "checkout":
        return trade.ordered(1)
    lines = [{"lot": "ANDES/L1", "boxes": 1}]
    made: Answer = trade.net.prebook("BLOOM", "C-100", lines, "2026-02-05")
    return made


def too_late(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-05"})


def too_old(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-01-26"})
    trade.net.set("ANDES", settings={"max_age": 8})


BECAME = {
    "arrives_later": (too_late, {"from": "2026-02-06", "until": "2026-02-16"}),
    "too_old_on_ship_date": (too_old, {"from": "2026-02-03", "until": "2026-02-04"}),
}


@pytest.mark.parametrize("code", BECAME)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_buyers_people_read_that_the_vendor_holds_it_back_and_which_dates_are_left(
    trade: Trade, command: str, code: str
) -> None:
    order = ordered(trade, command)
    change, dates = BECAME[code]
    change(trade)
    with pytest.raises(NotVisible) as refused:
        COMMANDS[command](trade.net.on_behalf_of(BUYERS_PERSON), order)
    assert refused.value.facts == {
        "lot": "ANDES/L1",
        "reasons": [{"code": code, "reason": "held back by the vendor"}],
        "ship_dates": dates,
    }
    assert refused.value.message == "ANDES/L1 is hidden from this customer: held back by the vendor."


@pytest.mark.parametrize("code", BECAME)
def test_the_host_reads_the_vendors_own_words(trade: Trade, code: str) -> None:
    order = ordered(trade, "checkout")
    change, dates = BECAME[code]
    change(trade)
    with pytest.raises(NotVisible) as refused:
        trade.net.checkout("BLOOM", cart=order["cart"])
    (reason,) = refused.value.facts["reasons"]
    assert reason["code"] == code
    assert reason["reason"] != "held back by the vendor"
    assert refused.value.facts["ship_dates"] == dates


def test_a_lot_that_is_ordered_too_early_is_refused_with_the_dates_that_are_left(trade: Trade) -> None:
    too_late(trade)
    with pytest.raises(NotVisible) as refused:
        trade.net.on_behalf_of(BUYERS_PERSON).add(**VISIT, lot="ANDES/L1", boxes=1)
    assert refused.value.facts["ship_dates"] == BECAME["arrives_later"][1]
    assert "2026-02-05" not in refused.value.message
