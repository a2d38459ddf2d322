"""A company's purchasing staff may take back what they bought, and nothing that a customer waits for."""

from __future__ import annotations

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import Trade


def test_procurement_cancels_what_it_ordered_and_no_order_of_a_customer(trade: Trade) -> None:
    buying = trade.net.on_behalf_of(Actor("pat@bloom.example", "BLOOM", frozenset({"procurement"})))
    lines = [{"product": "FREEDOM", "boxes": 1}, {"lot": "L1", "boxes": 1}]
    order = buying.purchase_order("BLOOM", "ANDES", lines, ship_date="2026-02-05")
    buying.transfer("BLOOM", order["number"])
    for line in order["lines"]:
        buying.cancel("BLOOM", line=line["line"])
    assert trade.net.show("BLOOM", order["number"])["status"] == "cancelled"
    assert trade.available() == 6
    sold = trade.ordered(1)
    with pytest.raises(NotAllowed):
        buying.cancel("BLOOM", line=sold["lines"][0]["line"])
    with pytest.raises(NotAllowed):
        buying.cancel("BLOOM", cart=sold["cart"])
    warehouse = trade.net.on_behalf_of(Actor("wes@bloom.example", "BLOOM", frozenset({"warehouse"})))
    with pytest.raises(NotAllowed):
        warehouse.cancel("BLOOM", line=sold["lines"][0]["line"])
