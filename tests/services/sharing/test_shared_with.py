"""Which of a vendor's buyers see which of its lots: one list over all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid
from tests.services.conftest import Trade


@pytest.fixture
def matrix(trade: Trade) -> Trade:
    """L1 is seen by both buyers of ANDES, L2 is too old for BLOOM alone, L3 is on hold for both; PETAL has no rate for
    what is in euros."""
    trade.net.put("ANDES", "customers", [{"code": "BLOOM", "type": "A", "company": "BLOOM", "max_age": 1}])
    row = {**trade.net.record("ANDES", "lots", "L1")}
    lot = {
        name: row[name] for name in ("inventory_type", "product", "box_type", "units_per_box", "unit_type", "price_a")
    }
    fresh, older = {"arrival_date": "2026-02-01"}, {"arrival_date": "2026-01-30"}
    trade.net.put("ANDES", "lots", [{"code": "L3", "boxes": 2, "on_hold": True, **lot, **fresh}])
    trade.net.set("ANDES", lot="L1", values=fresh)
    trade.net.set("ANDES", lot="L2", values=older)
    return trade


def seen(trade: Trade, **asked: Any) -> dict[str, dict[str, list[str]]]:
    """Lot → buyer → the rules that hold it back."""
    found = trade.net.shared_with("ANDES", **asked)["items"]
    return {lot["lot"]: {one["buyer"]: one["reasons"] for one in lot["buyers"]} for lot in found}


def test_each_lot_says_who_sees_it_and_what_holds_it_back_from_the_others(matrix: Trade) -> None:
    assert seen(matrix) == {
        "L1": {"BLOOM": [], "PETAL": []},
        "L2": {"BLOOM": ["too_old"], "PETAL": []},
        "L3": {"BLOOM": ["on_hold"], "PETAL": ["on_hold"]},
    }
    assert [lot["seen"] for lot in matrix.net.shared_with("ANDES")["items"]] == [2, 1, 0]


def test_it_says_of_every_buyer_what_share_says_of_one(matrix: Trade) -> None:
    for buyer in ("BLOOM", "PETAL"):
        alone = {one["lot"]: one["details"] for one in matrix.net.share("ANDES", buyer)}
        together = matrix.net.shared_with("ANDES", buyer=buyer)["items"]
        assert {lot["lot"]: lot["buyers"][0]["details"] for lot in together} == alone


def test_it_is_narrowed_to_a_buyer_to_whom_sees_it_and_to_a_rule(matrix: Trade) -> None:
    assert list(seen(matrix, seen_by="all")) == ["L1"]
    assert list(seen(matrix, seen_by="some")) == ["L2", "L3"]
    assert list(seen(matrix, seen_by="none")) == ["L3"]
    assert list(seen(matrix, seen_by="none", buyer="BLOOM")) == ["L2", "L3"]
    assert list(seen(matrix, rule="too_old")) == ["L2"]
    assert seen(matrix, rule="too_old", buyer="PETAL") == {}
    assert matrix.net.shared_with("ANDES", seen_by="some", limit=1, count=True)["count"] == 2
    with pytest.raises(Invalid):
        matrix.net.shared_with("ANDES", seen_by="few")


def test_only_buyers_with_an_active_connection_are_there(matrix: Trade) -> None:
    matrix.net.suspend("ANDES", "PETAL", by="ANDES")
    assert {buyer for lot in seen(matrix).values() for buyer in lot} == {"BLOOM"}
    for unknown in ("PETAL", "SIERRA", "NONE"):
        assert all(lot["buyers"] == [] for lot in matrix.net.shared_with("ANDES", buyer=unknown)["items"])
    assert all(lot["buyers"] == [] for lot in matrix.net.shared_with("BLOOM")["items"])


def test_of_the_buyers_rule_a_vendor_reads_the_code_alone(open_trade: Callable[..., Trade]) -> None:
    def in_euros(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["multicurrency"] = True
        companies["ANDES"]["currency"] = "EUR"
        for code in ("BLOOM", "PETAL"):
            for vendor in companies[code]["vendors"]:
                vendor["currency"] = companies[vendor["company"]]["currency"]

    net = open_trade(in_euros).net
    net.set("ANDES", lot="L1", values={"on_hold": True})
    reader = net.on_behalf_of(Actor("v@andes.example", "ANDES", frozenset({"salesperson"})))
    first = reader.shared_with("ANDES", buyer="BLOOM")["items"][0]
    mine, theirs = sorted(first["buyers"][0]["details"], key=lambda one: one["side"], reverse=True)
    assert (mine["code"], mine["owner"]) == ("on_hold", "ANDES")
    assert theirs == {"code": "no_exchange_rate", "side": "buyer", "reason": "held back by the buyer"}
