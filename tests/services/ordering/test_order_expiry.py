"""Waiting orders expire, and what is checked out or approved is checked again (domain section 5); each command decides
by the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, K2KError, NotFound, NotVisible, VendorNoService
from k2k_core.store.tables import Audit
from tests.services.conftest import Answer, Trade

SHIP = "2026-02-05"
TYPED = {"reason": "frost", "confirm": "CONFIRM"}


def prebooked(trade: Trade, boxes: int = 2, **more: Any) -> Answer:
    """A salesperson's prebook, which waits for its approval."""
    lines = more.pop("lines", [{"lot": "ANDES/L1", "boxes": boxes}])
    return trade.net.prebook("BLOOM", "C-100", lines, more.pop("ship_date", SHIP), **more)


def free(trade: Trade, lot: str = "ANDES/L1") -> int:
    return int(trade.net.availability([lot])[0]["available"])


def told(trade: Trade, company: str, event: str) -> list[dict[str, Any]]:
    """The data of a type of events, without the id, which is that of the document, and its version."""
    found = [one["data"] for one in trade.net.events(company) if one["type"] == event]
    assert all(one.pop("id") == one["document"] and one.pop("version") > 0 for one in found)
    return found


COMMANDS: dict[str, Callable[[Trade, Answer], object]] = {
    "approve the purchase order": lambda trade, order: trade.net.approve("BLOOM", order["purchase_order"]),
    "approve the prebook": lambda trade, order: trade.net.approve("BLOOM", prebook=order["prebook"]),
    "cancel the purchase order": lambda trade, order: trade.net.cancel("BLOOM", purchase_order=order["purchase_order"]),
    "cancel the prebook": lambda trade, order: trade.net.cancel("BLOOM", prebook=order["prebook"]),
    "cancel the line": lambda trade, order: trade.net.cancel("BLOOM", line=order["lines"][0]["line"]),
    "check out the line": lambda trade, order: trade.net.checkout("BLOOM", line=order["lines"][0]["line"]),
    "confirm": lambda trade, order: trade.net.confirm("ANDES", order["sales_order"], drop_pending=True),
    "confirm late": lambda trade, order: trade.net.confirm("ANDES", order["sales_order"], late=True),
    "void": lambda trade, order: trade.net.void("ANDES", sales_order=order["sales_order"], **TYPED),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_on_an_order_that_has_ended_is_a_conflict_swept_or_not(trade: Trade, command: str) -> None:
    order = prebooked(trade)
    trade.later(minutes=1440)
    for _ in range(2):
        with pytest.raises(Conflict):
            COMMANDS[command](trade, order)
        trade.net.sweep()
    assert free(trade) == 6


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.startswith(("approve", "cancel"))])
def test_a_minute_before_its_end_an_order_can_be_approved_and_cancelled(trade: Trade, command: str) -> None:
    order = prebooked(trade)
    trade.later(minutes=1439)
    COMMANDS[command](trade, order)
    assert told(trade, "ANDES", "order.expired") == []


def test_nothing_is_released_of_an_order_that_the_vendor_did_not_confirm_in_time(trade: Trade) -> None:
    order = prebooked(trade)
    trade.net.approve("BLOOM", prebook=order["prebook"])
    trade.later(days=10)
    for _ in range(2):
        with pytest.raises(Conflict):
            trade.net.release("BLOOM", order["lines"][0]["line"], **TYPED)
        trade.net.sweep()
    assert told(trade, "BLOOM", "order_line.released") == []


def test_whoever_wants_boxes_of_an_order_that_has_ended_gets_them_before_any_sweep(trade: Trade) -> None:
    prebooked(trade, 6)
    trade.later(days=1)
    assert trade.ordered(6)["lines"][0]["boxes"] == 6
    trade.later(hours=2)
    assert prebooked(trade, 6)["lines"][0]["boxes"] == 6


def test_the_settings_say_how_long_an_order_waits_and_how_long_it_may_be_overdue(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"approval_minutes": 30, "overdue_days": 1})
    order, other = prebooked(trade, 1), trade.checked_out(1)
    trade.later(minutes=30)
    assert trade.net.sweep() == 1
    assert trade.net.show("BLOOM", order["prebook"])["status"] == "cancelled"
    assert trade.net.show("BLOOM", other["purchase_order"])["expires_at"] == "2026-02-06T05:00:00Z"


