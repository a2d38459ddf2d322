"""A typed price that leaves less than the margin floor is a warning of the write that makes it so."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from tests.services.conftest import LOT, Trade


@pytest.fixture
def net(trade: Trade) -> K2K:
    """The landed cost of the lot OWN is 0.21, that of the offer ANDES/L1 0.30."""
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "price_a": None, "web_price": "0.50"}
    trade.net.set("BLOOM", settings={"inbound_truck_freight": False})
    trade.net.put("BLOOM", "lots", [own])
    trade.net.set("BLOOM", settings={"margin_floor": "30"})
    return trade.net


def places(answer: Any) -> list[str]:
    found = answer.get("findings", [])
    assert {(one["code"], one["severity"]) for one in found} <= {("under_margin_floor", "warning")}
    return [one["place"] for one in found]


def test_a_price_of_a_lot_under_the_floor_is_found_once(net: K2K) -> None:
    assert places(net.set("BLOOM", lot="OWN", values={"web_price": "0.30"})) == []
    tried = net.set("BLOOM", lot="OWN", values={"web_price": "0.29", "price_b_manual": "0.2"}, dry_run=True)
    assert places(tried) == ["lots.OWN.price_b_manual", "lots.OWN.web_price"]
    done = net.set("BLOOM", lot="OWN", values={"web_price": "0.29"}, hold="error")
    assert places(done) == ["lots.OWN.web_price"]
    assert done["findings"][0]["facts"] == {"price": "0.29", "margin": "27.6", "cost": "0.21", "floor": "30"}
    assert places(net.set("BLOOM", lot="OWN", values={"web_price": "0.29", "price_a": "0.40"})) == []
    assert places(net.set("BLOOM", lot="OWN", values={"unit_cost": "0.30"})) == [
        "lots.OWN.price_a",
        "lots.OWN.web_price",
    ]
    net.set("BLOOM", settings={"margin_floor": None})
    assert places(net.set("BLOOM", lot="OWN", values={"web_price": "0.10"})) == []


def test_a_lot_that_is_put_and_several_changes_at_once_are_looked_at_too(net: K2K) -> None:
    row = {**LOT, "code": "NEW", "product": "FREEDOM", "boxes": 1, "price_a": None, "web_price": "0.22"}
    assert places(net.put("BLOOM", "lots", [row])) == ["lots.NEW.web_price"]
    both = net.set_all("BLOOM", [{"lot": code, "values": {"price_a": "0.25"}} for code in ("NEW", "BLOOM/OWN")])
    assert [places(one) for one in both] == [["lots.NEW.price_a"], ["lots.OWN.price_a"]]


def test_a_price_of_an_offer_under_the_floor_is_found(net: K2K) -> None:
    assert places(net.map("BLOOM", "ANDES/L1", va_price="0.43")) == []
    assert places(net.map("BLOOM", "ANDES/L1", va_price="0.42")) == ["offers.ANDES/L1.va_price"]
    assert places(net.map("BLOOM", "ANDES/L1", confirmed=True)) == []
    rows = [{"lot": lot, "va_price": "0.41"} for lot in ("ANDES/L1", "ANDES/L2", "ANDES/NONE")]
    assert places(net.map("BLOOM", rows=rows)) == ["offers.ANDES/L1.va_price", "offers.ANDES/L2.va_price"]
    assert places(net.map("BLOOM", "ANDES/L1", va_price=None)) == []
