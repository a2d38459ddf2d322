"""What waits for the people of a company: each kind appears when there is something to do, and goes when it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import Invalid, NotAllowed
from k2k_network import margins
from tests.services.conftest import FREEDOM, Trade

SHIP = "2026-02-05"


def waiting(trade: Trade, company: str, *roles: str) -> dict[str, Any]:
    """What waits, by kind."""
    person = trade.net.on_behalf_of(Actor("p@x.example", company, frozenset(roles))) if roles else trade.net
    return {item["kind"]: item for item in person.work(company)}


def test_carts_wait_until_the_first_of_them_runs_out(trade: Trade) -> None:
    assert trade.net.work("BLOOM") == []
    first = trade.ordered(2)
    trade.later(minutes=5)
    second = trade.ordered(1)
    florist = {"customer": "C-100", "customer_name": "Corner Florist"}
    assert waiting(trade, "BLOOM")["carts"] == {
        "kind": "carts",
        "count": 2,
        "tone": "warning",
        "facts": {
            "boxes": 3,
            "carts": [
                {"number": one["cart"], **florist, "boxes": one["lines"][0]["boxes"], "until": one["expires_at"]}
                for one in (first, second)
            ],
        },
        "due_at": first["expires_at"],
        "action": "checkout",
    }
    trade.later(minutes=56)
    assert waiting(trade, "BLOOM")["carts"]["count"] == 1, "one has run out, swept or not"
    trade.later(minutes=5)
    assert "carts" not in waiting(trade, "BLOOM")


def test_only_the_kinds_that_are_asked_for_are_looked_for(trade: Trade) -> None:
    trade.ordered(1)
    trade.confirmed(2)
    everything = trade.net.work("BLOOM")
    assert [item["kind"] for item in everything] == ["carts", "to_receive"]
    for kinds in (["carts"], ["to_receive", "to_bill"], ["carts", "to_receive"], []):
        expected = [item for item in everything if item["kind"] in kinds]
        assert trade.net.work("BLOOM", kinds=kinds) == expected
    with pytest.raises(Invalid):
        trade.net.work("BLOOM", kinds=["to_sleep"])


def test_an_order_waits_for_its_buyer_then_for_its_vendor_and_then_to_be_scanned_and_billed(trade: Trade) -> None:
    net = trade.net
    book = net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 2}], SHIP)
    approve = waiting(trade, "BLOOM")["to_approve"]
    (held,) = approve["facts"]["orders"]
    assert (approve["count"], approve["facts"]["boxes"], approve["action"]) == (1, 2, "approve")
    assert (held["number"], held["customer"], held["partner"]) == (book["purchase_order"], "C-100", "ANDES")
    assert held["until"] == approve["due_at"] == net.show("BLOOM", book["purchase_order"])["expires_at"]
    assert "to_confirm" not in waiting(trade, "ANDES")
    net.approve("BLOOM", purchase_order=book["purchase_order"])
    assert "to_approve" not in waiting(trade, "BLOOM")
    confirm = waiting(trade, "ANDES")["to_confirm"]
    assert (confirm["count"], confirm["facts"]["boxes"], confirm["tone"]) == (1, 2, "warning")
    (asked,) = confirm["facts"]["orders"]
    assert (asked["number"], asked["customer"], asked["partner"]) == (book["sales_order"], None, "BLOOM")
    assert confirm["due_at"] is not None
    done = net.confirm("ANDES", book["sales_order"], reference_number="AWB-1")
    assert "to_confirm" not in waiting(trade, "ANDES")
    net.scan("BLOOM", done["box_codes"][:1])
    received = waiting(trade, "BLOOM")["to_receive"]["facts"]
    assert received == {"boxes": 1, "awbs": [{"awb": "AWB-1", "expected": 2, "scanned": 1, "arrival_date": None}]}
    net.missing("BLOOM", done["box_codes"][1:], reason="never came")
    assert waiting(trade, "ANDES")["missing"]["count"] == 1
    assert "to_receive" not in waiting(trade, "BLOOM")
    net.scan("BLOOM", done["box_codes"][1:])
    to_bill = waiting(trade, "BLOOM")["to_bill"]["facts"]
    assert (to_bill["boxes"], [one["reason"] for one in to_bill["orders"]]) == (2, ["auto_billing_off"])
    net.bill("BLOOM", book["prebook"])
    assert waiting(trade, "BLOOM") == {}


def test_what_is_overdue_comes_first_on_both_sides(trade: Trade) -> None:
    trade.checked_out(1)
    trade.later(days=3)
    (late,) = [item for item in trade.net.work("ANDES") if item["kind"] == "overdue"]
    assert (late["tone"], late["action"], late["count"]) == ("error", "confirm", 1)
    (theirs,) = [item for item in trade.net.work("BLOOM") if item["kind"] == "overdue_at_vendors"]
    assert (theirs["tone"], theirs["due_at"]) == ("error", late["due_at"])
    trade.later(days=4)
    assert waiting(trade, "ANDES") == {}, "it has ended"


def test_a_transferred_order_waits_to_be_accepted_and_then_to_be_filled(trade: Trade) -> None:
    net = trade.net
    order = net.purchase_order("BLOOM", "ANDES", [{"product": "FREEDOM", "boxes": 3}], SHIP)["number"]
    net.transfer("BLOOM", order)
    assert waiting(trade, "ANDES")["to_accept"]["facts"]["boxes"] == 3
    net.accept_order("ANDES", order)
    assert set(waiting(trade, "ANDES")) == {"to_fill"}


def test_connections_wait_for_whoever_is_asked_and_then_for_what_is_missing(trade: Trade) -> None:
    net = trade.net
    net.propose("SIERRA", "PETAL", by="SIERRA")
    assert waiting(trade, "PETAL")["to_accept_connections"]["facts"] == {"connections": ["SIERRA:PETAL"]}
    assert "to_accept_connections" not in waiting(trade, "SIERRA")
    net.accept("SIERRA", "PETAL", by="PETAL")
    assert waiting(trade, "SIERRA")["not_ready"]["count"] == 1


def test_each_person_sees_what_they_can_do_something_about(trade: Trade) -> None:
    trade.ordered(1)
    trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], SHIP)
    trade.confirmed(1)
    trade.net.propose("SIERRA", "PETAL", by="SIERRA")
    assert set(waiting(trade, "BLOOM", "warehouse")) == {"to_receive"}
    assert set(waiting(trade, "BLOOM", "salesperson")) == {"carts"}
    assert set(waiting(trade, "BLOOM", "procurement")) == {"to_approve", "to_receive"}
    assert set(waiting(trade, "BLOOM", "admin")) == {"carts", "to_approve", "to_receive"}
    assert set(waiting(trade, "PETAL", "setup")) == {"to_accept_connections"}
    stranger = trade.net.on_behalf_of(Actor("p@petal.example", "PETAL", frozenset(ROLES)))
    with pytest.raises(NotAllowed):
        stranger.work("BLOOM")


def test_what_is_due_first_comes_first_and_what_has_no_day_last(trade: Trade) -> None:
    trade.confirmed(1)
    trade.ordered(1)
    trade.net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 1}], SHIP)
    items = trade.net.work("BLOOM")
    moments = [dt.datetime.fromisoformat(one["due_at"]) for one in items if one["due_at"] is not None]
    assert moments == sorted(moments)
    assert [one["due_at"] is None for one in items] == sorted(one["due_at"] is None for one in items)


def test_received_boxes_wait_to_be_billed_with_the_reason(open_trade: Callable[..., Trade]) -> None:
    def by_hand(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_billing"] = "confirm"

    trade = open_trade(by_hand)
    held, other = trade.confirmed(1, customer="C-200"), trade.confirmed(1)
    trade.net.scan("BLOOM", [*held["box_codes"], *other["box_codes"]])
    rows = waiting(trade, "BLOOM")["to_bill"]["facts"]["orders"]
    assert {one["customer"]: one["reason"] for one in rows} == {"C-200": "credit_hold", "C-100": "other_way"}


def test_unmapped_offers_wait_with_the_number_of_those_that_have_an_exact_match(
    open_trade: Callable[..., Trade],
) -> None:
    def unmapped(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["auto_map_products"] = False
        companies["BLOOM"]["products"] = [{**FREEDOM, "code": "FREEDOM", "description": "Freedom Rose Red 60cm"}]

    trade = open_trade(unmapped)
    item = waiting(trade, "BLOOM", "procurement")["unmapped_offers"]
    assert (item["count"], item["action"], item["due_at"]) == (3, "map", None)
    assert item["facts"] == {"exact": 3, "suggested": 3, "more": False}
    assert "unmapped_offers" not in waiting(trade, "BLOOM", "salesperson")
    trade.net.map("BLOOM", "ANDES/L1", product="FREEDOM")
    trade.net.map("BLOOM", "ANDES/L2", product="FREEDOM")
    assert waiting(trade, "BLOOM")["unmapped_offers"]["count"] == 1


def test_a_quarantine_waits_with_the_lots_that_it_leaves_without_a_price(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*asked: object) -> None:
        raise RuntimeError("no margins today")

    monkeypatch.setattr(margins, "_at_margin", breaks)
    for _ in range(5):
        trade.net.price("BLOOM", "C-100")
    facts = waiting(trade, "BLOOM", "setup")["quarantine"]["facts"]
    assert facts == {"contributions": ["k2k_network/price_resolvers/k2k_gpm"], "lots_without_price": 3}
    counts = {one["name"]: one["lots_without_price"] for one in trade.net.company_plugins("BLOOM")}
    assert {name: count for name, count in counts.items() if count} == {"k2k_network": 3}
