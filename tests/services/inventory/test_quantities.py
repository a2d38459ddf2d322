"""Quantities that a company states and adjustments that it makes: nothing is subtracted twice, and nothing is sold
twice."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import (
    Conflict,
    InsufficientStock,
    Invalid,
    NotFound,
    PreconditionRequired,
    StaleQuantity,
    VersionMismatch,
)
from tests.services.conftest import LOT, Trade


@pytest.fixture
def lot(trade: Trade) -> Trade:
    """The network with a lot TEN of ten boxes."""
    trade.net.put("ANDES", "lots", [{**LOT, "code": "TEN", "boxes": 10, "price_a": "0.30"}])
    return trade


def numbers(trade: Trade, code: str = "TEN") -> dict[str, Any]:
    return dict(trade.net.quantities("ANDES", [code])["items"][0])


def moved(trade: Trade) -> int:
    return int(numbers(trade)["movement"])


def on_hand_available(trade: Trade) -> tuple[int, int]:
    found = numbers(trade)
    return found["on_hand"], found["available"]


def sold(trade: Trade, boxes: int = 3) -> Any:
    return trade.ordered(boxes, lot="ANDES/TEN")


def confirmed(trade: Trade, boxes: int = 3) -> Any:
    return trade.confirmed(boxes, lot="ANDES/TEN")


def state(trade: Trade, on_hand: int, as_of: int, **more: Any) -> Any:
    return trade.net.state_quantity("ANDES", "TEN", on_hand=on_hand, as_of=as_of, **more)


def adjust(trade: Trade, delta: int, reason: str, reference: str, **more: Any) -> Any:
    return trade.net.adjust("ANDES", "TEN", delta, reason, reference, **more)


def test_the_numbers_of_a_lot_are_disjoint_and_add_up(lot: Trade) -> None:
    sold(lot, 1)
    confirmed(lot, 2)
    lot.net.ship("ANDES", confirmed(lot, 3)["awb"])
    found = numbers(lot)
    assert {name: found[name] for name in ("available", "reserved", "short", "allocated")} == {
        "available": 4,
        "reserved": 1,
        "short": 0,
        "allocated": 0,
    }
    assert found["on_hand"] == found["available"] + found["reserved"] + found["staged"]
    assert found["shipped"] + found["on_hand"] == found["boxes"] == 10
    assert found["sold"] == 6


def test_a_statement_that_has_heard_of_the_cart_or_not_leaves_the_lot_as_it_is(lot: Trade) -> None:
    first = moved(lot)
    sold(lot)
    for as_of in (first, moved(lot)):
        assert state(lot, 10, as_of)["outcome"] == "unchanged"
    assert on_hand_available(lot) == (10, 7)


def test_a_confirmation_moves_nothing(lot: Trade) -> None:
    confirmed(lot)
    before = moved(lot)
    state(lot, 10, before)
    assert on_hand_available(lot) == (10, 7)
    assert numbers(lot)["staged"] == 3


def test_a_statement_from_before_the_shipping_is_brought_up_to_date(lot: Trade) -> None:
    order = confirmed(lot)
    before = moved(lot)
    lot.net.ship("ANDES", order["awb"])
    state(lot, 10, before)
    assert on_hand_available(lot) == (7, 7)
    state(lot, 7, moved(lot))
    assert on_hand_available(lot) == (7, 7), "ten less three is seven"


def test_what_was_sold_elsewhere_is_adjusted_or_simply_stated(lot: Trade) -> None:
    lot.net.ship("ANDES", confirmed(lot)["awb"])
    before = moved(lot)
    adjust(lot, -2, "sold_elsewhere", "E-881")
    assert on_hand_available(lot) == (5, 5)
    state(lot, 5, moved(lot))
    assert on_hand_available(lot) == (5, 5)
    state(lot, 7, before)
    assert on_hand_available(lot) == (5, 5), "the adjustment came after these books"


def test_what_was_sold_elsewhere_may_just_be_stated(lot: Trade) -> None:
    lot.net.ship("ANDES", confirmed(lot)["awb"])
    state(lot, 5, moved(lot))
    assert on_hand_available(lot) == (5, 5)


def test_a_cart_that_expired_leaves_ten(lot: Trade) -> None:
    sold(lot)
    before = moved(lot)
    lot.later(hours=2)
    lot.net.sweep()
    for as_of in (before, moved(lot)):
        state(lot, 10, as_of)
        assert on_hand_available(lot) == (10, 10)


def test_all_sold_elsewhere_while_somebody_bought_leaves_the_lot_short(lot: Trade) -> None:
    before = moved(lot)
    order = sold(lot)
    assert state(lot, 0, before)["short"] == 3
    assert on_hand_available(lot) == (0, 0)
    (event,) = [one["data"] for one in lot.net.events("ANDES") if one["type"] == "lot.short"]
    assert (event["lot"], event["short"], event["movement"]) == ("TEN", 3, moved(lot))
    with pytest.raises(InsufficientStock):
        sold(lot, 1)
    lot.net.cancel("BLOOM", cart=order["cart"])
    assert (numbers(lot)["short"], on_hand_available(lot)) == (0, (0, 0)), "what comes back pays first what is short"


def test_a_statement_before_the_shipping_is_told_undersells_until_the_next(lot: Trade) -> None:
    order = confirmed(lot)
    state(lot, 7, moved(lot))
    assert on_hand_available(lot) == (7, 4)
    lot.net.ship("ANDES", order["awb"])
    state(lot, 7, moved(lot))
    assert on_hand_available(lot) == (7, 7)


def test_an_erp_that_books_reservations_states_what_is_available(lot: Trade) -> None:
    first = moved(lot)
    sold(lot)
    lot.net.state_quantity("ANDES", "TEN", available=12, as_of=first)
    assert on_hand_available(lot) == (12, 9)


def test_a_scan_before_the_shipping_takes_the_box_out_of_the_house_once(lot: Trade) -> None:
    order = confirmed(lot)
    lot.net.scan("BLOOM", order["box_codes"][:1])
    assert (numbers(lot)["on_hand"], numbers(lot)["staged"], numbers(lot)["shipped"]) == (9, 2, 1)
    lot.net.ship("ANDES", order["awb"])
    assert (numbers(lot)["on_hand"], numbers(lot)["staged"], numbers(lot)["shipped"]) == (7, 0, 3)
    shipped = [one["data"] for one in lot.net.events("ANDES") if one["type"] == "awb.shipped"][-1]
    assert shipped["lots"] == [{"lot": "TEN", "boxes": 2, "movement": moved(lot), "on_hand": 7}]


def test_staged_boxes_that_are_gone_are_voided_and_leave_nothing_behind(lot: Trade) -> None:
    order = confirmed(lot, 10)
    adjust(lot, -4, "broken", "E-1")
    assert (numbers(lot)["short"], numbers(lot)["staged"]) == (4, 10)
    lot.net.void("ANDES", sales_order=order["sales_order"], reason="frost", confirm="CONFIRM")
    assert on_hand_available(lot) == (6, 6)


def test_what_is_promised_is_not_sold_elsewhere_but_may_break(lot: Trade) -> None:
    sold(lot, 9)
    with pytest.raises(InsufficientStock):
        adjust(lot, -2, "sold_elsewhere", "E-1")
    assert on_hand_available(lot) == (10, 1)
    assert adjust(lot, -2, "sold_elsewhere", "E-1", short="stop")["short"] == 1
    assert adjust(lot, -1, "broken", "E-2")["short"] == 2
    with pytest.raises(InsufficientStock):
        adjust(lot, -1, "broken", "E-3", short="refuse")
    assert adjust(lot, 3, "received", "E-4")["available"] == 1


def test_a_reference_is_used_once(lot: Trade) -> None:
    adjust(lot, -2, "sold_elsewhere", "E-1")
    assert adjust(lot, -2, "sold_elsewhere", "E-1")["outcome"] == "unchanged"
    assert on_hand_available(lot) == (8, 8)
    with pytest.raises(Conflict, match="E-1"):
        adjust(lot, -1, "sold_elsewhere", "E-1")
    assert [row["reference"] for row in lot.net.movements("ANDES", ["TEN"])["items"]] == [None, "E-1"]


def test_boxes_of_given_codes_leave_and_come_back(lot: Trade) -> None:
    codes = lot.net.record("ANDES", "lots", "TEN")["box_codes"]
    adjust(lot, -2, "transferred", "E-1", box_codes=codes[:2])
    assert set(lot.net.record("ANDES", "lots", "TEN")["box_codes"]) == set(codes[2:])
    adjust(lot, 2, "returned", "E-2", box_codes=[codes[0], "NEW-1"])
    order = confirmed(lot, 10)
    assert set(order["box_codes"]) == {codes[0], "NEW-1", *codes[2:]}
    with pytest.raises(Conflict, match="void"):
        adjust(lot, -1, "broken", "E-3", box_codes=order["box_codes"][:1])
    assert numbers(lot)["on_hand"] == 10


def test_a_statement_says_what_it_knows(lot: Trade) -> None:
    with pytest.raises(PreconditionRequired):
        lot.net.state_quantity("ANDES", "TEN", on_hand=5)
    with pytest.raises(VersionMismatch):
        lot.net.state_quantity("ANDES", "TEN", on_hand=5, movement=moved(lot) + 1)
    assert lot.net.state_quantity("ANDES", "TEN", on_hand=5, movement=moved(lot))["on_hand"] == 5
    with pytest.raises(Invalid, match="as_of"):
        state(lot, 5, moved(lot) + 1)
    for wrong in ({}, {"on_hand": 1, "available": 1}, {"on_hand": -1}, {"on_hand": "many"}):
        with pytest.raises(Invalid):
            lot.net.state_quantity("ANDES", "TEN", as_of=0, **wrong)
    with pytest.raises(NotFound):
        lot.net.state_quantity("ANDES", "NONE", on_hand=1, as_of=0)


def test_a_count_that_is_older_than_the_last_is_dropped(lot: Trade) -> None:
    state(lot, 9, moved(lot), counted_at="2026-02-02T12:00:00Z")
    with pytest.raises(StaleQuantity):
        state(lot, 10, moved(lot), counted_at="2026-02-02T11:59:59Z")
    assert state(lot, 8, moved(lot), counted_at="2026-02-02T12:00:00Z")["counted_at"] == "2026-02-02T12:00:00Z"


@pytest.mark.parametrize(
    ("delta", "reason", "more"),
    [
        (0, "counted", {}),
        (-1, "received", {}),
        (1, "broken", {}),
        (1, "found", {}),
        (2, "received", {"box_codes": ["A"]}),
        (1, "received", {"short": "maybe"}),
    ],
)
def test_an_adjustment_that_makes_no_sense_is_refused(lot: Trade, delta: int, reason: str, more: Any) -> None:
    with pytest.raises(Invalid):
        adjust(lot, delta, reason, "E-1", **more)
    assert on_hand_available(lot) == (10, 10)


def test_more_boxes_than_there_ever_were_cannot_leave(lot: Trade) -> None:
    with pytest.raises(InsufficientStock):
        adjust(lot, -11, "dumped", "E-1")


def test_many_lots_are_stated_at_once_each_with_an_outcome(lot: Trade) -> None:
    row = {"lot": "TEN", "on_hand": 8, "as_of": moved(lot)}
    done = lot.net.state_quantity("ANDES", rows=[row, row, {**row, "lot": "NONE"}, {"lot": "TEN", "on_hand": 3}])
    assert [one["outcome"] for one in done["results"]] == ["changed", "unchanged", "refused", "refused"]
    assert [one["error"]["code"] for one in done["results"][2:]] == ["not_found", "precondition_required"]
    assert done["counts"] == {"changed": 1, "unchanged": 1, "refused": 2}
    assert done["results"][0]["movement"] == moved(lot)
    for rows in ([], [row] * 1001):
        with pytest.raises(Invalid, match="rows"):
            lot.net.state_quantity("ANDES", rows=rows)


def test_boxes_that_are_written_gross_are_a_statement_too(lot: Trade) -> None:
    sold(lot)
    lot.net.set("ANDES", lot="TEN", values={"boxes": 12})
    assert on_hand_available(lot) == (12, 9)
    last = lot.net.movements("ANDES", ["TEN"], sort="-movement")["items"][0]
    assert (last["stated"], last["on_hand_change"], last["reason"]) == (True, 2, "edited")


def test_lists_of_quantities_and_movements_are_paged(lot: Trade) -> None:
    first = lot.net.quantities("ANDES", limit=1)
    rest = lot.net.quantities("ANDES", cursor=first["next"])
    codes = [row["lot"] for row in (*first["items"], *rest["items"])]
    assert codes == sorted(codes)
    assert "TEN" in codes
    adjust(lot, 1, "received", "E-1")
    page = lot.net.movements("ANDES", ["TEN"], limit=1)
    (row,) = lot.net.movements("ANDES", ["TEN"], cursor=page["next"], limit=1)["items"]
    assert (row["reference"], row["on_hand"]) == ("E-1", 11)
    with pytest.raises(NotFound):
        lot.net.quantities("ANDES", ["NONE"])


def test_what_was_stated_by_old_books_keeps_no_shipped_box_from_being_voided(lot: Trade) -> None:
    before = moved(lot)
    order = confirmed(lot, 3)
    lot.net.ship("ANDES", order["awb"])
    state(lot, 0, before)
    assert (numbers(lot)["boxes"], on_hand_available(lot)) == (0, (-3, 0)), "three have left twice by these books"
    lot.net.void("ANDES", sales_order=order["sales_order"], reason="lost", confirm="CONFIRM")
    assert numbers(lot)["shipped"] == 0
    assert lot.net.verify() == []
    state(lot, 7, moved(lot))
    assert on_hand_available(lot) == (7, 7)
