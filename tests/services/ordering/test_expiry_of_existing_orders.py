"""Orders that are older than the expiry of orders get their time from the migration on (domain section 5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from k2k_core.store.migrations import m0009_order_ends
from k2k_core.store.tables import Document, OrderLine
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"
TYPED = {"reason": "frost", "confirm": "CONFIRM"}


def as_before(trade: Trade) -> None:
    """The lines as they were stored before; a cart's end stayed with its lines when they were checked out."""
    carts = OrderLine.update(expires_at=dt.datetime(2026, 2, 2, 15, tzinfo=dt.UTC))
    nothing: dict[str, Any] = {"notice_at": None, "overdue_at": None}
    with trade.net.context.store.whole_network.writing() as session:
        session.change(OrderLine.update(expires_at=None, **nothing).where(OrderLine.cart_id.is_null()))
        session.change(carts.where(OrderLine.cart_id.is_null(False)))
        session.change(OrderLine.update(**nothing))
        session.change(Document.update(ends_at=None))


def migrated(trade: Trade) -> None:
    with trade.net.context.store.whole_network.writing() as session:
        m0009_order_ends.backfill(session._database, session.now)


def ends(trade: Trade, number: str) -> str | None:
    return trade.net.show("BLOOM", number)["expires_at"]


def test_what_waits_for_its_approval_gets_all_its_minutes_however_long_it_has_waited(trade: Trade) -> None:
    future = {**LOT, "inventory_type": "future_sales", "price_a": None, "purchase_order_price": "0.30"}
    trade.net.put("ANDES", "lots", [{**future, "code": "F1", "boxes": 4, "arrival_date": "2026-02-03"}])
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 3, "web_price": "0.50"}])
    trade.net.change_terms("ANDES", "BLOOM", "ANDES", {"share_future_sales": True})
    placed = [
        trade.net.prebook("BLOOM", "C-100", [{"lot": lot, "boxes": 1}], ship_date, ship_via)
        for lot, ship_via, ship_date in (
            ("ANDES/L1", "warehouse", SHIP),
            ("ANDES/F1", "grower", "2026-02-12"),
            ("OWN", "warehouse", SHIP),
        )
    ]
    as_before(trade)
    trade.later(hours=20)
    migrated(trade)
    assert [ends(trade, one["purchase_order"] or one["invoice_order"]) for one in placed] == [
        "2026-02-04T10:00:00Z",
        "2026-02-10T10:00:00Z",
        "2026-02-04T10:00:00Z",
    ]
    trade.later(hours=18)
    trade.net.sweep()
    assert len([one for one in trade.net.events("ANDES") if one["type"] == "order.expiring"]) == 1
    trade.later(hours=6)
    trade.net.sweep()
    assert trade.net.show("BLOOM", placed[0]["prebook"])["status"] == "cancelled"


def set_cut_offs(trade: Trade) -> None:
    """The vendor ships two days after the order, and takes orders until ten, or until its carrier leaves at eight; the
    buyer takes orders for its own stock until nine."""
    trade.net.put("ANDES", "carriers", [{"code": "TRUCK", "name": "Truck", "cut_offs": {"tue": "0800"}}])
    trade.net.set("ANDES", settings={"ship_days_offset": 1, "cut_offs": {"tue": "1000", "wed": "1000"}})
    days = {"mon": "TRUCK", "tue": "TRUCK", "wed": "TRUCK"}
    trade.net.put("ANDES", "customers", [{"code": "BLOOM", "type": "A", "company": "BLOOM", "days_of_service": days}])
    trade.net.set("BLOOM", settings={"cut_offs": {"tue": "0900", "wed": "no_shipping"}})


