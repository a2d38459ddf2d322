"""A credit on an issued invoice: some boxes or an amount, by its issuer only, and never more than was billed."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.errors import ConfirmationRequired, Invalid, InvalidQuantity, NotAllowed, NotFound

Trade = Any
TYPED = {"reason": "broken stems", "confirm": "CONFIRM"}


def billing(companies: dict[str, Any]) -> None:
    companies["BLOOM"]["settings"]["auto_billing"] = "both"
    for code in ("ANDES", "BLOOM"):
        companies[code]["settings"]["sync_invoices"] = True


def first(trade: Trade, company: str) -> dict[str, Any]:
    return dict(next(one for one in trade.net.orders(company) if one["kind"] == "invoice"))


def test_boxes_are_credited_with_their_part_of_the_charges(trade: Trade) -> None:
    trade.confirmed(3)
    line = first(trade, "ANDES")["lines"][0]["line"]
    shown = trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    assert shown["total"] == "155.00"
    credit = shown["lines"][-1]
    assert {name: credit[name] for name in ("line", "boxes", "amount", "reason")} == {
        "line": line,
        "boxes": -1,
        "amount": "-75.00",
        "reason": "broken stems",
    }
    assert trade.net.credit("ANDES", "I-1001", line, boxes=2, **TYPED)["total"] == "0.00"


def test_an_amount_is_credited_and_the_charges_stay(trade: Trade) -> None:
    trade.confirmed(1)
    line = first(trade, "ANDES")["lines"][0]["line"]
    shown = trade.net.credit("ANDES", "I-1001", line, amount="12.50", **TYPED)
    assert (shown["total"], shown["charges"]) == ("67.50", [{"name": "Paperwork", "amount": "5.00"}])
    assert trade.net.credit("ANDES", "I-1001", line, amount="62.50", **TYPED)["total"] == "5.00"


def test_a_synchronised_copy_follows_and_has_no_issuer_here(open_trade: Any) -> None:
    trade = open_trade(billing)
    trade.confirmed(2)
    line = first(trade, "ANDES")["lines"][0]["line"]
    trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    assert first(trade, "BLOOM")["number"] == "ANDES/I-1001"
    assert first(trade, "BLOOM")["total"] == first(trade, "ANDES")["total"] == "80.00"
    with pytest.raises(NotAllowed, match="issuer"):
        trade.net.credit("BLOOM", "ANDES/I-1001", line, boxes=1, **TYPED)


def test_the_buyer_credits_its_customers_invoice(open_trade: Any) -> None:
    trade = open_trade(billing)
    trade.confirmed(2)
    trade.net.scan("BLOOM", ["B1", "B2"])
    before = trade.net.show("BLOOM", "I-1001")
    shown = trade.net.credit("BLOOM", "I-1001", before["lines"][0]["line"], boxes=1, **TYPED)
    assert shown["lines"][-1]["boxes"] == -1
    assert first(trade, "ANDES")["total"] == "155.00"


def test_whoever_was_sent_the_invoice_is_sent_its_credit(trade: Trade) -> None:
    trade.confirmed(1)
    line = first(trade, "ANDES")["lines"][0]["line"]
    trade.net.credit("ANDES", "I-1001", line, amount=1, **TYPED)
    issued = {row["to"] for row in trade.net.notifications("ANDES", "invoice.issued")}
    assert {row["to"] for row in trade.net.notifications("ANDES", "invoice.credited")} == issued
    (event,) = (one for one in trade.net.events("ANDES") if one["type"] == "invoice.credited")
    assert (event["data"]["line"], event["data"]["amount"]) == (line, "-1.00")


def test_what_a_void_credits_is_told_once_like_every_credit(open_trade: Any) -> None:
    trade = open_trade(billing)
    order = trade.confirmed(2)
    trade.net.void("ANDES", line=order["lines"][0]["line"], boxes=1, **TYPED)
    for company in ("ANDES", "BLOOM"):
        (event,) = (one["data"] for one in trade.net.events(company) if one["type"] == "invoice.credited")
        assert (event["number"], event["boxes"], event["amount"]) == ("I-1001", 1, "-75.00")
        assert event["reason"] == TYPED["reason"]
    issued = {row["to"] for row in trade.net.notifications("ANDES", "invoice.issued")}
    assert {row["to"] for row in trade.net.notifications("ANDES", "invoice.credited")} == issued


def test_numbers_of_invoices_stay_without_gaps(trade: Trade) -> None:
    trade.confirmed(1)
    line = first(trade, "ANDES")["lines"][0]["line"]
    trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    trade.confirmed(1)
    assert [one["number"] for one in trade.net.orders("ANDES") if one["kind"] == "invoice"] == ["I-1001", "I-1002"]


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"boxes": 3, **TYPED}, InvalidQuantity),
        ({"boxes": 0, **TYPED}, InvalidQuantity),
        ({"amount": "150.01", **TYPED}, Invalid),
        ({"amount": "0.001", **TYPED}, Invalid),
        ({"amount": "-1", **TYPED}, Invalid),
        ({"amount": 1, "boxes": 1, **TYPED}, Invalid),
        (TYPED, Invalid),
        ({"boxes": 1, "reason": " ", "confirm": "CONFIRM"}, Invalid),
        ({"boxes": 1, "reason": "why", "confirm": "yes"}, ConfirmationRequired),
    ],
)
def test_what_cannot_be_credited_is_refused(trade: Trade, asked: dict[str, Any], refusal: type[Exception]) -> None:
    trade.confirmed(2)
    line = first(trade, "ANDES")["lines"][0]["line"]
    with pytest.raises(refusal):
        trade.net.credit("ANDES", "I-1001", line, **asked)
    assert first(trade, "ANDES")["total"] == "155.00"


def test_a_line_of_another_invoice_is_unknown(trade: Trade) -> None:
    trade.confirmed(1)
    with pytest.raises(NotFound):
        trade.net.credit("ANDES", "I-1001", "999999", boxes=1, **TYPED)
    with pytest.raises(NotFound):
        trade.net.credit("SIERRA", "I-1001", "1", boxes=1, **TYPED)