def test_overdue_days_of_nothing_end_an_order_with_its_vendor_ship_date(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"overdue_days": 0})
    order = trade.checked_out(1)
    trade.later(days=3)
    with pytest.raises(Conflict):
        trade.net.confirm("ANDES", order["sales_order"], late=True)
    trade.net.sweep()
    assert told(trade, "ANDES", "order.overdue") == []
    assert told(trade, "ANDES", "order.expired") == [{"document": order["sales_order"], "lines": ["1"]}]


def test_both_companies_are_told_of_the_end_each_under_its_own_number(trade: Trade) -> None:
    order = prebooked(trade)
    trade.later(days=1)
    trade.net.sweep()
    assert told(trade, "BLOOM", "order.expired") == [{"document": order["prebook"], "lines": ["1"]}]
    assert told(trade, "ANDES", "order.expired") == [{"document": order["sales_order"], "lines": ["1"]}]
    assert told(trade, "SIERRA", "order.expired") == []


def test_that_an_order_ends_soon_and_that_it_is_overdue_is_told_once(trade: Trade) -> None:
    order = prebooked(trade, 1)
    trade.later(hours=18)
    for _ in range(2):
        trade.net.sweep()
    assert len(told(trade, "ANDES", "order.expiring")) == 1
    trade.net.approve("BLOOM", order["purchase_order"])
    trade.later(days=2)  # past the midnight after the vendor ship date
    for _ in range(2):
        trade.net.sweep()
    assert told(trade, "BLOOM", "order.overdue") == [{"document": order["prebook"], "lines": ["1"]}]
    trade.later(days=2, hours=3)
    for _ in range(2):
        trade.net.sweep()
    assert len(told(trade, "ANDES", "order.expiring")) == 2
    assert told(trade, "ANDES", "order.expired") == []


def test_approval_is_told_to_the_people_that_a_check_out_is_told_to(trade: Trade) -> None:
    trade.net.set("BLOOM", settings={"k2k_checkout_notification_to": ["desk@bloom.example"]})
    trade.net.set("ANDES", customer="BLOOM", values={"salesperson_email": "carlos@andes.example"})
    order = prebooked(trade)
    assert {row["to"] for row in trade.net.notifications(event="order.placed")} == {
        *("sally@bloom.example", "desk@bloom.example", "carlos@andes.example")
    }
    trade.net.approve("BLOOM", prebook=order["prebook"])
    rows = trade.net.notifications(event="order.checked_out")
    assert [row["to"] for row in rows] == ["sally@bloom.example", "desk@bloom.example", "carlos@andes.example"]
    assert all("Before: waiting for an approval. Now: checked out." in row["body"] for row in rows)
    assert order["sales_order"] in rows[2]["body"]


def test_a_prebook_is_approved_with_all_its_orders_and_leaves_the_lines_of_others_alone(trade: Trade) -> None:
    both = [{"lot": "ANDES/L1", "boxes": 1}, {"lot": "SIERRA/S1", "boxes": 1}]
    mine, other = prebooked(trade, lines=both), prebooked(trade, 2)
    assert other["purchase_order"] == mine["purchase_order"]  # they have joined
    assert trade.net.approve("BLOOM", prebook=mine["prebook"])["status"] == "checked_out"
    shared, alone = (trade.net.show("BLOOM", one["purchase_order"]) for one in mine["lines"])
    assert (shared["status"], alone["status"]) == ("pending_approval", "approved")
    assert [line["state"] for line in shared["lines"]] == ["checked_out", "in_cart"]
    with pytest.raises(Conflict):
        trade.net.approve("BLOOM", prebook=mine["prebook"])
    trade.net.approve("BLOOM", mine["purchase_order"])
    assert trade.net.show("BLOOM", mine["purchase_order"])["status"] == "approved"


def test_when_the_lines_of_others_have_ended_what_is_left_of_an_order_is_approved(trade: Trade) -> None:
    mine = prebooked(trade, 1)
    prebooked(trade, 2)
    trade.net.approve("BLOOM", prebook=mine["prebook"])
    trade.later(days=1)
    trade.net.sweep()
    shown = trade.net.show("BLOOM", mine["purchase_order"])
    assert (shown["status"], [line["state"] for line in shown["lines"]]) == ("approved", ["checked_out", "cancelled"])


