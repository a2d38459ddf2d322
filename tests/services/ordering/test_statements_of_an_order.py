"""An order takes the same few statements, whatever the number of carts that its customer has open."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.store.database.session import Session
from tests.services.conftest import Trade

MOST = 24
"""Events, their versions and the facts of their lines included."""


def statements(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many statements an order runs."""
    ran: list[Session] = []
    begun = Session._begin_statement

    def counting(session: Session) -> None:
        ran.append(session)
        begun(session)

    with monkeypatch.context() as patched:
        patched.setattr(Session, "_begin_statement", counting)
        trade.ordered(1)
    return len(ran)


def test_an_order_takes_few_statements_and_no_more_of_them_for_more_carts(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    trade.net.set("ANDES", lot="L1", values={"boxes": 30})
    for _ in range(3):
        trade.ordered(1)
    first = statements(trade, monkeypatch)
    for _ in range(10):
        trade.ordered(1)
    assert first == statements(trade, monkeypatch) <= MOST


def test_the_numbers_that_a_cart_has_fixed_are_found_by_an_index(trade: Trade) -> None:
    trade.ordered(1)
    asked = "SELECT goods, explanation FROM order_line WHERE state = 'in_cart' AND goods IS NOT NULL"
    with trade.net.context.store.writing() as session:
        found: list[tuple[str, Any]] = session.run(asked).fetchall()
        if session.engine == "postgresql":
            session.run("SET LOCAL enable_seqscan = off")
        begin = "EXPLAIN QUERY PLAN" if session.engine == "sqlite" else "EXPLAIN"
        one = "SELECT id FROM order_line WHERE customer_id = ? AND goods = ? AND state = 'in_cart' ORDER BY id DESC"
        plan = str(session.run(f"{begin} {one} LIMIT 1", (1, "x")).fetchall())
    assert [f'"goods":"{goods}"' in explanation for goods, explanation in found] == [True]
    assert "order_line_goods_in_cart" in plan
    assert "SORT" not in plan.upper()
    assert "TEMP B-TREE" not in plan
