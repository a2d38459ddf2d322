"""Boxes and amounts of one invoice line are credited and voided in any order: its amount never becomes negative, and is
zero once all its boxes are credited."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

import pytest

from k2k_core.errors import Invalid, InvalidQuantity

Trade = Any
TYPED = {"reason": "broken stems", "confirm": "CONFIRM"}
BOXES = 5
PER_ORDER = Decimal(5)


def billing(companies: dict[str, Any]) -> None:
    """Both sides synchronise invoices, and boxes are billed as they come; 1.25 for each box, 2.5 % and 5 for an
    order."""
    companies["BLOOM"]["settings"] |= {"auto_billing": "both", "sync_invoices": True}
    companies["ANDES"]["settings"]["sync_invoices"] = True
    companies["BLOOM"]["customers"][0]["additional_charges"].append({"name": "Order", "per_order": "5"})


def invoices(trade: Trade, company: str) -> list[dict[str, Any]]:
    return [one for one in trade.net.orders(company) if one["kind"] == "invoice"]


def require_sound(invoice: dict[str, Any]) -> int:
    """What always holds of an invoice of one order line; how many boxes it bills."""
    boxes = sum(line["boxes"] for line in invoice["lines"])
    left = sum(Decimal(line["total"]) for line in invoice["lines"])
    charges = {charge["name"]: Decimal(charge["amount"]) for charge in invoice["charges"]}
    assert 0 <= boxes <= BOXES
    assert left >= 0
    assert boxes or left == 0
    assert bool(charges) == bool(boxes)
    assert all(charges[name] == PER_ORDER for name in ("Order", "Paperwork") if name in charges)
    assert Decimal(invoice["total"]) == left + sum(charges.values())
    return boxes


def credit_something(trade: Trade, random: Random, company: str, invoice: dict[str, Any]) -> None:
    """Some boxes or an amount; too much is refused with words about what was asked alone."""
    if random.random() < 0.5:
        amount = Decimal(random.randint(1, 20_000)) / 100
        left = sum(Decimal(one["total"]) for one in invoice["lines"])
        asked, refusal, words = {"amount": str(amount)}, Invalid if amount > left else None, "^amount: "
    else:
        boxes = random.randint(1, 3)
        billed = sum(one["boxes"] for one in invoice["lines"])
        asked, refusal, words = {"boxes": boxes}, InvalidQuantity if boxes > billed else None, "boxes of line"
    expected = pytest.raises(refusal, match=words) if refusal else nullcontext()
    with expected:
        trade.net.credit(company, invoice["number"], invoice["lines"][0]["line"], **asked, **TYPED)


@pytest.mark.parametrize("seed", range(6))
def test_a_line_is_never_credited_below_nothing_and_ends_at_nothing(open_trade: Any, seed: int) -> None:
    trade, random = open_trade(billing), Random(seed)
    order = trade.confirmed(BOXES)
    line = order["lines"][0]["line"]
    trade.net.scan("BLOOM", ["B1", "B2", "B3"])
    waiting = ["B4", "B5"]
    for _ in range(8):
        company = random.choice(("ANDES", "BLOOM"))
        own = next(one for one in invoices(trade, company) if "/" not in one["number"])
        if waiting and random.random() < 0.25:
            trade.net.void("ANDES", line=line, box_codes=[waiting.pop()], **TYPED)
        else:
            credit_something(trade, random, company, own)
        for each in ("ANDES", "BLOOM"):
            for invoice in invoices(trade, each):
                require_sound(invoice)
    finish(trade)


def finish(trade: Trade) -> None:
    """Credit the boxes that are left: nothing is left, on the copy neither."""
    for company in ("ANDES", "BLOOM"):
        own = next(one for one in invoices(trade, company) if "/" not in one["number"])
        if boxes := require_sound(own):
            trade.net.credit(company, own["number"], own["lines"][0]["line"], boxes=boxes, **TYPED)
    for each in ("ANDES", "BLOOM"):
        assert [Decimal(one["total"]) for one in invoices(trade, each)] == [0] * len(invoices(trade, each))
    assert trade.net.verify() == []


def test_the_last_boxes_credit_what_is_left_of_their_line(open_trade: Any) -> None:
    trade = open_trade(billing)
    trade.confirmed(2)
    line = invoices(trade, "ANDES")[0]["lines"][0]["line"]
    trade.net.credit("ANDES", "I-1001", line, amount="100", **TYPED)
    shown = trade.net.credit("ANDES", "I-1001", line, boxes=2, **TYPED)
    assert (shown["lines"][-1]["boxes"], shown["lines"][-1]["amount"], shown["total"]) == (-2, "-50.00", "0.00")
    with pytest.raises(Invalid, match=r"bills 0\.00"):
        trade.net.credit("ANDES", "I-1001", line, amount="0.01", **TYPED)


def test_a_part_of_a_line_credits_its_price_and_the_order_is_charged_while_a_box_stays(open_trade: Any) -> None:
    trade = open_trade(billing)
    trade.confirmed(3)
    line = invoices(trade, "ANDES")[0]["lines"][0]["line"]
    trade.net.credit("ANDES", "I-1001", line, amount="100", **TYPED)
    first = trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    assert (first["lines"][-1]["amount"], first["total"]) == ("-75.00", "55.00")
    second = trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    assert (second["lines"][-1]["amount"], second["total"]) == ("-50.00", "5.00")
    third = trade.net.credit("ANDES", "I-1001", line, boxes=1, **TYPED)
    assert (third["lines"][-1]["amount"], third["total"]) == ("0.00", "0.00")


def test_a_percentage_is_charged_on_the_boxes_that_stay(open_trade: Any) -> None:
    """An amount that was credited, or cut a credit short, changes no charge."""
    trade = open_trade(billing)
    trade.confirmed(3)
    trade.net.scan("BLOOM", ["B1", "B2", "B3"])
    (number,) = (one["number"] for one in invoices(trade, "BLOOM") if "/" not in one["number"])
    before = trade.net.show("BLOOM", number)
    line, price = before["lines"][0]["line"], Decimal(before["lines"][0]["total"]) / 3
    trade.net.credit("BLOOM", number, line, amount=str(price * 2 + 1), **TYPED)
    shown = trade.net.credit("BLOOM", number, line, boxes=2, **TYPED)
    charges = {charge["name"]: Decimal(charge["amount"]) for charge in shown["charges"]}
    assert Decimal(shown["lines"][-1]["amount"]) == -(price - 1)
    percent = (price * Decimal("0.025")).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert charges == {"Fuel": percent, "Boxes": Decimal("1.25"), "Order": PER_ORDER}
