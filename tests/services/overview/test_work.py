"""What waits for the people of a company: each kind appears when there is something to do, and goes when it is done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import Trade

SHIP = "2026-02-05"


def waiting(trade: Trade, company: str, *roles: str) -> dict[str, Any]:
    """What waits, by kind."""
    person = trade.net.on_behalf_of(Actor("p@x.example", company, frozenset(roles))) if roles else trade.net
    return {item["kind"]: item for item in person.work(company)}


def test_carts_wait_until_the_first_of_them_runs_out(trade: Trade) -> None:
    assert trade.net.work("BLOOM") == []
    first = trade.ordered(2)
    trade.later(minutes=5)
    trade.ordered(1)
    assert waiting(trade, "BLOOM")["carts"] == {
        "kind": "carts",
        "count": 2,
        "tone": "warning",
        "facts": {"boxes": 3},
        "due_at": first["expires_at"],
        "action": "checkout",
    }
    trade.later(minutes=56)
    assert waiting(trade, "BLOOM")["carts"]["count"] == 1, "one has run out, swept or not"
    trade.later(minutes=5)
    assert "carts" not in waiting(trade, "BLOOM")


def test_an_order_waits_for_its_buyer_then_for_its_vendor_and_then_to_be_scanned_and_billed(trade: Trade) -> None:
    net = trade.net
    book = net.prebook("BLOOM", "C-100", [{"lot": "ANDES/L1", "boxes": 2}], SHIP)
    approve = waiting(trade, "BLOOM")["to_approve"]
    assert (approve["count"], approve["facts"], approve["action"]) == (1, {"boxes": 2}, "approve")
    assert "to_confirm" not in waiting(trade, "ANDES")
    net.approve("BLOOM", purchase_order=book["purchase_order"])
    assert "to_approve" not in waiting(trade, "BLOOM")
    confirm = waiting(trade, "ANDES")["to_confirm"]
    assert (confirm["count"], confirm["facts"], confirm["tone"]) == (1, {"boxes": 2}, "warning")
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
    assert waiting(trade, "BLOOM")["to_bill"]["facts"] == {"boxes": 2}
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
    assert waiting(trade, "ANDES")["to_accept"]["facts"] == {"boxes": 3}
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