def test_nothing_is_approved_by_a_number_of_nobody_or_by_two(trade: Trade) -> None:
    order = prebooked(trade)
    with pytest.raises(NotFound):
        trade.net.approve("BLOOM", prebook="B-9999")
    with pytest.raises(NotFound):
        trade.net.approve("PETAL", prebook=order["prebook"])
    for named in ({}, {"purchase_order": order["purchase_order"], "prebook": order["prebook"]}):
        with pytest.raises(K2KError) as refused:
            trade.net.approve("BLOOM", **named)
        assert refused.value.code == "invalid"


def test_a_cart_is_not_approved_it_is_checked_out(trade: Trade) -> None:
    order = trade.ordered(1)
    with pytest.raises(Conflict):
        trade.net.approve("BLOOM", prebook=order["prebook"])


# Asked again


def served_on(trade: Trade, *days: str) -> None:
    trade.net.set("ANDES", customer="BLOOM", values={"days_of_service": dict.fromkeys(days, "")})


def test_a_date_that_is_offered_no_more_is_refused_at_check_out_and_at_approval(trade: Trade) -> None:
    cart, order = trade.ordered(1), prebooked(trade, 1)
    served_on(trade, "mon")
    for command in (
        lambda: trade.net.checkout("BLOOM", cart=cart["cart"]),
        lambda: trade.net.approve("BLOOM", order["purchase_order"]),
        lambda: trade.net.approve("BLOOM", prebook=order["prebook"]),
    ):
        with pytest.raises(VendorNoService):
            command()
    served_on(trade, "wed")
    trade.net.checkout("BLOOM", cart=cart["cart"])
    assert trade.net.approve("BLOOM", order["purchase_order"])["status"] == "approved"


@pytest.mark.parametrize("values", [{"arrival_date": "2026-02-20"}, {"arrival_date": "2026-01-24"}])
def test_a_buyers_people_read_no_age_and_no_arrival_of_a_vendors_lot_that_is_refused(
    trade: Trade, values: dict[str, Any]
) -> None:
    cart, order = trade.ordered(1), prebooked(trade, 1)
    trade.net.set("ANDES", lot="L1", values=values)
    buyer = trade.net.on_behalf_of(Actor("bob@bloom.example", "BLOOM", frozenset({"sales_manager"})))
    for command in (
        lambda: buyer.checkout("BLOOM", cart=cart["cart"]),
        lambda: buyer.approve("BLOOM", order["purchase_order"]),
    ):
        with pytest.raises(NotVisible) as refused:
            command()
        assert "held back by the vendor" in refused.value.message
        assert "aging" not in str(refused.value.facts)
        assert "arrive" not in refused.value.message


def test_a_cut_off_that_was_typed_while_the_cart_was_open_closes_its_date(trade: Trade) -> None:
    cart = trade.ordered(1, ship_date="2026-02-03")
    trade.later(minutes=30)
    trade.net.set("ANDES", settings={"cut_offs": {"mon": "0915"}})
    with pytest.raises(K2KError) as refused:
        trade.net.checkout("BLOOM", cart=cart["cart"])
    assert refused.value.code == "cut_off_passed"


def test_a_suspended_connection_leaves_what_was_ordered_as_it_was(trade: Trade) -> None:
    cart, order = trade.ordered(1), prebooked(trade, 1)
    trade.net.suspend("ANDES", "BLOOM", "ANDES")
    trade.net.checkout("BLOOM", cart=cart["cart"])
    trade.net.approve("BLOOM", order["purchase_order"])
    served_on(trade, "mon")
    trade.net.confirm("ANDES", order["sales_order"])


def test_the_confirmation_does_not_ask_for_days_of_service_ages_or_cut_offs(trade: Trade) -> None:
    order = trade.checked_out(1)
    served_on(trade, "mon")
    trade.net.set("ANDES", settings={"max_age": 0, "cut_offs": {"wed": "0001"}})
    trade.later(days=2, hours=8)  # the evening of the vendor ship date
    assert len(trade.net.confirm("ANDES", order["sales_order"])["box_codes"]) == 1


def test_boxes_that_arrive_after_they_should_leave_are_not_confirmed(trade: Trade) -> None:
    order = trade.checked_out(1)
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-05"})
    with pytest.raises(Conflict) as refused:
        trade.net.confirm("ANDES", order["sales_order"])
    assert refused.value.facts["arrives_later"] == ["L1"]
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-04"})
    trade.net.confirm("ANDES", order["sales_order"])


