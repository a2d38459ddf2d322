"""A vendor fills an order only with boxes that are available and fresh on the day on which it ships (domain section
3)."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import NotVisible
from tests.services.conftest import Answer, Trade


def accepted(trade: Trade, boxes: int) -> Answer:
    """An order of the buyer that leaves the vendor on 2026-02-04."""
    lines = [{"product": "FREEDOM", "box_type": "HB", "boxes": boxes}]
    order: Answer = trade.net.purchase_order("BLOOM", "ANDES", lines, "2026-02-05")
    trade.net.transfer("BLOOM", order["number"])
    trade.net.accept_order("ANDES", order["number"])
    return order


def fill(trade: Trade, order: Answer, lots: list[dict[str, Any]] | None = None) -> list[tuple[str, int]]:
    """What each line of it got: its state and boxes."""
    line = {"line": order["lines"][0]["line"]}
    done = trade.net.fill("ANDES", order["number"], [line if lots is None else {**line, "lots": lots}])
    return [(one["state"], one["boxes"]) for one in done["lines"]]


def arrives(trade: Trade, lot: str, day: str) -> None:
    trade.net.set("ANDES", lot=lot, values={"arrival_date": day})


def test_the_oldest_boxes_that_are_there_and_fresh_on_the_day_are_taken(trade: Trade) -> None:
    arrives(trade, "L1", "2026-01-24")  # eleven days old then
    arrives(trade, "L2", "2026-02-04")
    order = accepted(trade, 6)
    assert fill(trade, order) == [("checked_out", 4), ("needed", 2)]
    assert (trade.available("ANDES/L1"), trade.available("ANDES/L2")) == (6, 0)


def test_boxes_that_arrive_a_day_after_are_left_alone(trade: Trade) -> None:
    arrives(trade, "L1", "2026-02-05")
    order = accepted(trade, 6)
    assert fill(trade, order) == [("checked_out", 4), ("needed", 2)]
    assert (trade.available("ANDES/L1"), trade.available("ANDES/L2")) == (6, 0)


@pytest.mark.parametrize(("day", "code"), [("2026-01-24", "too_old_on_ship_date"), ("2026-02-05", "arrives_later")])
def test_a_lot_that_is_named_is_refused_with_the_code(trade: Trade, day: str, code: str) -> None:
    arrives(trade, "L1", day)
    order = accepted(trade, 3)
    with pytest.raises(NotVisible) as refused:
        fill(trade, order, [{"lot": "L1", "boxes": 1}])
    assert [one["code"] for one in refused.value.facts["reasons"]] == [code]
    assert trade.available("ANDES/L1") == 6


@pytest.mark.parametrize("day", ["2026-01-25", "2026-02-04"])
def test_on_the_last_and_on_the_first_day_a_lot_that_is_named_is_taken(trade: Trade, day: str) -> None:
    arrives(trade, "L1", day)
    assert fill(trade, accepted(trade, 3), [{"lot": "L1", "boxes": 3}]) == [("checked_out", 3)]


def test_a_vendor_that_does_not_judge_freshness_on_the_day_fills_with_old_boxes(trade: Trade) -> None:
    arrives(trade, "L1", "2026-01-24")
    trade.net.set("ANDES", settings={"freshness_on_ship_date": False})
    assert fill(trade, accepted(trade, 3), [{"lot": "L1", "boxes": 3}]) == [("checked_out", 3)]
