"""A plugin's ship-to address: it is called once, before anything is held, and an invalid value refuses the order."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, cast

import pytest
from marshmallow import Schema

from k2k_core.api import K2K
from k2k_core.domain.costs import UNIT_COST
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.errors import PluginProblem
from k2k_core.hooks import Manifest, ShipViaHandler, hookimpl
from k2k_core.store.engine import Store
from tests.services.conftest import NETWORK, Trade

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
SHIP = "2026-02-05"
Ask = Callable[[Customer], Any]


def dock(ask: Ask) -> ModuleType:
    """A plugin of somebody else's that brings a way `dock`."""
    module = ModuleType("acme_dock")
    owner = "Acme <a@acme.example>"
    manifest = Manifest(name="acme_dock", title="Dock", owner=owner, settings_schema=Schema, defaults={})

    @hookimpl
    def ship_via_handlers(context: object) -> list[ShipViaHandler]:
        return [ShipViaHandler("dock", "Via dock", frozenset((UNIT_COST,)), lambda customer, kind: True, ask)]

    vars(module).update(manifest=manifest, ship_via_handlers=ship_via_handlers)
    return module


@pytest.fixture
def open_dock(database_url: str) -> Iterator[Callable[[Ask], Trade]]:
    opened: list[K2K] = []

    def make(ask: Ask) -> Trade:
        opened.append(K2K.open(database_url, clock=lambda: NOW, plugins=[("acme_dock", dock(ask))]))
        opened[-1].load(copy.deepcopy(NETWORK))
        return Trade(opened[-1], [NOW])

    yield make
    for net in opened:
        assert net.verify() == []
        net.close()


def orders(trade: Trade) -> list[Callable[[], object]]:
    """Every way to order over the dock."""
    line = [{"lot": "ANDES/L1", "boxes": 1}]
    goods = [{"product": "FREEDOM", "boxes": 1}]
    book = trade.net.prebook("BLOOM", "C-100", line, SHIP)["prebook"]
    return [
        lambda: trade.ordered(1, ship_via="dock"),
        lambda: trade.net.prebook("BLOOM", "C-100", line, SHIP, ship_via="dock"),
        lambda: trade.net.purchase_order("BLOOM", "ANDES", goods, SHIP, ship_via="dock", prebook=book),
    ]


def test_a_plugin_is_asked_for_an_address_while_nothing_is_held(
    open_dock: Callable[[Ask], Trade], monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    asked: list[bool] = []
    transact = Store.transact

    def watched(store: Store, work: Any) -> Any:
        held.append(True)
        try:
            return transact(store, work)
        finally:
            held.pop()

    def ask(customer: Customer) -> ShipTo:
        asked.append(bool(held))
        return ShipTo(name="Dock 7")

    monkeypatch.setattr(Store, "transact", watched)
    for order in orders(open_dock(ask)):
        order()
    assert asked == [False, False, False]


@pytest.mark.parametrize(
    "nonsense",
    [
        "Dock 7",
        ShipTo(name=cast(Any, 7)),
        ShipTo(city=cast(Any, ["Miami"])),
        ShipTo(street="\0"),
        ShipTo(street="\ud800"),
        ShipTo(phone="5" * 100_000),
    ],
)
def test_an_address_that_is_none_orders_nothing(open_dock: Callable[[Ask], Trade], nonsense: Any) -> None:
    trade = open_dock(lambda customer: nonsense)
    tries = orders(trade)
    before = trade.net.orders("BLOOM"), trade.available()
    for order in tries:
        with pytest.raises(PluginProblem):
            order()
    assert (trade.net.orders("BLOOM"), trade.available()) == before