def test_late_it_is_asked_whether_the_boxes_are_there_today(trade: Trade) -> None:
    order = trade.checked_out(1)
    trade.later(days=3)
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-06"})
    with pytest.raises(Conflict) as refused:
        trade.net.confirm("ANDES", order["sales_order"])
    assert refused.value.facts["overdue"] is True
    with pytest.raises(Conflict) as refused:
        trade.net.confirm("ANDES", order["sales_order"], late=True)
    assert refused.value.facts["arrives_later"] == ["L1"]


def test_what_is_not_overdue_leaves_on_its_day_though_it_was_confirmed_late(trade: Trade) -> None:
    order = trade.checked_out(1)
    trade.net.confirm("ANDES", order["sales_order"], late=True)
    assert trade.net.show("ANDES", order["sales_order"])["vendor_ship_date"] == "2026-02-04"


def test_a_late_confirmation_of_what_is_not_overdue_moves_no_awb_that_others_are_on(trade: Trade) -> None:
    first, other = trade.checked_out(1), trade.checked_out(1, ship_date="2026-02-06")
    trade.net.confirm("ANDES", first["sales_order"], reference_number="W1")
    trade.net.confirm("ANDES", other["sales_order"], reference_number="W1", late=True)
    assert [awb["ship_date"] for awb in trade.net.awbs("ANDES", "W1")] == ["2026-02-04"]


def test_who_approved_and_who_cancelled_an_order_is_recorded(trade: Trade) -> None:
    first, other = prebooked(trade, 1), prebooked(trade, 1)
    bob = trade.net.on_behalf_of(Actor("bob@bloom.example", "BLOOM", frozenset({"sales_manager"})))
    bob.approve("BLOOM", prebook=first["prebook"])
    bob.cancel("BLOOM", prebook=other["prebook"])
    with trade.net.context.store.whole_network.reading() as session:
        columns = (Audit.person, Audit.action, Audit.subject, Audit.after)
        done = session.rows(Audit.select(*columns).where(Audit.action.in_(("approve", "cancel"))).order_by(Audit.id))
    assert done == [
        ("bob@bloom.example", "approve", first["prebook"], [first["lines"][0]["line"]]),
        ("bob@bloom.example", "cancel", other["prebook"], [other["lines"][0]["line"]]),
    ]


def test_an_overdue_order_is_in_neither_list_once_it_is_confirmed(trade: Trade) -> None:
    order = trade.checked_out(1)
    trade.later(days=3)
    assert [one["number"] for one in trade.net.orders("ANDES", "overdue")] == [order["sales_order"]]
    trade.net.confirm("ANDES", order["sales_order"], late=True)
    assert trade.net.orders("ANDES", "overdue") == trade.net.orders("BLOOM", "overdue") == []


# Purchase orders of goods


def goods(trade: Trade, **more: Any) -> Answer:
    return trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 3}], SHIP, **more)


def test_lines_without_boxes_wait_until_their_vendor_ship_date_cannot_be_reached(trade: Trade) -> None:
    trade.net.set("ANDES", settings={"ship_days_offset": 1, "cut_offs": {"tue": "1500"}})
    order = goods(trade)
    assert order["expires_at"] == "2026-02-03T20:00:00Z"
    trade.later(days=1, hours=6)
    with pytest.raises(Conflict):
        trade.net.transfer("BLOOM", order["number"])
    with pytest.raises(Conflict):
        trade.net.approve("BLOOM", order["number"])
    trade.net.sweep()
    assert trade.net.show("BLOOM", order["number"])["status"] == "cancelled"


def test_goods_for_a_day_that_cannot_be_reached_are_not_ordered(trade: Trade) -> None:
    with pytest.raises(K2KError) as refused:
        trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 3}], "2026-02-02")
    assert refused.value.code == "before_earliest_ship_date"


def test_transfer_stops_the_minutes_and_accepting_approves(trade: Trade) -> None:
    lines = [{"lot": "L1", "boxes": 2}, {"product": "FREEDOM", "boxes": 3}]
    order = trade.net.purchase_order("BLOOM", "ANDES", lines, SHIP)
    assert order["expires_at"] == "2026-02-03T14:00:00Z"
    sent = trade.net.transfer("BLOOM", order["number"])
    assert trade.net.show("BLOOM", order["number"])["expires_at"] == "2026-02-05T05:00:00Z"
    assert trade.net.show("ANDES", sent["vendor_document"])["expires_at"] == "2026-02-05T05:00:00Z"
    trade.later(days=2)
    accepted = trade.net.accept_order("ANDES", order["number"])
    assert (accepted["status"], [line["state"] for line in accepted["lines"]]) == (
        "approved",
        ["checked_out", "needed"],
    )
    assert accepted["expires_at"] == "2026-02-08T05:00:00Z"
    with pytest.raises(Conflict):
        trade.net.approve("BLOOM", order["number"])


