"""An order that is approved at the moment at which it expires: approved or expired, in all documents alike."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from k2k_core.errors import Conflict
from tests.services.conftest import Answer, Trade
from tests.services.ordering.test_ordering_races import at_once

APPROVALS: dict[str, Callable[[Trade, Answer], object]] = {
    "the purchase order": lambda trade, order: trade.net.approve("BLOOM", order["purchase_order"]),
    "the prebook": lambda trade, order: trade.net.approve("BLOOM", prebook=order["prebook"]),
}


@pytest.mark.parametrize("what", APPROVALS)
def test_either_the_approval_or_the_end_wins(trade: Trade, what: str) -> None:
    trade.net.set("BLOOM", settings={"approval_minutes": 10})
    for _ in range(6):
        order = trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 2}], "2026-02-05")
        trade.later(minutes=9)

        def ends() -> int:
            trade.later(minutes=1)
            return sum(trade.net.sweep() for _ in range(3))

        approved, ended = at_once(lambda order=order: APPROVALS[what](trade, order), ends)
        trade.net.sweep()
        documents = [
            trade.net.show(company, order[kind])
            for company, kind in (("BLOOM", "prebook"), ("BLOOM", "purchase_order"), ("ANDES", "sales_order"))
        ]
        lost = isinstance(approved, Conflict)
        assert {document["status"] == "cancelled" for document in documents[:2]} == {lost}
        assert {line["state"] for one in documents for line in one["lines"]} == {"cancelled" if lost else "checked_out"}
        assert trade.available() == (6 if lost else 4)
        assert not isinstance(ended, Conflict)
        assert trade.net.verify() == []
        if not lost:
            trade.net.cancel("BLOOM", purchase_order=order["purchase_order"])
