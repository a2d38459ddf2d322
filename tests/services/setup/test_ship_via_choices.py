"""Which ship vias a customer may be given: those that the company's plugins contribute, on every way in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Invalid, NotFound

Trade = Any
STRANGE = {"code": "C-9", "type": "A", "ship_via": "balloon"}
NEW = {"code": "NEW", "currency": "USD", "timezone": "UTC", "customers": [STRANGE]}


@pytest.fixture
def doors(trade: Trade) -> dict[str, Callable[[], object]]:
    net: K2K = trade.net
    return {
        "customers[0].ship_via": lambda: net.put("BLOOM", "customers", [STRANGE]),
        "values.ship_via": lambda: net.set("BLOOM", customer="C-100", values={"ship_via": "balloon"}),
        "companies[0].customers[0].ship_via": lambda: net.load({"companies": [NEW]}),
    }


def test_a_way_that_no_plugin_brings_is_refused_with_its_place_and_nothing_is_written(
    trade: Trade, doors: dict[str, Callable[[], object]]
) -> None:
    before = len(trade.net.events("BLOOM"))
    for path, door in doors.items():
        with pytest.raises(Invalid) as refused:
            door()
        assert [fault["path"] for fault in refused.value.faults] == [path]
        assert "'balloon' is not one of grower, warehouse or choice" in refused.value.faults[0]["message"]
    with pytest.raises(Invalid):
        trade.net.add_company(NEW)
    assert len(trade.net.events("BLOOM")) == before
    with pytest.raises(NotFound):
        trade.net.orders("NEW")


@pytest.mark.parametrize("way", ["warehouse", "grower", "choice", None])
def test_the_ways_of_the_installed_plugins_are_taken(trade: Trade, way: str | None) -> None:
    trade.net.put("BLOOM", "customers", [{**STRANGE, "ship_via": way}])
    taken = trade.net.set("BLOOM", customer="C-9", values={"ship_via": way})["values"]
    assert taken == {"ship_via": way or "warehouse"}


def test_a_change_that_names_no_way_asks_no_plugin(trade: Trade) -> None:
    assert trade.net.set("BLOOM", customer="C-100", values={"max_age": 7})["values"] == {"max_age": 7}


def test_what_if_prices_each_customer_its_own_way(trade: Trade) -> None:
    trade.net.put("BLOOM", "customers", [{**STRANGE, "ship_via": "grower"}])
    told = trade.net.what_if("BLOOM", [{"settings": {"cube_rate": "4"}}])
    assert {move["customer"] for move in told["largest"]} == {"C-100", "C-200"}
