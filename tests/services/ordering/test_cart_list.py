"""A company's carts page by page, and one order line read back."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotFound
from tests.services.conftest import LOT, Trade


def carts(net: K2K, **asked: Any) -> list[str]:
    page = net.carts("BLOOM", limit=100, count=True, **asked)
    assert page["count"] == len(page["items"])
    return [row["cart"] for row in page["items"]]


def test_carts_are_listed_by_state_customer_and_words(trade: Trade) -> None:
    net = trade.net
    done = trade.checked_out(1)["cart"]
    trade.later(minutes=30)
    held = trade.ordered(1, customer="C-200")["cart"]
    gone = trade.ordered(1)["cart"]
    net.cancel("BLOOM", cart=gone)
    assert carts(net) == carts(net, sort="-opened_at")[::-1] == [done, held, gone]
    assert carts(net, state="open") == carts(net, customer="C-200") == carts(net, q="HÉLD") == [held]
    assert carts(net, state="checked_out") == [done]
    assert carts(net, state="cancelled") == [gone]
    assert carts(net, cart=f"{done},{gone}") == [done, gone]
    assert carts(net, ship_date_from="2026-02-06") == carts(net, ship_date_to="2026-02-04") == []
    assert net.carts("ANDES")["items"] == []
    with pytest.raises(Invalid):
        net.carts("BLOOM", state="lost")


def test_the_cart_of_a_document_is_found_by_its_number(trade: Trade) -> None:
    first, second = trade.ordered(1)["cart"], trade.ordered(1, customer="C-200")["cart"]
    for cart in (first, second):
        (row,) = trade.net.carts("BLOOM", cart=cart)["items"]
        (number,) = row["documents"]
        assert carts(trade.net, document=number) == [cart]
    assert carts(trade.net, document="B-9999") == []


def test_a_cart_whose_time_is_over_has_expired_swept_or_not(trade: Trade) -> None:
    cart = trade.ordered(1)["cart"]
    trade.later(minutes=59)
    assert carts(trade.net, state="open") == [cart]
    trade.later(minutes=1)
    assert carts(trade.net, state="expired") == [cart]
    before = trade.net.carts("BLOOM")["items"][0]["state"]
    trade.net.sweep()
    assert before == trade.net.carts("BLOOM")["items"][0]["state"] == "expired"


def test_a_cart_is_read_back_with_its_lines(trade: Trade) -> None:
    net = trade.net
    net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    placed = trade.ordered(2)
    net.add("BLOOM", "C-100", lot="OWN", boxes=1, ship_date="2026-02-05", cart=placed["cart"])
    (cart,) = net.carts("BLOOM", lines=True)["items"]
    assert (cart["boxes"], cart["line_counts"], cart["customer_name"]) == (3, {"in_cart": 2}, "Corner Florist")
    assert cart["documents"] == ["B-1001", "O-1001"]
    assert [(line["lot"], line["boxes"], line["price"]) for line in cart["lines"]] == [
        ("ANDES/L1", 2, "0.48"),
        ("OWN", 1, "0.50"),
    ]
    assert "lines" not in net.carts("BLOOM")["items"][0]
    warehouse = net.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset(("warehouse",))))
    assert "price" not in warehouse.carts("BLOOM", lines=True)["items"][0]["lines"][0]


def test_a_line_is_read_back_by_each_of_its_companies(trade: Trade) -> None:
    net, placed = trade.net, trade.ordered(2)
    name = placed["lines"][0]["line"]
    ours, theirs = net.line("BLOOM", name), net.line("ANDES", name)
    assert (ours["prebook"], ours["purchase_order"], ours["sales_order"]) == ("B-1001", "P-1001", None)
    assert (theirs["prebook"], theirs["purchase_order"], theirs["sales_order"]) == (None, None, "S-1001K")
    assert (ours["price"], ours["cost"], theirs["price"]) == ("0.48", "0.30", "0.30")
    assert "cost" not in theirs
    assert (ours["cart"], ours["expires_at"]) == (placed["cart"], "2026-02-02T15:00:00Z")
    assert (ours["lot"], theirs["lot"], ours["state"], ours["customer"]) == ("ANDES/L1", "L1", "in_cart", "C-100")
    net.checkout("BLOOM", cart=placed["cart"])
    net.confirm("ANDES", "S-1001K", reference_number="AWB-1")
    now = net.line("BLOOM", name)
    assert (now["state"], now["awb"], now["box_codes"]) == ("staged", "AWB-1", ["B1", "B2"])
    assert now["version"] > ours["version"]
    seller = net.on_behalf_of(Actor("s@bloom.example", "BLOOM", frozenset(("salesperson",))))
    assert seller.line("BLOOM", name)["price"] == "0.48"
    assert "cost" not in seller.line("BLOOM", name)


def test_a_line_without_a_prebook_stands_on_its_purchase_order(trade: Trade) -> None:
    goods = [{"product": "FREEDOM", "box_type": "HB", "boxes": 1}]
    order = trade.net.purchase_order("BLOOM", "ANDES", goods, "2026-02-05")
    name = order["lines"][0]["line"]
    line = trade.net.line("BLOOM", name)
    assert (line["prebook"], line["purchase_order"], line["state"]) == (None, order["number"], "needed")
    with pytest.raises(NotFound):
        trade.net.line("ANDES", name)
    trade.net.approve("BLOOM", order["number"])
    trade.net.transfer("BLOOM", order["number"])
    theirs = trade.net.line("ANDES", name)
    assert (theirs["purchase_order"], theirs["prebook"] is not None) == (None, True)


@pytest.mark.parametrize("name", ["987654", "x", "", "0"])
def test_a_line_of_others_answers_like_one_that_nobody_has(trade: Trade, name: str) -> None:
    line = trade.ordered(1)["lines"][0]["line"]
    for company, asked in (("PETAL", line), ("BLOOM", name)):
        with pytest.raises(NotFound) as refused:
            trade.net.line(company, asked)
        assert refused.value.message.replace(asked, "") == "There is no line ."