def test_what_a_vendor_has_not_accepted_in_time_it_neither_accepts_nor_rejects(trade: Trade) -> None:
    order = goods(trade)
    sent = trade.net.transfer("BLOOM", order["number"])
    trade.later(days=3)
    for _ in range(2):
        with pytest.raises(Conflict):
            trade.net.accept_order("ANDES", order["number"])
        with pytest.raises(Conflict):
            trade.net.reject("ANDES", order["number"], "too late")
        trade.net.sweep()
    assert trade.net.show("ANDES", sent["vendor_document"])["status"] == "cancelled"
    shown = trade.net.show("BLOOM", order["number"])
    assert (shown["status"], shown["transfer"]) == ("cancelled", "cancelled")
    assert told(trade, "ANDES", "order.expired") == [{"document": sent["vendor_document"], "lines": ["1"]}]


def test_a_filled_order_that_is_never_confirmed_gives_its_boxes_back(trade: Trade) -> None:
    order = goods(trade)
    trade.net.transfer("BLOOM", order["number"])
    trade.net.accept_order("ANDES", order["number"])
    line = {"line": order["lines"][0]["line"], "lots": [{"lot": "L1", "boxes": 2}]}
    trade.net.fill("ANDES", order["number"], [line])
    trade.later(days=6)
    with pytest.raises(Conflict):
        trade.net.fill("ANDES", order["number"], [{"line": "2", "lots": [{"lot": "L1", "boxes": 1}]}])
    assert free(trade) == 4
    trade.net.sweep()
    assert free(trade) == 6
    shown = trade.net.show("BLOOM", order["number"])
    assert [line["state"] for line in shown["lines"]] == ["cancelled", "cancelled"]


def test_what_a_customer_needs_is_needed_again_when_nobody_approved_its_order(trade: Trade) -> None:
    confirmed = trade.confirmed(2)
    trade.net.void("ANDES", sales_order=confirmed["sales_order"], **TYPED)
    goods(trade, prebook=confirmed["prebook"])
    trade.later(days=3)
    trade.net.sweep()
    shown = trade.net.show("BLOOM", confirmed["prebook"])
    assert shown["status"] != "cancelled"
    assert [(line["state"], line["boxes"]) for line in shown["lines"]] == [
        *(("cancelled", 2), ("cancelled", 2), ("cancelled", 1), ("needed", 2), ("needed", 1))
    ]


# Cancelling


def test_a_purchase_order_and_a_prebook_are_cancelled_with_all_their_lines(trade: Trade) -> None:
    both = [{"lot": "ANDES/L1", "boxes": 1}, {"lot": "SIERRA/S1", "boxes": 1}]
    first, second = prebooked(trade, lines=both), trade.checked_out(2)
    assert trade.net.cancel("BLOOM", prebook=first["prebook"])["status"] == "cancelled"
    assert trade.net.cancel("BLOOM", purchase_order=second["purchase_order"])["status"] == "cancelled"
    assert (free(trade), free(trade, "SIERRA/S1")) == (6, 5)
    assert trade.net.show("ANDES", second["sales_order"])["status"] == "voided"


def test_what_is_confirmed_in_part_is_not_cancelled(trade: Trade) -> None:
    order = trade.checked_out(2)
    trade.net.confirm("ANDES", order["sales_order"])
    for named in ({"purchase_order": order["purchase_order"]}, {"prebook": order["prebook"]}):
        with pytest.raises(Conflict):
            trade.net.cancel("BLOOM", **named)


def test_one_thing_alone_is_cancelled(trade: Trade) -> None:
    order = trade.checked_out(2)
    for named in ({}, {"prebook": order["prebook"], "cart": order["cart"]}):
        with pytest.raises(K2KError) as refused:
            trade.net.cancel("BLOOM", **named)
        assert refused.value.code == "invalid"
    with pytest.raises(NotFound):
        trade.net.cancel("PETAL", prebook=order["prebook"])
