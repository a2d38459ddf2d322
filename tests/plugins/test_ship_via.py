"""The two bundled ship vias."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.items import INVENTORY_TYPES
from k2k_core.domain.parties import ShipTo


@pytest.fixture
def ways(hooks: Any) -> dict[str, Any]:
    return {handler.code: handler for handler in hooks["contributed"]("k2k_ship_via", "ship_via_handlers")}


def test_there_are_two_ways(ways: Any) -> None:
    assert sorted(ways) == ["grower", "warehouse"]


@pytest.mark.parametrize(
    ("own", "via_warehouse", "via_grower"),
    [
        ("warehouse", set(INVENTORY_TYPES), set()),
        ("grower", set(), {"vendor_availability", "k2k"}),
        ("choice", set(INVENTORY_TYPES), {"vendor_availability", "k2k"}),
    ],
)
def test_the_customer_and_the_inventory_type_decide_what_may_travel_how(
    trade: Any, ways: Any, own: str, via_warehouse: set[str], via_grower: set[str]
) -> None:
    customer = trade.customer(ship_via=own)
    for code, expected in (("warehouse", via_warehouse), ("grower", via_grower)):
        assert {kind for kind in INVENTORY_TYPES if ways[code].allows(customer, kind)} == expected


def test_via_warehouse_everything_counts_and_the_boxes_come_to_the_buyer(trade: Any, ways: Any) -> None:
    way = ways["warehouse"]
    assert way.cost_components == {"unit_cost", "freight", "handling", "duties", "inbound_truck"}
    assert way.ship_to(trade.customer()) is None
    assert (way.uses_transit, way.receives_itself, way.adjusts_fob) == (True, False, True)


def test_via_grower_only_the_flowers_count_and_the_boxes_go_to_the_customer(trade: Any, ways: Any) -> None:
    way = ways["grower"]
    assert way.cost_components == {"unit_cost"}
    assert (way.uses_transit, way.receives_itself, way.adjusts_fob) == (False, True, False)
    assert way.ship_to(trade.customer(ship_to=ShipTo(city="Boston"))) == ShipTo("Corner Florist", city="Boston")
    assert way.ship_to(trade.customer(ship_to=ShipTo("Back Door"))) == ShipTo("Back Door")