def test_nothing_waits_longer_than_its_day_can_be_reached(trade: Trade) -> None:
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 3, "web_price": "0.50"}])
    placed = [
        trade.net.prebook("BLOOM", "C-100", [{"lot": lot, "boxes": 1}], day)
        for lot, day in (("ANDES/L1", SHIP), ("OWN", "2026-02-03"), ("OWN", SHIP))
    ]
    goods = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
    later = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], "2026-02-12")
    set_cut_offs(trade)
    as_before(trade)
    trade.later(hours=20)
    migrated(trade)
    carrier = "2026-02-03T13:00:00Z"
    assert [ends(trade, one["purchase_order"] or one["invoice_order"]) for one in placed] == [
        carrier,
        "2026-02-03T14:00:00Z",
        "2026-02-04T10:00:00Z",
    ]
    assert ends(trade, goods["number"]) == carrier
    assert ends(trade, later["number"]) == "2026-02-10T13:00:00Z"


def test_what_can_not_be_reached_any_more_ends_with_the_next_sweep(trade: Trade) -> None:
    order = trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], "2026-02-03")
    as_before(trade)
    trade.later(days=1)
    migrated(trade)
    trade.net.sweep()
    assert trade.net.show("BLOOM", order["prebook"])["status"] == "cancelled"


def test_goods_wait_until_their_vendor_ship_date_is_over(trade: Trade) -> None:
    order = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
    sent = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
    trade.net.transfer("BLOOM", sent["number"])
    as_before(trade)
    migrated(trade)
    assert ends(trade, order["number"]) == ends(trade, sent["number"]) == "2026-02-05T05:00:00Z"


def test_what_its_vendor_has_not_confirmed_is_overdue_from_its_day_or_the_migration_on(trade: Trade) -> None:
    soon, late = trade.checked_out(1), trade.checked_out(1, ship_date="2026-02-03")
    confirmed = trade.confirmed(1, ship_date="2026-02-04")
    accepted = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], SHIP)
    trade.net.transfer("BLOOM", accepted["number"])
    trade.net.accept_order("ANDES", accepted["number"])
    as_before(trade)
    trade.later(days=1)
    migrated(trade)
    assert ends(trade, soon["purchase_order"]) == ends(trade, accepted["number"]) == "2026-02-08T05:00:00Z"
    assert ends(trade, late["purchase_order"]) == "2026-02-06T14:00:00Z"
    assert ends(trade, confirmed["purchase_order"]) is None
    trade.net.sweep()
    assert [one["number"] for one in trade.net.orders("ANDES", "overdue")] == [late["sales_order"]]
    assert trade.net.confirm("ANDES", late["sales_order"], late=True)["dropped"] == []


def test_a_cart_ends_as_it_would_have(trade: Trade) -> None:
    cart = trade.ordered(1)
    as_before(trade)
    migrated(trade)
    assert ends(trade, cart["prebook"]) == "2026-02-02T15:00:00Z"


def test_orders_of_own_stock_of_days_that_are_over_are_left_to_their_people(trade: Trade) -> None:
    trade.net.put("BLOOM", "lots", [{**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 3, "web_price": "0.50"}])
    over, ahead = (trade.ordered(1, lot="OWN", ship_date=day) for day in ("2026-02-02", SHIP))
    for one in (over, ahead):
        trade.net.checkout("BLOOM", cart=one["cart"])
    as_before(trade)
    trade.later(days=1)
    migrated(trade)
    trade.later(days=5)
    trade.net.sweep()
    assert trade.net.show("BLOOM", ahead["invoice_order"])["status"] == "delivered"
    shown = trade.net.show("BLOOM", over["invoice_order"])
    assert (shown["status"], shown["expires_at"]) == ("checked_out", None)
    assert trade.net.deliver("BLOOM", over["invoice_order"])["status"] == "delivered"


def test_what_is_needed_and_ordered_from_nobody_never_ends(trade: Trade) -> None:
    confirmed = trade.confirmed(1)
    trade.net.void("ANDES", sales_order=confirmed["sales_order"], **TYPED)
    as_before(trade)
    migrated(trade)
    trade.later(days=30)
    trade.net.sweep()
    assert [line["state"] for line in trade.net.show("BLOOM", confirmed["prebook"])["lines"]] == ["cancelled", "needed"]
