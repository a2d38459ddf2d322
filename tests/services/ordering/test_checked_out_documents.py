"""What a check-out answers is the order as everybody reads it afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.services.idempotency import IdempotentCommand
from tests.services.conftest import LOT, Trade

LINES: list[dict[str, Any]] = [{"lot": "ANDES/L1", "boxes": 1}, {"lot": "ANDES/L2", "boxes": 2}]
LINK = "https://photos.example/1"


def test_a_check_out_answers_the_order_as_it_is_read_afterwards(trade: Trade) -> None:
    net = trade.net
    cart = net.add("BLOOM", "C-100", ship_date="2026-02-05", lines=LINES)
    first = net.checkout("BLOOM", line=cart["lines"][0]["line"])
    assert first == net.show("BLOOM", cart["prebook"])
    assert [line["state"] for line in first["lines"]] == ["checked_out", "in_cart"]
    rest = net.checkout("BLOOM", cart=cart["cart"])
    assert rest == net.show("BLOOM", cart["prebook"])
    assert [line["state"] for line in rest["lines"]] == ["checked_out"] * 2
    assert rest["version"] == first["version"] + 1  # the line alone: the order itself was agreed before


def test_so_does_that_of_own_boxes_beside_a_vendors(trade: Trade) -> None:
    net = trade.net
    net.put("BLOOM", "lots", [{**LOT, "code": "H1", "product": "FREEDOM", "boxes": 4, "price_b": "0.50"}])
    lines = [*LINES, {"lot": "H1", "boxes": 1}]
    cart = net.add("BLOOM", "C-100", ship_date="2026-02-05", lines=lines)
    assert net.checkout("BLOOM", cart=cart["cart"]) == net.show("BLOOM", cart["prebook"])
    own = net.show("BLOOM", cart["invoice_order"])
    assert (own["status"], [line["state"] for line in own["lines"]]) == ("checked_out", ["checked_out"])


def test_what_changes_while_a_check_out_waits_is_in_its_answer(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    net, transact, waiting = trade.net, IdempotentCommand.transact, [True]
    cart = net.add("BLOOM", "C-100", ship_date="2026-02-05", lines=LINES)
    more = {"ship_date": "2026-02-05", "cart": cart["cart"], "lot": "ANDES/L1"}

    def after_others(command: IdempotentCommand, work: Any, *companies: Any) -> Any:
        if waiting:
            waiting.clear()
            net.attach("BLOOM", LINK, document=cart["prebook"])
            net.add("BLOOM", "C-100", **more)
        return transact(command, work, *companies)

    monkeypatch.setattr(IdempotentCommand, "transact", after_others)
    answer = net.checkout("BLOOM", cart=cart["cart"])
    assert answer == net.show("BLOOM", cart["prebook"])
    assert [link["url"] for link in answer["links"]] == [LINK]
    assert [line["state"] for line in answer["lines"]] == ["checked_out"] * 3
