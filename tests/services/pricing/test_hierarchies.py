"""The orders of price steps of a company are read back: which count, which it has set, and whose steps they are."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed
from tests.services.conftest import Trade

OWN: dict[str, Any] = {
    "hierarchy": [{"inventory_type": "k2k", "channel": "sales", "steps": ["company_gpm", "k2k_gpm"]}],
    "adjustments": [{"inventory_type": "k2k", "steps": ["fob"]}],
}


def test_own_orders_stand_before_the_default_ones_and_name_the_plugins_of_their_steps(trade: Trade) -> None:
    default = trade.net.hierarchies("BLOOM")
    assert (default["company"], default["own"]) == ("BLOOM", {})
    assert not any(row["own"] for row in [*default["hierarchy"], *default["adjustments"]])
    trade.net.set_hierarchies("BLOOM", OWN)
    found = trade.net.hierarchies("BLOOM")
    assert found["own"] == OWN
    assert found["hierarchy"][0] == {
        "inventory_type": "k2k",
        "customer_type": None,
        "ship_via": None,
        "channel": "sales",
        "settings": [],
        "steps": [
            {"step": "company_gpm", "plugin": "k2k_network", "inserted": False},
            {"step": "k2k_gpm", "plugin": "k2k_network", "inserted": False},
        ],
        "own": True,
    }
    assert [one["step"] for one in found["adjustments"][0]["steps"]] == ["fob"]
    assert found["hierarchy"][1:] == default["hierarchy"]
    assert trade.net.hierarchies("ANDES") == {**default, "company": "ANDES"}


def test_the_orders_are_the_steps_of_the_prices(trade: Trade) -> None:
    (priced,) = trade.net.price("BLOOM", "C-100", ["ANDES/L1"], ship_via="warehouse")
    steps = [one["step"] for one in priced["explanation"]]
    plugins = [one["plugin"] for one in priced["explanation"]]
    orders = [
        [{"step": one["step"], "plugin": one["plugin"]} for one in row["steps"]]
        for row in trade.net.hierarchies("BLOOM")["hierarchy"]
        if row["inventory_type"] == "k2k"
    ]
    assert [{"step": step, "plugin": plugin} for step, plugin in zip(steps, plugins, strict=True)] in orders


def test_everybody_of_the_company_reads_them_and_nobody_else(trade: Trade) -> None:
    packer = trade.net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",))))
    assert packer.hierarchies("BLOOM")["hierarchy"]
    for stranger in (
        Actor("t@sierra.example", "SIERRA", frozenset(("admin",))),
        Actor("c@florist.example", "BLOOM", customer="C-100"),
    ):
        with pytest.raises(NotAllowed):
            trade.net.on_behalf_of(stranger).hierarchies("BLOOM")
