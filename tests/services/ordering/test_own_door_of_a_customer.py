"""A final customer acts for itself through the facade, as a shop does for it: its dates, its carts, its orders.
Another customer's are as unknown to it as those that do not exist."""

from __future__ import annotations

import json
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import (
    CartExpired,
    Conflict,
    IdempotencyMismatch,
    Invalid,
    InvalidQuantity,
    K2KError,
    NotAllowed,
    NotFound,
)
from tests.services.conftest import LOT, Trade

DAY = "2026-02-05"
COSTS = ("0.30", "0.21", "ANDES", "Andes", "P-1001", "S-1001K")
"""What the buyer pays, and the names and numbers that would tell of its vendor."""


def customer(trade: Trade, code: str = "C-100") -> K2K:
    """The facade as a shop has it for a customer: with a token of it."""
    actor = trade.net.key_actor(str(trade.net.customer_token("BLOOM", code)["secret"]))
    assert actor is not None
    return trade.net.on_behalf_of(actor)


def in_cart(shop: K2K, boxes: int = 2, code: str = "C-100", **more: Any) -> Any:
    line = shop.catalog("BLOOM", code, ship_date=DAY)["lines"][0]["line"]
    return shop.add("BLOOM", code, line=line, boxes=boxes, ship_date=DAY, **more)


@pytest.fixture
def others(trade: Trade) -> K2K:
    """The door of another customer."""
    trade.net.put("BLOOM", "customers", [{"code": "C-300", "name": "Dale Florist", "type": "B", "ship_via": "choice"}])
    return customer(trade, "C-300")


def test_a_customer_buys_for_itself_and_reads_its_order(trade: Trade) -> None:
    shop = customer(trade)
    placed = in_cart(shop)
    (cart,) = shop.carts("BLOOM", state="open", lines=True)["items"]
    assert (cart["cart"], cart["boxes"], cart["expires_at"]) == (placed["cart"], 2, placed["expires_at"])
    assert [(line["line"], line["price"]) for line in cart["lines"]] == [(placed["lines"][0]["line"], "0.48")]
    assert shop.orders("BLOOM", pending_lines=False)["items"] == []

    done = shop.checkout("BLOOM", cart=placed["cart"])
    assert (done["number"], done["ship_date"], done["currency"], done["customer"]) == ("B-1001", DAY, "USD", "C-100")
    # 2 boxes of 250 stems at 0.48, with 2.5 % of fuel and 1.25 a box
    assert (done["lines"][0]["total"], done["total"]) == ("240.00", "248.50")
    assert [charge["amount"] for charge in done["charges"]] == ["6.00", "2.50"]
    assert shop.show("BLOOM", "B-1001") == done
    (listed,) = shop.orders("BLOOM", limit=10)["items"]
    assert (listed["number"], listed["boxes"], listed["total"]) == ("B-1001", 2, "248.50")
    assert shop.orders("BLOOM")[0]["number"] == "B-1001"
    assert trade.net.show("ANDES", "S-1001K")["lines"][0]["state"] == "checked_out"


def test_what_a_customer_reads_says_nothing_of_vendors_and_costs(trade: Trade) -> None:
    shop = customer(trade)
    trade.net.set("BLOOM", settings={"auto_billing": "scan"})
    read: list[Any] = [in_cart(shop), shop.carts("BLOOM", lines=True), shop.ship_dates("BLOOM", "C-100")]
    read += [shop.checkout("BLOOM", cart=read[0]["cart"])]
    trade.net.confirm("ANDES", "S-1001K", reference_number="AWB-1")
    trade.net.scan("BLOOM", ["B1", "B2"])
    read += [shop.orders("BLOOM", lines=True, totals=True), shop.orders("BLOOM"), shop.show("BLOOM", "B-1001")]
    said = json.dumps(read)
    assert [word for word in COSTS if f'"{word}' in said] == []
    (invoice,) = shop.orders("BLOOM", kind="invoice")["items"]
    assert shop.show("BLOOM", invoice["number"])["total"] == invoice["total"] == "248.50"


