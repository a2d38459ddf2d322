"""The vendor voids an order line: with a typed confirmation and a reason, and the buyer's prebook line stays open."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import ConfirmationRequired, Conflict, Invalid, NotFound

Trade = Any
TYPED = {"reason": "botrytis", "confirm": "CONFIRM"}


def test_a_void_is_typed_out(trade: Trade) -> None:
    done = trade.confirmed()
    for typed in ("", "confirm", "yes"):
        with pytest.raises(ConfirmationRequired):
            trade.net.void("ANDES", sales_order=done["sales_order"], reason="botrytis", confirm=typed)
    with pytest.raises(Invalid):
        trade.net.void("ANDES", sales_order=done["sales_order"], reason=" ", confirm="CONFIRM")
    assert trade.line("ANDES", done["sales_order"])["state"] == "staged"


def test_a_voided_order_returns_its_boxes_and_ends_in_all_three_documents(trade: Trade) -> None:
    done = trade.confirmed()
    shown = trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)
    assert shown["status"] == "voided"
    assert trade.net.show("BLOOM", done["purchase_order"])["status"] == "cancelled"
    assert trade.line("BLOOM", done["prebook"])["state"] == "cancelled"
    assert trade.available() == 6
    assert trade.net.staging("BLOOM") == []
    assert trade.confirmed(2)["box_codes"] == ["B1", "B2"]


def test_what_was_voided_is_needed_again_on_the_prebook_from_nobody(trade: Trade) -> None:
    done = trade.confirmed()
    before = trade.line("BLOOM", done["prebook"])
    trade.net.void("ANDES", line=done["lines"][0]["line"], **TYPED)
    old, new = (line for line in trade.net.show("BLOOM", done["prebook"])["lines"] if line["line"])
    assert (old["state"], new["state"]) == ("cancelled", "needed")
    assert new["lot"] is None
    for same in ("product", "boxes", "units", "price", "mark_code"):
        assert new[same] == before[same]
    assert len(trade.net.show("ANDES", done["sales_order"])["lines"]) == 1


def test_the_buyer_is_told_line_by_line(trade: Trade) -> None:
    order = trade.ordered(1)
    trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    trade.net.void("ANDES", sales_order=order["sales_order"], **TYPED)
    told = trade.net.notifications("BLOOM", "order_line.voided")
    assert [row["to"] for row in told] == ["buyer@bloom.example"] * 2
    assert all("botrytis" in row["body"] for row in told)
    assert trade.net.notifications("ANDES", "order_line.voided") == []


def test_one_line_can_be_deleted_and_the_rest_confirmed(trade: Trade) -> None:
    order = trade.ordered(1)
    more = trade.net.add("BLOOM", "C-100", lot="ANDES/L2", boxes=1, cart=order["cart"])
    trade.net.checkout("BLOOM", cart=order["cart"])
    assert trade.net.void("ANDES", line=more["lines"][0]["line"], **TYPED)["status"] == "pending"
    assert trade.net.confirm("ANDES", order["sales_order"])["box_codes"] == ["B1"]
    assert trade.net.show("BLOOM", order["purchase_order"])["status"] == "confirmed"


def test_boxes_that_the_buyer_has_received_cannot_be_voided(trade: Trade) -> None:
    done = trade.confirmed(2)
    trade.net.scan("BLOOM", ["B1"])
    with pytest.raises(Conflict, match="received"):
        trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)
    trade.net.scan("BLOOM", ["B2"])
    with pytest.raises(Conflict, match="received"):
        trade.net.void("ANDES", line=done["lines"][0]["line"], **TYPED)


def test_what_is_voided_cannot_be_voided_again(trade: Trade) -> None:
    done = trade.confirmed()
    trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)
    with pytest.raises(Conflict):
        trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)


def test_a_void_after_shipping_is_credited_on_the_vendors_invoice(trade: Trade) -> None:
    done = trade.confirmed()
    trade.net.ship("ANDES", done["awb"])
    trade.net.void("ANDES", sales_order=done["sales_order"], **TYPED)
    invoice = next(one for one in trade.net.orders("ANDES") if one["kind"] == "invoice")
    assert invoice["total"] == "0.00"
    assert [line["total"] for line in invoice["lines"]] == ["150.00", "-150.00"]


def test_a_strangers_line_is_as_unknown_as_a_made_up_one(trade: Trade) -> None:
    done = trade.confirmed()
    words = set()
    for company, line in (("SIERRA", done["lines"][0]["line"]), ("ANDES", "999999"), ("ANDES", "x")):
        with pytest.raises(NotFound) as refusal:
            trade.net.void(company, line=line, **TYPED)
        words.add(refusal.value.message.replace(line, "?"))
    assert len(words) == 1
