"""Suggested prices: the empty price A of open-market lots is filled from landed cost and company GPM, rounded up."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, IdempotencyMismatch, Invalid, NotAllowed
from tests.services.conftest import LOT, Trade

BARE = {name: value for name, value in LOT.items() if name != "price_a"}


def with_lots(trade: Trade, **lots: Any) -> None:
    """Lots of ANDES without a price A, each by what differs of it."""
    trade.net.put("ANDES", "lots", [{**BARE, "boxes": 2, "code": code, **own} for code, own in lots.items()])


def suggested(trade: Trade, *lots: str, **more: Any) -> dict[str, Any]:
    """By lot its new price, or the reason why it has none."""
    answer = trade.net.suggest_prices("ANDES", list(lots), **more)
    return {one["lot"]: one["after"] if "after" in one else reason(one) for one in answer["results"]}


def reason(refused: Any) -> str:
    """The reason of a refused lot, else its code."""
    assert refused["outcome"] == "refused"
    return str(refused["error"]["facts"].get("reason", refused["error"]["code"]))


def price_a(trade: Trade, lot: str) -> Any:
    return trade.net.record("ANDES", "lots", lot)["price_a"]


def test_a_price_is_rounded_up_and_an_exact_one_stays(trade: Trade) -> None:
    costs = {"EXACT": "1.40", "DIME": "0.07", "ABOVE": "1.400001", "SEVENTHS": "0.50"}
    with_lots(trade, **{lot: {"unit_cost": cost} for lot, cost in costs.items()})
    trade.net.set("ANDES", settings={"rounding": "half_up"})
    prices = {"EXACT": "2.00", "DIME": "0.10", "ABOVE": "2.01", "SEVENTHS": "0.72"}
    assert suggested(trade, *costs) == prices
    assert {lot: price_a(trade, lot) for lot in costs} == {
        "EXACT": "2",
        "DIME": "0.1",
        "ABOVE": "2.01",
        "SEVENTHS": "0.72",
    }


def test_every_component_of_the_landed_cost_counts_and_nothing_is_rounded_before_the_end(trade: Trade) -> None:
    trade.net.put("ANDES", "box_dimensions", [{"box_type": "HB", "length": 40, "width": 20, "height": 12}])
    costs = {"freight_per_fbe": 26, "handling_per_fbe": 2, "inbound_truck_freight": True, "cube_rate": "4.50"}
    trade.net.set("ANDES", settings={"gpm": 40, **costs})
    with_lots(trade, BOX={"unit_cost": "1.24", "units_per_box": 15})
    assert suggested(trade, "BOX") == {"BOX": "6.40"}


def test_a_currency_without_cents_is_rounded_up_to_its_own_units(trade: Trade) -> None:
    trade.net.set("ANDES", values={"currency": "JPY"})
    with_lots(trade, YEN={"unit_cost": "140"}, MORE={"unit_cost": "140.01"})
    assert suggested(trade, "YEN", "MORE") == {"YEN": "200", "MORE": "201"}


def test_only_what_is_empty_is_filled_and_each_refused_lot_says_why(trade: Trade) -> None:
    with_lots(
        trade,
        GOOD={"on_hold": True, "web_price": "0.90"},
        ZERO={"unit_cost": "0"},
        COSTLESS={"unit_cost": None},
        UNITS={"inventory_type": "open_market_units"},
        GONE={},
    )
    trade.net.archive("ANDES", "lots", "GONE")
    found = suggested(trade, "L1", "GOOD", "ANDES/GOOD", "ZERO", "COSTLESS", "UNITS", "GONE", "NO-SUCH")
    assert found == {
        "L1": "has_price",
        "GOOD": "0.30",
        "ZERO": "not_positive",
        "COSTLESS": "no_landed_cost",
        "UNITS": "not_open_market",
        "GONE": "not_found",
        "NO-SUCH": "not_found",
    }
    assert (price_a(trade, "L1"), price_a(trade, "GOOD")) == ("0.3", "0.3")
    assert trade.net.record("ANDES", "lots", "GOOD")["web_price"] == "0.9"
    assert suggested(trade, "GOOD") == {"GOOD": "has_price"}, "what was suggested is a price like a typed one"


def test_without_a_gpm_of_the_company_nothing_is_suggested(trade: Trade) -> None:
    with_lots(trade, GOOD={})
    trade.net.set("ANDES", settings={"gpm": None, "k2k_gpm": 30})
    assert suggested(trade, "GOOD") == {"GOOD": "no_gpm"}
    trade.net.set("ANDES", settings={"gpm": 0})
    assert suggested(trade, "GOOD") == {"GOOD": "0.21"}


def test_each_change_is_audited_and_undone_by_itself(trade: Trade) -> None:
    with_lots(trade, ONE={}, TWO={})
    answer = trade.net.suggest_prices("ANDES", ["ONE", "TWO", "L1"])
    assert answer["counts"] == {"suggested": 2, "refused": 1}
    one, two, _ = answer["results"]
    assert [(each["before"], each["after"], each["undoable"]) for each in (one, two)] == [(None, "0.30", True)] * 2
    last = trade.net.last_change("ANDES", "lots/ONE", "price_a")
    assert last is not None
    assert (last["audit"], last["before"], last["after"]) == (one["audit"], None, "0.3")
    trade.net.undo("ANDES", one["audit"])
    assert (price_a(trade, "ONE"), price_a(trade, "TWO")) == (None, "0.3")
    trade.net.set("ANDES", lot="TWO", values={"price_a": "0.5"})
    with pytest.raises(Conflict):
        trade.net.undo("ANDES", two["audit"])


def test_a_dry_run_shows_the_prices_and_a_key_does_it_once(trade: Trade) -> None:
    with_lots(trade, ONE={})
    tried = trade.net.suggest_prices("ANDES", ["ONE", "L1"], dry_run=True)
    assert tried["dry_run"]
    assert [one.get("after") for one in tried["results"]] == ["0.30", None]
    assert not any("audit" in one for one in tried["results"])
    assert price_a(trade, "ONE") is None
    first = trade.net.suggest_prices("ANDES", ["ONE"], key="once")
    assert trade.net.suggest_prices("ANDES", ["ONE"], key="once") == first
    with pytest.raises(IdempotencyMismatch):
        trade.net.suggest_prices("ANDES", ["L1"], key="once")


def test_a_price_that_would_be_another_than_was_shown_is_refused(trade: Trade) -> None:
    with_lots(trade, ONE={}, TWO={}, NEW={})
    tried = trade.net.suggest_prices("ANDES", ["ONE", "TWO"], dry_run=True)
    shown = {one["lot"]: one["after"] for one in tried["results"]}
    trade.net.set("ANDES", lot="TWO", values={"unit_cost": "0.42"})
    found = suggested(trade, "ONE", "TWO", "NEW", shown=shown)
    assert found == {"ONE": "0.30", "TWO": "moved", "NEW": "0.30"}, "what was not shown is not compared"
    assert price_a(trade, "TWO") is None
    assert suggested(trade, "TWO", shown={"ANDES/TWO": "0.6"}) == {"TWO": "0.60"}
    with pytest.raises(Invalid):
        trade.net.suggest_prices("ANDES", ["ONE"], shown={"ONE": "cheap"})


def test_one_to_a_thousand_lots_are_named_by_whoever_may_change_prices(trade: Trade) -> None:
    for lots in ([], [f"L{number}" for number in range(1001)]):
        with pytest.raises(Invalid) as refused:
            trade.net.suggest_prices("ANDES", lots)
        assert [one["path"] for one in refused.value.faults] == ["lots"]
    with pytest.raises(Invalid) as unnamed:
        trade.net.suggest_prices("ANDES", ["L1", ""])
    assert [one["path"] for one in unnamed.value.faults] == ["lots[1]"]
    packer = trade.net.on_behalf_of(Actor("p@andes.example", "ANDES", roles=frozenset({"warehouse"})))
    with pytest.raises(NotAllowed):
        packer.suggest_prices("ANDES", ["L1"])