def test_its_dates_are_those_of_all_vendors_and_of_own_stock_together(trade: Trade) -> None:
    shop = customer(trade)
    each = [trade.net.ship_dates("BLOOM", "C-100", vendor)["dates"] for vendor in ("ANDES", "SIERRA", "BLOOM")]
    answer = shop.ship_dates("BLOOM", "C-100")
    assert answer == {"first": min(map(min, each)), "dates": sorted({day for days in each for day in days})}
    vendors = {day for days in each[:2] for day in days}
    trade.net.set("BLOOM", customer="C-100", values={"ship_via": "warehouse"})
    assert set(shop.ship_dates("BLOOM", "C-100", ship_via="warehouse")["dates"]) >= vendors
    assert shop.ship_dates("BLOOM", "C-100", ship_via="grower") == {"first": None, "dates": []}
    for wrong in ({"customer": "C-200"}, {"customer": None}, {"customer": "C-100", "vendor": "ANDES"}):
        with pytest.raises(NotAllowed):
            shop.ship_dates("BLOOM", **wrong)


def test_another_customers_carts_and_orders_are_unknown_to_it(trade: Trade, others: K2K) -> None:
    shop = customer(trade)
    first, second = in_cart(shop, 1), in_cart(shop, 1)
    shop.checkout("BLOOM", cart=first["cart"])
    name = second["lines"][0]["line"]
    for ask in (
        lambda k: k.checkout("BLOOM", cart=second["cart"]),
        lambda k: k.checkout("BLOOM", line=name),
        lambda k: k.cancel("BLOOM", cart=second["cart"]),
        lambda k: k.cancel("BLOOM", line=name),
        lambda k: k.cancel("BLOOM", prebook="B-1001"),
        lambda k: k.cancel("BLOOM", purchase_order="P-1001"),
        lambda k: k.show("BLOOM", "B-1001"),
        lambda k: in_cart(k, 1, "C-300", cart=second["cart"]),
    ):
        with pytest.raises(NotFound):
            ask(others)
    with pytest.raises(NotFound):
        shop.show("BLOOM", "P-1001")
    assert others.carts("BLOOM")["items"] == others.orders("BLOOM") == others.orders("BLOOM", limit=9)["items"] == []
    for refused in (lambda: others.carts("BLOOM", customer="C-100"), lambda: others.orders("BLOOM", customer="C-100")):
        with pytest.raises(NotAllowed):
            refused()
    assert [cart["state"] for cart in shop.carts("BLOOM")["items"]] == ["checked_out", "open"]


def test_another_customers_idempotency_key_answers_nothing(trade: Trade, others: K2K) -> None:
    shop = customer(trade)
    cart = in_cart(shop, 1)["cart"]
    done = shop.checkout("BLOOM", cart=cart, key="web-1")
    assert shop.checkout("BLOOM", cart=cart, key="web-1") == done
    with pytest.raises((IdempotencyMismatch, NotFound)):
        others.checkout("BLOOM", cart=cart, key="web-1")


def test_a_customer_searches_its_orders_by_no_words_and_no_vendor(trade: Trade) -> None:
    shop = customer(trade)
    shop.checkout("BLOOM", cart=in_cart(shop)["cart"])
    for search in ({"search": "andes"}, {"q": "andes"}):
        with pytest.raises(NotAllowed):
            shop.orders("BLOOM", **search)
    for hidden in (
        {"partner": "ANDES"},
        {"awb": "AWB-1"},
        {"vendor_ship_date_from": DAY},
        {"sort": "vendor_ship_date"},
    ):
        with pytest.raises(Invalid):
            shop.orders("BLOOM", **hidden)
    assert [row["number"] for row in shop.orders("BLOOM", number="B-1001", sort="-created_at")["items"]] == ["B-1001"]


