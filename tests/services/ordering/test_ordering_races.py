"""Two users want the same thing at once: exactly one gets it, the other is told why not, and nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from k2k_core.errors import Conflict, InsufficientStock, InvalidQuantity
from tests.services.conftest import LOT

Trade = Any
ROUNDS = 3
SHIP = "2026-02-05"


def at_once(*works: Callable[[], object]) -> list[object]:
    """Start all at the same moment; what each answered, or the conflict that it met."""
    answers: list[object] = [None] * len(works)
    start = threading.Barrier(len(works))

    def run(place: int) -> None:
        start.wait(timeout=30)
        try:
            answers[place] = works[place]()
        except Conflict as conflict:
            answers[place] = conflict

    workers = [threading.Thread(target=run, args=(place,)) for place in range(len(works))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    return answers


def winners(answers: list[object]) -> int:
    return sum(not isinstance(answer, Conflict) and answer is not None for answer in answers)


def test_an_order_that_is_confirmed_twice_at_once_is_confirmed_once(trade: Trade) -> None:
    for _ in range(ROUNDS):
        order = trade.checked_out(1)
        answers = at_once(*[lambda order=order: trade.net.confirm("ANDES", order["sales_order"])] * 3)
        assert winners(answers) == 1


def test_confirm_and_cancel_at_once_leave_one_truth(trade: Trade) -> None:
    for _ in range(ROUNDS):
        order = trade.checked_out(1)
        answers = at_once(
            lambda order=order: trade.net.confirm("ANDES", order["sales_order"]),
            lambda order=order: trade.net.cancel("BLOOM", line=order["lines"][0]["line"]),
        )
        assert winners(answers) == 1
        state = trade.line("BLOOM", order["prebook"])["state"]
        assert state == ("cancelled" if isinstance(answers[0], Conflict) else "staged")


def test_check_out_and_dropping_at_once_leave_one_truth(trade: Trade) -> None:
    for _ in range(ROUNDS):
        order = trade.ordered(1)
        answers = at_once(
            lambda order=order: trade.net.checkout("BLOOM", cart=order["cart"]),
            lambda order=order: trade.net.confirm("ANDES", order["sales_order"], drop_pending=True),
        )
        assert not isinstance(answers[1], Conflict)
        state = trade.line("BLOOM", order["prebook"])["state"]
        assert state == ("dropped" if isinstance(answers[0], Conflict) else "staged")


def test_void_and_scan_at_once_leave_one_truth(trade: Trade) -> None:
    for _ in range(ROUNDS):
        done = trade.confirmed(1)
        voided, scanned = at_once(
            lambda done=done: trade.net.void("ANDES", sales_order=done["sales_order"], reason="x", confirm="CONFIRM"),
            lambda done=done: trade.net.scan("BLOOM", done["box_codes"]),
        )
        outcome = scanned[0]["outcome"] if isinstance(scanned, list) else None
        assert outcome == ("received" if isinstance(voided, Conflict) else "cancelled")


@pytest.mark.parametrize("keyed", [True, False])
def test_orders_of_one_lot_confirmed_at_once_never_share_a_box(trade: Trade, keyed: bool) -> None:
    orders = [trade.checked_out(2) for _ in range(3)]
    answers = at_once(
        *[
            lambda order=order: trade.net.confirm("ANDES", order["sales_order"], key=order["cart"] if keyed else None)
            for order in orders
        ]
    )
    codes = [code for answer in answers if isinstance(answer, dict) for code in answer["box_codes"]]
    assert sorted(codes) == ["B1", "B2", "B3", "B4", "B5", "B6"]


def test_rows_that_several_add_at_once_are_added_once(trade: Trade) -> None:
    for number in range(ROUNDS):
        row = {"code": f"ONCE-{number}", "description": "Rose Freedom 60", "category": "ROSES"}
        answers = at_once(*[lambda row=row: trade.net.put("ANDES", "products", [row])] * 4)
        assert winners(answers) == 4


def test_of_two_who_add_the_same_company_at_once_one_is_told_that_it_is_there(trade: Trade) -> None:
    for number in range(ROUNDS):
        company = {"code": f"NEW-{number}", "name": "New", "currency": "USD", "timezone": "UTC"}
        answers = at_once(*[lambda company=company: trade.net.add_company(company)] * 3)
        assert winners(answers) == 1
        assert all(isinstance(answer, Conflict | dict) for answer in answers)


def test_who_is_overtaken_at_the_oldest_lot_of_a_line_gets_boxes_of_the_next(trade: Trade) -> None:
    trade.net.put("ANDES", "products", [{"code": "R-WHITE", "description": "Rose White 60", "category": "ROSES"}])
    codes = [f"FIFO-{number}" for number in range(6)]
    trade.net.put("ANDES", "lots", [{**LOT, "code": code, "boxes": 1, "product": "R-WHITE"} for code in codes])
    (line,) = trade.net.catalog("BLOOM", "C-100", "2026-02-05", search="white")["lines"]
    wish = {"line": line["line"], "boxes": 1, "ship_date": "2026-02-05"}
    answers: list[Any] = at_once(*[lambda: trade.net.add("BLOOM", "C-100", **wish)] * len(codes))
    assert winners(answers) == len(codes)
    assert sorted(answer["lines"][0]["lot"] for answer in answers) == [f"ANDES/{code}" for code in codes]


def test_boxes_that_are_credited_and_voided_at_once_are_credited_once(trade: Trade) -> None:
    for number in range(ROUNDS):
        order = trade.confirmed(2)
        line, invoice = order["lines"][0]["line"], f"I-{1001 + number}"

        def credit(line: str = line, invoice: str = invoice) -> object:
            with suppress(InvalidQuantity):  # the void came first
                return trade.net.credit("ANDES", invoice, line, boxes=2, reason="frost", confirm="CONFIRM")

        at_once(credit, lambda line=line: trade.net.void("ANDES", line=line, reason="frost", confirm="CONFIRM"))
        shown = trade.net.show("ANDES", invoice)
        assert (shown["total"], sum(row["boxes"] for row in shown["lines"])) == ("0.00", 0)


def test_in_a_stampede_everybody_gets_boxes_or_reads_that_there_are_too_few(trade: Trade) -> None:
    # What a price depends on changes meanwhile: nobody is refused for that, and no box stays unsold for it.
    trade.net.set("ANDES", lot="L1", values={"boxes": 8})
    left = trade.available()
    buying = [lambda: trade.net.add("BLOOM", "C-100", ship_date=SHIP, lines=[{"lot": "ANDES/L1", "boxes": 1}])] * 12
    changing = [lambda: [trade.net.set("ANDES", lot="L1", values={"price_a": f"0.3{turn}"}) for turn in range(6)]]
    answers = at_once(*buying, *changing)
    assert winners(answers) == left + 1
    assert {type(answer) for answer in answers if isinstance(answer, Conflict)} == {InsufficientStock}
    assert trade.available() == 0
