"""The plugins of one company: how they were called for it, its settings of each, and who changed them."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import NotAllowed, NotFound
from tests.services.conftest import Trade


def plugin(net: K2K, company: str, name: str) -> dict[str, Any]:
    return {one["name"]: dict(one) for one in net.company_plugins(company)}[name]


def test_each_setting_says_its_default_the_own_value_and_who_changed_it(trade: Trade) -> None:
    net = trade.net
    before = plugin(net, "BLOOM", "k2k_labels")["settings"]
    assert [(one["name"], one["type"], one["default"], one["own"], one["is_own"]) for one in before] == [
        ("font", "text", "", None, False),
        ("bold_font", "text", "", None, False),
    ]
    admin = net.on_behalf_of(Actor("ana@bloom.example", "BLOOM", frozenset({"admin"})))
    admin.set_plugin("BLOOM", "k2k_labels", {"font": ""})
    font, bold = plugin(net, "BLOOM", "k2k_labels")["settings"]
    assert (font["own"], font["is_own"], font["changed_by"]) == ("", True, "ana@bloom.example")
    assert font["changed_at"] == net.audit("BLOOM", sort="-id", limit=1)["items"][0]["at"]
    assert (bold["is_own"], bold["changed_by"], bold["changed_at"]) == (False, None, None)
    assert [one["is_own"] for one in plugin(net, "ANDES", "k2k_labels")["settings"]] == [False, False]


def test_calls_are_counted_for_each_company_alone(trade: Trade) -> None:
    net = trade.net
    net.price("BLOOM", "C-100")
    network = plugin(net, "BLOOM", "k2k_network")
    assert network["calls"] == sum(one["calls"] for one in network["contributions"]) > 0
    assert all(one["quarantined_since"] is None for one in network["contributions"])
    assert network["lots_without_price"] == 0
    assert plugin(net, "PETAL", "k2k_network")["calls"] == 0


def test_the_plugins_of_a_company_are_for_whoever_sets_it_up(trade: Trade) -> None:
    for role in ("warehouse", "salesperson"):
        with pytest.raises(NotAllowed):
            trade.net.on_behalf_of(Actor("p", "BLOOM", frozenset({role}))).company_plugins("BLOOM")
    with pytest.raises(NotAllowed):
        trade.net.on_behalf_of(Actor("p", "ANDES", frozenset({"admin"}))).company_plugins("BLOOM")
    with pytest.raises(NotFound):
        trade.net.company_plugins("NOBODY")
