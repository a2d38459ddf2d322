"""A received box keeps its landed cost when a user changes its pack (domain section 6)."""

from __future__ import annotations

from typing import Any

import pytest

Trade = Any


@pytest.fixture
def received(trade: Trade) -> Trade:
    """Two free boxes of 250 stems at 0.3406 in BLOOM's lot L1-1."""
    bought = trade.net.purchase_order("BLOOM", "ANDES", [{"lot": "ANDES/L1", "boxes": 2}], "2026-02-05")
    trade.net.approve("BLOOM", bought["number"])
    trade.net.scan("BLOOM", trade.net.confirm("ANDES", bought["sales_order"])["box_codes"])
    return trade


def landed_cost(trade: Trade) -> str:
    (row,) = trade.net.price("BLOOM", "C-200", ["L1-1"])
    cost: str = row["landed_cost"]
    return cost


def test_a_whole_record_with_another_pack_keeps_the_cost_of_the_box(received: Trade) -> None:
    assert landed_cost(received) == "0.3406"
    lot = received.net.record("BLOOM", "lots", "L1-1")
    received.net.put("BLOOM", "lots", [{**lot, "units_per_box": 125}])
    assert landed_cost(received) == "0.6812"
    assert received.net.record("BLOOM", "lots", "L1-1")["unit_cost"] == "0.6"
    lot = received.net.record("BLOOM", "lots", "L1-1")
    received.net.put("BLOOM", "lots", [{**lot, "sell_fast": True}])
    assert landed_cost(received) == "0.6812"


def test_a_pack_that_is_taken_back_takes_the_cost_of_a_unit_back(received: Trade) -> None:
    changed = received.net.set("BLOOM", lot="L1-1", values={"units_per_box": 25, "unit_type": "bunch"})
    assert landed_cost(received) == "3.406"
    received.net.undo("BLOOM", changed["audit"])
    assert landed_cost(received) == "0.3406"


def test_the_cost_that_is_typed_for_own_boxes_is_of_a_unit(trade: Trade) -> None:
    trade.net.set("ANDES", lot="L1", values={"units_per_box": 125})
    assert trade.net.record("ANDES", "lots", "L1")["unit_cost"] == "0.21"
