"""An order takes the same few statements, whatever the number of its lines, and of the carts that its customer has
open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.store.database.session import Session
from tests.services.conftest import LOT, Trade

MOST = {"sqlite": 18, "postgresql": 15}
"""Events, their versions and the facts of their lines included, which PostgreSQL writes in one statement."""

MOST_OF_LINES = {
    "sqlite": {"add": 22, "checkout": 21, "confirm": 56, "scan": 50, "bill": 58},
    "postgresql": {"add": 19, "checkout": 20, "confirm": 57, "scan": 51, "bill": 57},
}
"""What each command of an order of several lines takes. PostgreSQL takes a few more for the rows that it locks, and
three fewer for its events. A command that takes fewer has its bound lowered with it."""


def statements(monkeypatch: pytest.MonkeyPatch, work: Callable[[], Any]) -> tuple[int, Any]:
    """How many statements some work runs, and what it answers."""
    ran: list[Session] = []
    begun = Session._begin_statement

    def counting(session: Session) -> None:
        ran.append(session)
        begun(session)

    with monkeypatch.context() as patched:
        patched.setattr(Session, "_begin_statement", counting)
        answer = work()
    return len(ran), answer


def test_an_order_takes_few_statements_and_no_more_of_them_for_more_carts(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.net.set("ANDES", lot="L1", values={"boxes": 30})
    for _ in range(3):
        trade.ordered(1)
    first, _ = statements(monkeypatch, lambda: trade.ordered(1))
    for _ in range(10):
        trade.ordered(1)
    again, _ = statements(monkeypatch, lambda: trade.ordered(1))
    assert first == again <= MOST[trade.net.context.store.engine]


def commands(trade: Trade, monkeypatch: pytest.MonkeyPatch, lots: int) -> dict[str, int]:
    """The statements of each command of an order of so many lots, from the cart until a box is billed."""
    net, lines = trade.net, [{"lot": f"ANDES/M{number}", "boxes": 1} for number in range(lots)]
    key = {name: f"{name} {lots}" for name in MOST_OF_LINES["sqlite"]}
    added, order = statements(
        monkeypatch, lambda: net.add("BLOOM", "C-100", ship_date="2026-02-05", lines=lines, key=key["add"])
    )
    checked_out, _ = statements(monkeypatch, lambda: net.checkout("BLOOM", cart=order["cart"], key=key["checkout"]))
    confirmed, staged = statements(monkeypatch, lambda: net.confirm("ANDES", order["sales_order"], key=key["confirm"]))
    scanned, _ = statements(monkeypatch, lambda: net.scan("BLOOM", staged["box_codes"][:1], key=key["scan"]))
    billed, _ = statements(monkeypatch, lambda: net.bill("BLOOM", order["prebook"], key=key["bill"]))
    return {"add": added, "checkout": checked_out, "confirm": confirmed, "scan": scanned, "bill": billed}


def test_more_lines_take_no_more_statements(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    trade.net.put("ANDES", "lots", [{**LOT, "code": f"M{number}", "boxes": 30} for number in range(6)])
    for lots in (6, 5):  # what a first sale maps is read again by the second
        commands(trade, monkeypatch, lots)
    of_three, of_four = (commands(trade, monkeypatch, lots) for lots in (3, 4))
    most = MOST_OF_LINES[trade.net.context.store.engine]
    assert {name: number for name, number in of_three.items() if number > most[name]} == {}
    assert of_three == of_four