def test_a_customer_takes_a_line_out_of_its_cart(trade: Trade) -> None:
    shop, before = customer(trade), trade.available()
    first = in_cart(shop, 1)
    second = in_cart(shop, 2, cart=first["cart"])
    shop.cancel("BLOOM", line=first["lines"][0]["line"])
    (cart,) = shop.carts("BLOOM", lines=True)["items"]
    assert [(line["boxes"], line["state"]) for line in cart["lines"]] == [(1, "cancelled"), (2, "in_cart")]
    assert trade.available() == before - 2
    shop.cancel("BLOOM", cart=second["cart"])
    assert trade.available() == before


def test_a_customer_takes_some_boxes_of_a_line_out_of_its_cart(trade: Trade) -> None:
    shop, before = customer(trade), trade.available()
    placed = in_cart(shop, 5)
    line = placed["lines"][0]["line"]
    shop.cancel("BLOOM", line=line, boxes=2, key="fewer")
    shop.cancel("BLOOM", line=line, boxes=2, key="fewer")  # a repeat takes no more
    assert trade.available() == before - 3
    (cart,) = shop.carts("BLOOM", lines=True, state="open")["items"]
    assert [(one["boxes"], one["state"]) for one in cart["lines"]] == [(3, "in_cart"), (2, "cancelled")]
    for wrong in (4, 0):
        with pytest.raises(InvalidQuantity):
            shop.cancel("BLOOM", line=line, boxes=wrong)
    with pytest.raises(Invalid):
        shop.cancel("BLOOM", cart=placed["cart"], boxes=1)
    done = shop.checkout("BLOOM", cart=placed["cart"])
    assert [(one["boxes"], one["total"]) for one in done["lines"] if one["state"] == "checked_out"] == [(3, "360.00")]
    assert done["total"] == "372.75"  # with 2.5 % and 1.25 a box of what is left
    assert [one["boxes"] for one in trade.net.show("ANDES", "S-1001K")["lines"]] == [3, 2]
    shop.cancel("BLOOM", line=line, boxes=1)  # ordered, and not confirmed yet
    trade.net.confirm("ANDES", "S-1001K", reference_number="AWB-1")
    with pytest.raises(Conflict):
        shop.cancel("BLOOM", line=line, boxes=1)
    assert trade.available() == before - 2
    shop.cancel("BLOOM", line=in_cart(shop, 1)["lines"][0]["line"], boxes=1)  # all boxes of a line: the line


def test_a_customer_cancels_its_order_until_the_vendor_has_confirmed_it(trade: Trade) -> None:
    shop = customer(trade)
    for _ in range(2):
        shop.checkout("BLOOM", cart=in_cart(shop, 1)["cart"])
    before = trade.available()
    assert shop.cancel("BLOOM", prebook="B-1001")["lines"][0]["state"] == "cancelled"
    assert trade.available() == before + 1
    trade.net.confirm("ANDES", "S-1002K", reference_number="AWB-1")
    with pytest.raises(Conflict):
        shop.cancel("BLOOM", prebook="B-1002")


def test_a_cart_whose_time_is_over_is_refused_to_its_customer_too(trade: Trade) -> None:
    shop = customer(trade)
    cart = in_cart(shop)["cart"]
    trade.later(minutes=59, seconds=59)
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}])
    trade.later(seconds=1)
    with pytest.raises(CartExpired):
        shop.checkout("BLOOM", cart=cart)
    assert shop.carts("BLOOM", state="open")["items"] == []


def test_nothing_else_is_open_to_a_customer(trade: Trade) -> None:
    shop = customer(trade)
    shop.checkout("BLOOM", cart=in_cart(shop)["cart"])
    for refused in (
        lambda: shop.line("BLOOM", "1"),
        lambda: shop.timeline("BLOOM", "B-1001"),
        lambda: shop.deliver("BLOOM", "B-1001"),
        lambda: shop.approve("BLOOM", prebook="B-1001"),
        lambda: shop.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1"}]),
        lambda: shop.orders("ANDES"),
        lambda: shop.carts("ANDES"),
    ):
        with pytest.raises(K2KError) as error:
            refused()
        assert isinstance(error.value, NotAllowed)
