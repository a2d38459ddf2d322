"""Every answer of a command that moves lots has the last movement of each lot of the company that it has moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from k2k_core.api import K2K
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"


def last_movements(net: K2K, company: str) -> dict[str, int]:
    return {one["lot"]: one["movement"] for one in net.quantities(company, limit=1000)["items"]}


def told(answer: Any) -> Iterator[tuple[str, int]]:
    """Every lot with a movement in an answer; a record is named by its code."""
    if isinstance(answer, dict):
        if "movement" in answer and ("lot" in answer or "code" in answer):
            yield answer.get("lot") or answer["code"], answer["movement"]
        for each in answer.values():
            yield from told(each)
    elif isinstance(answer, list):
        for each in answer:
            yield from told(each)


def moved(trade: Trade, company: str, command: str, /, **arguments: Any) -> Any:
    """The answer of a command, after it was compared with the movements of the company's lots."""
    before = last_movements(trade.net, company)
    answer = getattr(trade.net, command)(**arguments)
    after = last_movements(trade.net, company)
    wanted = {lot: movement for lot, movement in after.items() if before.get(lot) != movement}
    assert wanted, f"{command} has moved nothing of {company}"
    assert wanted.items() <= dict(told(answer)).items(), command
    return answer


def test_commands_of_the_buyer_answer_the_movements_of_the_vendors_lots(trade: Trade) -> None:
    for cancelled in ({"cart": "cart"}, {"purchase_order": "purchase_order"}):
        placed = trade.ordered(2)
        (named, field), before = next(iter(cancelled.items())), last_movements(trade.net, "ANDES")["L1"]
        answer = trade.net.cancel("BLOOM", **{named: placed[field]})
        (lot,) = answer["moved"]
        assert lot == {"lot": "ANDES/L1", "movement": last_movements(trade.net, "ANDES")["L1"], "available": 6}
        assert lot["movement"] > before
    goods = [{"lot": "ANDES/L1", "boxes": 1}]
    order = trade.net.purchase_order("BLOOM", "ANDES", goods, SHIP)
    assert [one["lot"] for one in order["moved"]] == ["ANDES/L1"]


def test_commands_of_the_vendor_answer_the_movements_of_its_lots(trade: Trade) -> None:
    dropped = trade.ordered(1)
    more = trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, ship_date=SHIP, cart=dropped["cart"])
    trade.net.checkout("BLOOM", line=more["lines"][0]["line"])
    moved(trade, "ANDES", "confirm", vendor="ANDES", sales_order=dropped["sales_order"], drop_pending=True)
    shipped = trade.confirmed(1, reference_number="A-1")
    moved(trade, "ANDES", "ship", vendor="ANDES", awb="A-1")
    back = {"returned": shipped["box_codes"], "reason": "frost", "confirm": "CONFIRM"}
    moved(trade, "ANDES", "void", vendor="ANDES", sales_order=shipped["sales_order"], **back)
    order = trade.confirmed(1)
    moved(trade, "ANDES", "void", vendor="ANDES", sales_order=order["sales_order"], reason="frost", confirm="CONFIRM")
    bought = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
    trade.net.transfer("BLOOM", bought["number"])
    trade.net.accept_order("ANDES", bought["number"])
    lines = [{"line": bought["lines"][0]["line"], "lots": [{"lot": "L2", "boxes": 1}]}]
    moved(trade, "ANDES", "fill", vendor="ANDES", purchase_order=bought["number"], lines=lines)
    moved(trade, "ANDES", "reject", vendor="ANDES", purchase_order=bought["number"], reason="frost")


def test_commands_on_own_stock_answer_the_movements_of_its_lots(trade: Trade) -> None:
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 4, "web_price": "0.50"}
    moved(trade, "BLOOM", "put", company="BLOOM", collection="lots", rows=[own])
    moved(trade, "BLOOM", "put", company="BLOOM", collection="lots", rows=[{**own, "boxes": 5}])
    moved(trade, "BLOOM", "set", company="BLOOM", lot="OWN", values={"boxes": 6})
    moved(trade, "BLOOM", "adjust", company="BLOOM", lot="OWN", delta=1, reason="received", reference="E-1")
    stated = {"company": "BLOOM", "lot": "OWN", "on_hand": 9, "as_of": 0}
    moved(trade, "BLOOM", "state_quantity", **stated)
    cart = {"buyer": "BLOOM", "customer": "C-100", "lot": "OWN", "boxes": 1, "ship_date": SHIP}
    placed = moved(trade, "BLOOM", "add", **cart)
    moved(trade, "BLOOM", "cancel", buyer="BLOOM", cart=placed["cart"])
    placed = moved(trade, "BLOOM", "add", **cart)
    trade.net.checkout("BLOOM", cart=placed["cart"])
    moved(trade, "BLOOM", "deliver", company="BLOOM", invoice_order=placed["invoice_order"])


def test_received_boxes_that_are_billed_or_released_move_the_buyers_lot(trade: Trade) -> None:
    billed, released = trade.confirmed(1), trade.confirmed(1)
    moved(trade, "BLOOM", "scan", company="BLOOM", box_codes=billed["box_codes"])
    moved(trade, "BLOOM", "receive", company="BLOOM", box_codes=released["box_codes"])
    moved(trade, "BLOOM", "bill", company="BLOOM", prebook=billed["prebook"])
    line = {"line": released["lines"][0]["line"], "reason": "gone", "confirm": "CONFIRM"}
    moved(trade, "BLOOM", "release", company="BLOOM", **line)


def test_what_moves_nothing_answers_no_movement_and_a_dry_run_none_either(trade: Trade) -> None:
    placed = trade.ordered(1)
    assert "moved" not in trade.net.checkout("BLOOM", cart=placed["cart"])
    assert "moved" not in trade.net.show("BLOOM", placed["prebook"])
    assert "movement" not in trade.net.set("ANDES", lot="L1", values={"web_price": "0.41"})
    assert "movement" not in trade.net.set("ANDES", lot="L1", values={"boxes": 9}, dry_run=True)
    rows = [{**LOT, "code": "NEW", "boxes": 3}]
    (row,) = trade.net.put("ANDES", "lots", rows, dry_run=True)["results"]
    assert "movement" not in row


def test_a_vendor_does_not_read_the_movements_of_its_buyers_lots(trade: Trade) -> None:
    order = trade.confirmed(2)
    trade.net.scan("BLOOM", order["box_codes"][:1])
    voided = trade.net.void(
        "ANDES", line=order["lines"][0]["line"], box_codes=order["box_codes"][1:], reason="frost", confirm="CONFIRM"
    )
    assert [one["lot"] for one in voided["moved"]] == ["L1"]
