"""Accepting a buyer's order approves it, so the ship date is checked again as by `approve` (domain section 5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import CannotSell
from tests.services.conftest import Answer, Trade

SHIP = "2026-02-05"
VENDOR_CLOSED = {"code": "TRUCK", "name": "Truck", "cut_offs": {}}


def transferred(trade: Trade, ship_date: str = SHIP) -> Answer:
    """A standalone purchase order for goods, sent to its vendor."""
    order = trade.net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 1}], ship_date)
    trade.net.transfer("BLOOM", order["number"])
    return order


def offset(trade: Trade) -> None:
    """The vendor needs two days; the order's last moment was set by what held when it was transferred."""
    trade.net.set("ANDES", settings={"ship_days_offset": 3})


def cut_off(trade: Trade) -> None:
    """It is after the new cut-off of the last day that reaches the vendor ship date."""
    trade.net.set("ANDES", settings={"ship_days_offset": 2, "cut_offs": {"mon": "0800"}})


def no_service(trade: Trade) -> None:
    """The vendor serves the buyer on Mondays only now."""
    trade.net.put("ANDES", "carriers", [VENDOR_CLOSED])
    record = {"code": "BLOOM", "type": "A", "company": "BLOOM", "days_of_service": {"mon": "TRUCK"}}
    charges = [{"name": "Paperwork", "per_order": "5"}]
    trade.net.put("ANDES", "customers", [{**record, "additional_charges": charges}])


REFUSALS: dict[str, Callable[[Trade], None]] = {
    "before_earliest_ship_date": offset,
    "cut_off_passed": cut_off,
    "vendor_no_service": no_service,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_a_day_that_is_offered_no_more_is_refused_as_approve_refuses_it(trade: Trade, code: str) -> None:
    sent, own = transferred(trade), trade.net.purchase_order("BLOOM", "SIERRA", [{"lot": "S1", "boxes": 1}], SHIP)
    before = trade.net.show("BLOOM", sent["number"])
    REFUSALS[code](trade)
    with pytest.raises(CannotSell) as by_approve:
        trade.net.approve("BLOOM", sent["number"])
    with pytest.raises(CannotSell) as by_accept:
        trade.net.accept_order("ANDES", sent["number"])
    assert by_accept.value.code == by_approve.value.code == code
    assert by_accept.value.message == by_approve.value.message
    assert trade.net.show("BLOOM", sent["number"]) == before
    assert trade.net.reject("ANDES", sent["number"], "too late")["transfer"] == "rejected"
    assert trade.net.approve("BLOOM", own["number"])["status"] == "approved", "another vendor's order is not concerned"


@pytest.mark.parametrize("code", REFUSALS)
def test_what_was_approved_before_is_not_asked_again(trade: Trade, code: str) -> None:
    sent = transferred(trade)
    trade.net.approve("BLOOM", sent["number"])
    REFUSALS[code](trade)
    assert trade.net.accept_order("ANDES", sent["number"])["transfer"] == "accepted"


@pytest.mark.parametrize("code", REFUSALS)
def test_a_later_day_that_is_still_offered_is_accepted(trade: Trade, code: str) -> None:
    sent = transferred(trade, "2026-02-10")  # leaves on a Monday
    REFUSALS[code](trade)
    assert trade.net.accept_order("ANDES", sent["number"])["status"] == "approved"


def test_a_lot_that_comes_later_now_is_refused(trade: Trade) -> None:
    order = trade.net.purchase_order(
        "BLOOM", "ANDES", [{"lot": "L1", "boxes": 1}, {"product": "FREEDOM", "boxes": 1}], SHIP
    )
    trade.net.transfer("BLOOM", order["number"])
    lot = trade.net.availability(["ANDES/L1"])[0]
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-05"})
    with pytest.raises(CannotSell) as refused:
        trade.net.accept_order("ANDES", order["number"])
    assert [one["code"] for one in refused.value.facts["reasons"]] == ["arrives_later"]
    assert trade.net.show("BLOOM", order["number"])["transfer"] == "transferred"
    assert trade.net.availability(["ANDES/L1"])[0]["available"] == lot["available"]
    trade.net.set("ANDES", lot="L1", values={"arrival_date": "2026-02-04"})
    assert trade.net.accept_order("ANDES", order["number"])["transfer"] == "accepted"


def test_the_vendor_reads_the_code_alone_of_the_buyers_rules(trade: Trade) -> None:
    sent = transferred(trade)
    trade.net.set("BLOOM", settings={"max_order_days_in_advance": 1})
    vendor = trade.net.on_behalf_of(Actor("ana@andes.example", "ANDES", frozenset({"admin"})))
    with pytest.raises(CannotSell) as refused:
        vendor.accept_order("ANDES", sent["number"])
    assert refused.value.facts["reasons"] == [{"code": "beyond_max_days", "reason": "held back by the buyer"}]


def test_a_repeated_acceptance_answers_what_it_answered(trade: Trade) -> None:
    sent = transferred(trade)
    first = trade.net.accept_order("ANDES", sent["number"], key="once")
    offset(trade)
    assert trade.net.accept_order("ANDES", sent["number"], key="once") == first
