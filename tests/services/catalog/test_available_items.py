"""What a company has to sell: its own lots of every inventory type and the offers that it sells, typed and computed."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid
from tests.services.conftest import Trade

COMMON = {"product": "FREEDOM", "box_type": "HB", "boxes": 2, "units_per_box": 200, "unit_type": "stem"}
OWN = [
    {"code": "B1", "inventory_type": "open_market_boxes", "web_price": "0.50", "price_a": "0.45", "unit_cost": "0.20"},
    {"code": "F1", "inventory_type": "future_sales", "purchase_order_price": "0.35", "units_per_box": 100},
    {"code": "U1", "inventory_type": "open_market_units", "unit_price": "0.60"},
    {"code": "V1", "inventory_type": "vendor_availability"},
]


@pytest.fixture
def stocked(trade: Trade) -> Trade:
    """BLOOM has a lot of every inventory type beside the offers of its vendors."""
    rows = [{**COMMON, "arrival_date": "2026-02-01", **row} for row in OWN]
    trade.net.put("BLOOM", "lots", rows)
    return trade


def items(trade: Trade, **asked: Any) -> dict[str, dict[str, Any]]:
    return {one["lot"]: dict(one) for one in trade.net.available_items("BLOOM", **asked)["items"]}


def test_every_inventory_type_has_the_price_that_is_typed_beside_the_computed_one(stocked: Trade) -> None:
    found = items(stocked)
    shown = ("typed_field", "typed", "computed", "price", "step")
    assert {lot: [found[lot][name] for name in shown] for lot in ("B1", "F1", "U1", "V1", "ANDES/L1")} == {
        "B1": ["web_price", "0.50", "0.45", "0.50", "web_price"],
        "F1": ["purchase_order_price", "0.35", None, "0.35", "purchase_order_price"],
        "U1": ["unit_price", "0.60", None, "0.60", "unit_price"],
        "V1": ["va_price", None, None, None, None],
        "ANDES/L1": ["va_price", None, "0.48", "0.48", "k2k_gpm"],
    }
    stocked.net.map("BLOOM", "ANDES/L1", va_price="0.70")
    typed = items(stocked)["ANDES/L1"]
    assert [typed[name] for name in shown[1:]] == ["0.70", "0.48", "0.70", "va_price"]


def test_one_type_is_asked_for(stocked: Trade) -> None:
    assert list(items(stocked, inventory_type="future_sales")) == ["F1"]
    assert {one.partition("/")[0] for one in items(stocked, inventory_type="k2k")} == {"ANDES", "SIERRA"}
    with pytest.raises(Invalid):
        items(stocked, inventory_type="flowers")


def test_only_offers_that_are_sold_are_there(stocked: Trade) -> None:
    stocked.net.map("BLOOM", "ANDES/L1", confirmed=False)
    stocked.net.set("ANDES", lot="L2", values={"on_hold": True})
    assert not {"ANDES/L1", "ANDES/L2"} & set(items(stocked))
    assert stocked.net.available_items("ANDES", "k2k")["items"] == []


def test_the_steps_come_when_they_are_asked_for(stocked: Trade) -> None:
    (one,) = items(stocked, lots=["B1"], explained=True).values()
    assert [(step["step"], step["outcome"]) for step in one["explanation"]][:2] == [
        ("landed_cost_as_price", "not_applicable"),
        ("web_price", "used"),
    ]
    assert "explanation" not in items(stocked, lots=["B1"])["B1"]


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("salesperson", {"landed_cost"}),
        ("warehouse", {"landed_cost", "typed", "computed", "price", "step"}),
    ],
)
def test_a_reader_sees_the_money_that_is_theirs(stocked: Trade, role: str, hidden: set[str]) -> None:
    reader = stocked.net.on_behalf_of(Actor("r@bloom.example", "BLOOM", frozenset({role})))
    (one,) = reader.available_items("BLOOM", lots=["B1"])["items"]
    assert set(items(stocked)["B1"]) - set(one) == hidden
