"""A salesperson's prebook of own stock, alone or together with a vendor's boxes: approved as one, and cancelled by its
buyer."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, NotAllowed, NotFound, NotVisible
from k2k_core.store.tables import Audit
from tests.services.conftest import LOT, Trade
from tests.services.ordering.test_order_expiry import free, prebooked, told

SHIP = "2026-02-05"
MIXED = [{"lot": "ANDES/L1", "boxes": 2}, {"lot": "OWN", "boxes": 3}]


@pytest.fixture
def own(trade: Trade) -> Trade:
    """The buyer has stock of its own: on hand, to come, and what a farm can deliver."""
    lot = {**LOT, "product": "FREEDOM", "boxes": 4, "web_price": "0.50", "price_a": None}
    farm = {**lot, "inventory_type": "vendor_availability", "va_price": "0.40", "web_price": None}
    future = {**lot, "inventory_type": "future_sales", "purchase_order_price": "0.40", "web_price": None}
    trade.net.put("BLOOM", "lots", [{**lot, "code": "OWN"}, {**farm, "code": "FARM"}, {**future, "code": "FUTURE"}])
    return trade


def states(trade: Trade, number: str) -> list[str]:
    return [line["state"] for line in trade.net.show("BLOOM", number)["lines"]]


def test_own_boxes_on_hand_are_approved_with_the_prebook_that_they_were_placed_with(own: Trade) -> None:
    order = prebooked(own, lines=MIXED)
    approved = own.net.approve("BLOOM", prebook=order["prebook"])
    assert (approved["number"], approved["status"]) == (order["prebook"], "checked_out")
    shown = own.net.show("BLOOM", order["invoice_order"])
    assert (shown["status"], shown["reference_number"]) == ("checked_out", order["prebook"])
    assert states(own, order["prebook"]) == states(own, order["invoice_order"]) == ["checked_out"]
    own.later(days=1, minutes=1)
    own.net.sweep()
    assert free(own, "BLOOM/OWN") == 1, "what is approved waits for no approval any more"
    documents = [told_of["document"] for told_of in told(own, "BLOOM", "order.checked_out")]
    assert documents == [order["prebook"], order["invoice_order"]]
    with pytest.raises(Conflict, match="Nothing of"):
        own.net.approve("BLOOM", prebook=order["prebook"])
    with pytest.raises(Conflict, match="Nothing of"):
        own.net.approve("BLOOM", prebook=order["invoice_order"])


def test_what_was_approved_by_itself_leaves_the_rest_to_the_prebook(own: Trade) -> None:
    order = prebooked(own, lines=MIXED)
    own.net.approve("BLOOM", order["purchase_order"])
    assert states(own, order["invoice_order"]) == ["in_cart"]
    own.net.approve("BLOOM", prebook=order["prebook"])
    assert states(own, order["invoice_order"]) == ["checked_out"]
    alone = prebooked(own, lines=[{"lot": "ANDES/L1", "boxes": 1}, {"lot": "OWN", "boxes": 1}])
    own.net.approve("BLOOM", prebook=alone["invoice_order"])
    assert (states(own, alone["invoice_order"]), states(own, alone["prebook"])) == (["checked_out"], ["in_cart"])


def test_own_boxes_of_another_prebook_wait_on(own: Trade) -> None:
    first, second = (prebooked(own, lines=[{**one, "boxes": 1} for one in MIXED]) for _ in range(2))
    own.net.approve("BLOOM", prebook=second["prebook"])
    assert states(own, first["invoice_order"]) == ["in_cart"]
    assert states(own, second["invoice_order"]) == ["checked_out"]


def test_own_boxes_whose_day_is_served_no_more_hold_up_the_approval_of_all(own: Trade) -> None:
    order = prebooked(own, lines=MIXED)
    own.net.set("BLOOM", lot="OWN", values={"arrival_date": "2026-02-09"})
    with pytest.raises(NotVisible, match="OWN"):
        own.net.approve("BLOOM", prebook=order["prebook"])
    assert states(own, order["prebook"]) == states(own, order["invoice_order"]) == ["in_cart"]


def test_the_order_of_own_stock_is_found_by_the_number_of_its_prebook(own: Trade) -> None:
    order = prebooked(own, lines=MIXED)
    found = [one["number"] for one in own.net.orders("BLOOM", order["prebook"])]
    assert order["invoice_order"] in found


def test_a_repeated_approval_is_one(own: Trade) -> None:
    order = prebooked(own, lines=MIXED)
    first = own.net.approve("BLOOM", prebook=order["prebook"], key="k")
    assert own.net.approve("BLOOM", prebook=order["prebook"], key="k") == first


@pytest.mark.parametrize("lot", ["FARM", "FUTURE"])
@pytest.mark.parametrize("sold", ["prebook", "cart"])
def test_own_boxes_that_never_come_are_cancelled_by_their_buyer_at_any_time(own: Trade, lot: str, sold: str) -> None:
    order = _agreed(own, lot, sold)
    own.later(days=30)
    own.net.sweep()
    assert states(own, order["prebook"]) == ["checked_out"], "nobody confirms them: they do not end by time"
    shown = own.net.cancel("BLOOM", line=order["lines"][0]["line"])
    assert (shown["status"], states(own, order["prebook"])) == ("cancelled", ["cancelled"])
    assert free(own, f"BLOOM/{lot}") == 4
    line = {"line": order["lines"][0]["line"], "boxes": 3, "reason": "cancelled by the buyer"}
    events = [one["data"] for one in own.net.events("BLOOM") if one["type"] == "order_line.cancelled"]
    assert [{name: event[name] for name in line} for event in events] == [line]
    with own.net.context.store.whole_network.reading() as session:
        rows = session.rows(Audit.select(Audit.subject).where(Audit.action == "cancel"))
    assert rows == [(order["prebook"],)]
    assert own.net.verify() == []
    with pytest.raises(Conflict):
        own.net.cancel("BLOOM", line=order["lines"][0]["line"])


def _agreed(own: Trade, lot: str, sold: str) -> dict[str, Any]:
    if sold == "prebook":
        order = prebooked(own, lines=[{"lot": lot, "boxes": 3}])
        own.net.approve("BLOOM", prebook=order["prebook"])
        return order
    order = own.ordered(3, lot=lot)
    own.net.checkout("BLOOM", cart=order["cart"])
    return order


def test_they_are_cancelled_beside_what_a_vendor_has_confirmed(own: Trade) -> None:
    order = prebooked(own, lines=[{"lot": "ANDES/L1", "boxes": 2}, {"lot": "FARM", "boxes": 3}])
    own.net.approve("BLOOM", prebook=order["prebook"])
    own.net.confirm("ANDES", order["sales_order"])
    with pytest.raises(Conflict):
        own.net.cancel("BLOOM", prebook=order["prebook"])
    own.net.cancel("BLOOM", line=order["lines"][1]["line"])
    prebook = own.net.show("BLOOM", order["prebook"])
    assert ([line["state"] for line in prebook["lines"]], prebook["status"]) == (["staged", "cancelled"], "confirmed")
    assert free(own, "BLOOM/FARM") == 4


def test_nobody_else_cancels_them(own: Trade) -> None:
    order = _agreed(own, "FARM", "prebook")
    line = order["lines"][0]["line"]
    with pytest.raises(NotFound):
        own.net.cancel("ANDES", line=line)
    with pytest.raises(NotFound):
        own.net.void("ANDES", line=line, reason="frost", confirm="CONFIRM")
    with pytest.raises(NotAllowed):
        own.net.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset({"warehouse"}))).cancel("BLOOM", line=line)
    assert states(own, order["prebook"]) == ["checked_out"]
