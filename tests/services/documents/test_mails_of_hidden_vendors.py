"""No mail to a final customer names a hidden vendor, whoever typed the words in it (domain section 6)."""

from __future__ import annotations

from typing import Any

import pytest

Trade = Any
OpenTrade = Any
TYPED = {"reason": "Andes Flower Farms left it behind, 0.30 lost", "confirm": "CONFIRM"}
CUSTOMERS = ("corner@florist.example", "books@florist.example")


def hidden(companies: dict[str, Any]) -> None:
    companies["connections"][0]["hide_vendor"] = True
    companies["ANDES"]["products"][0]["description"] = "Andes Flower Farms Freedom"
    companies["BLOOM"]["settings"]["auto_billing"] = "both"


def shown(companies: dict[str, Any]) -> None:
    hidden(companies)
    companies["connections"][0]["hide_vendor"] = False


def read_by_customers(trade: Trade) -> str:
    mails = [one for one in trade.net.notifications("BLOOM") if one["to"] in CUSTOMERS]
    return "\n".join(f"{one['subject']} {one['body']}" for one in mails)


def test_a_credit_of_boxes_that_were_voided_does_not_repeat_the_vendors_words(open_trade: OpenTrade) -> None:
    trade = open_trade(hidden)
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    read = read_by_customers(trade)
    assert "was credited" in read
    assert "Reason: the boxes did not arrive." in read
    assert "Andes" not in read
    assert "0.30" not in read
    (told,) = trade.net.notifications("BLOOM", "order_line.voided")
    assert TYPED["reason"] in told["body"]


def test_a_credit_of_boxes_that_were_voided_is_read_in_the_customers_language(open_trade: OpenTrade) -> None:
    trade = open_trade(hidden)
    trade.net.set("BLOOM", customer="C-100", values={"locale": "es"})
    order = trade.confirmed(2, ship_via="grower")
    trade.net.ship("ANDES", order["awb"])
    trade.net.missing("BLOOM", ["B1"], reason="not there")
    trade.net.void("ANDES", line=order["lines"][0]["line"], box_codes=["B1"], **TYPED)
    assert "Motivo: las cajas no llegaron." in read_by_customers(trade)


@pytest.mark.parametrize(
    ("terms", "read"), [(hidden, "Reason: … left it behind"), (shown, "Reason: Andes Flower Farms")]
)
def test_a_credit_and_a_release_keep_off_the_name_of_a_vendor_that_hides(
    open_trade: OpenTrade, terms: Any, read: str
) -> None:
    trade = open_trade(terms)
    order = trade.confirmed(2)
    line = order["lines"][0]["line"]
    trade.net.scan("BLOOM", order["box_codes"][:1])
    trade.net.credit("BLOOM", "I-1001", line, boxes=1, **TYPED)
    trade.net.release("BLOOM", line, boxes=1, **TYPED)
    assert read_by_customers(trade).count(read) == 2
    staff = [one["body"] for one in trade.net.notifications("BLOOM", "order_line.released") if "bloom" in one["to"]]
    assert staff
    assert all(TYPED["reason"] in body for body in staff)


def test_the_names_of_dropped_goods_keep_it_off_too(open_trade: OpenTrade) -> None:
    trade = open_trade(hidden)
    order = trade.ordered(2)
    trade.net.confirm("ANDES", order["sales_order"], drop_pending=True)
    read = read_by_customers(trade)
    assert "2 HB … Freedom" in read
    assert "Andes" not in read
