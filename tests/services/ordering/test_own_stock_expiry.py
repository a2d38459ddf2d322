"""Orders of the company's own stock: they expire when nobody approves them, and are delivered when their day is
over."""

from __future__ import annotations

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, K2KError, NotFound, NotVisible
from k2k_core.store.tables import Audit
from tests.services.conftest import LOT, Trade
from tests.services.ordering.test_order_expiry import free, prebooked, told

SHIP = "2026-02-05"
TYPED = {"reason": "frost", "confirm": "CONFIRM"}


@pytest.fixture
def own(trade: Trade) -> Trade:
    """The buyer has stock of its own: on hand, and what a farm can deliver."""
    lot = {**LOT, "product": "FREEDOM", "boxes": 4, "web_price": "0.50", "price_a": None}
    farm = {**lot, "inventory_type": "vendor_availability", "va_price": "0.40", "web_price": None}
    trade.net.put("BLOOM", "lots", [{**lot, "code": "OWN"}, {**farm, "code": "FARM"}])
    return trade


@pytest.mark.parametrize(("lot", "minutes"), [("OWN", 1440), ("FARM", 10080)])
def test_own_stock_that_nobody_approves_comes_back(own: Trade, lot: str, minutes: int) -> None:
    order = prebooked(own, lines=[{"lot": lot, "boxes": 3}], ship_date="2026-02-20")
    number = order["invoice_order"] or order["prebook"]
    own.later(minutes=minutes - 1)
    own.net.sweep()
    assert free(own, f"BLOOM/{lot}") == 1
    own.later(minutes=1)
    with pytest.raises(Conflict):
        own.net.checkout("BLOOM", line=order["lines"][0]["line"])
    own.net.sweep()
    assert free(own, f"BLOOM/{lot}") == 4
    assert told(own, "BLOOM", "order.expired") == [{"document": number, "lines": ["1"]}]
    assert own.net.show("BLOOM", number)["status"] == "cancelled"


def test_an_order_of_own_stock_is_delivered_by_itself_when_its_day_is_over(own: Trade) -> None:
    order = own.ordered(2, lot="OWN")
    own.net.checkout("BLOOM", cart=order["cart"])
    own.later(days=3, hours=14)  # eleven in the evening of the ship date, where the buyer is
    own.net.sweep()
    assert own.net.show("BLOOM", order["invoice_order"])["status"] == "checked_out"
    own.later(hours=1)
    for _ in range(2):
        own.net.sweep()
    shown = own.net.show("BLOOM", order["invoice_order"])
    assert (shown["status"], [line["state"] for line in shown["lines"]]) == ("delivered", ["billed"])
    invoice = own.net.show("BLOOM", "I-1001")
    assert (invoice["customer"], invoice["total"]) == ("C-100", shown["total"])
    (lot,) = own.net.quantities("BLOOM", ["OWN"])["items"]
    left = {"lot": "OWN", "boxes": 2, "movement": lot["movement"], "on_hand": lot["on_hand"]}
    done = {"document": order["invoice_order"], "lines": ["1"], "invoice": "I-1001", "lots": [left]}
    assert told(own, "BLOOM", "order.delivered") == [done]
    assert free(own, "BLOOM/OWN") == 2


def test_what_waits_for_its_check_out_is_not_delivered(own: Trade) -> None:
    order = own.ordered(1, lot="OWN")
    again = own.ordered(1, lot="OWN", cart=order["cart"])
    with pytest.raises(Conflict):
        own.net.deliver("BLOOM", order["invoice_order"])
    own.net.checkout("BLOOM", line=order["lines"][0]["line"])
    with pytest.raises(Conflict):
        own.net.deliver("BLOOM", order["invoice_order"])
    own.net.checkout("BLOOM", line=again["lines"][0]["line"])
    assert own.net.deliver("BLOOM", order["invoice_order"])["status"] == "delivered"


def test_what_still_lies_in_a_cart_when_the_day_is_over_holds_up_nobody_elses_delivery(own: Trade) -> None:
    own.later(hours=14, minutes=30)  # half past eleven in the evening, where the buyer is
    order = own.ordered(1, lot="OWN", ship_date="2026-02-02")
    own.ordered(1, lot="OWN", ship_date="2026-02-02", cart=order["cart"])
    other = own.ordered(1, lot="OWN", ship_date="2026-02-02")
    own.net.checkout("BLOOM", line=order["lines"][0]["line"])
    own.net.checkout("BLOOM", cart=other["cart"])
    own.later(minutes=40)
    own.net.sweep()
    assert own.net.show("BLOOM", order["invoice_order"])["status"] == "checked_out"
    assert own.net.show("BLOOM", other["invoice_order"])["status"] == "delivered"
    own.later(minutes=30)
    own.net.sweep()
    assert own.net.show("BLOOM", order["invoice_order"])["status"] == "delivered"


def test_nobody_is_named_for_a_delivery_that_time_made(own: Trade) -> None:
    order = own.ordered(1, lot="OWN")
    own.net.checkout("BLOOM", cart=order["cart"])
    own.later(days=3, hours=15)
    own.net.on_behalf_of(Actor("ana@andes.example", None)).sweep()
    assert own.net.show("BLOOM", order["invoice_order"])["status"] == "delivered"
    with own.net.context.store.whole_network.reading() as session:
        by = session.rows(Audit.select(Audit.person).where(Audit.action == "deliver"))
    assert by == [("host",)]


def test_only_orders_of_own_stock_are_delivered_and_only_by_their_company(own: Trade) -> None:
    order, theirs = own.ordered(1, lot="OWN"), own.checked_out(1)
    own.net.checkout("BLOOM", cart=order["cart"])
    for company, number in (("BLOOM", theirs["prebook"]), ("ANDES", order["invoice_order"]), ("BLOOM", "O-9999")):
        with pytest.raises(NotFound):
            own.net.deliver(company, number)


def test_loose_units_are_delivered_without_boxes(own: Trade) -> None:
    units = {**LOT, "inventory_type": "open_market_units", "product": "FREEDOM", "unit_price": "0.50", "price_a": None}
    own.net.put("BLOOM", "lots", [{**units, "code": "LOOSE", "boxes": 40}])
    order = own.ordered(15, lot="LOOSE")
    own.net.checkout("BLOOM", cart=order["cart"])
    shown = own.net.deliver("BLOOM", order["invoice_order"])
    assert (shown["status"], shown["lines"][0]["box_codes"]) == ("delivered", [])


def test_own_stock_for_a_day_that_the_buyer_serves_no_more_is_not_checked_out(own: Trade) -> None:
    order = own.ordered(1, lot="OWN")
    own.net.set("BLOOM", customer="C-100", values={"days_of_service": {"mon": ""}})
    with pytest.raises(K2KError) as refused:
        own.net.checkout("BLOOM", cart=order["cart"])
    assert refused.value.code == "customer_no_service"
    assert not isinstance(refused.value, NotVisible)
