"""Catalogs that are read from a copy of the database are as old as the copy, and nothing is sold by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.bootstrap import READ_DATABASE
from k2k_core.errors import InsufficientStock, NotFound
from k2k_core.services.administration import backups
from tests.conftest import OwnDatabase
from tests.services.conftest import BEGINNING, LOT, NETWORK, Trade

ASKED = {"buyer": "BLOOM", "customer": "C-100", "ship_date": "2026-02-05"}
OTHER_PRICE = {"lot": "L1", "values": {"price_a": "0.50"}}

Open = Callable[[str], K2K]


@pytest.fixture
def open_with(database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the database of this test with the copy at an address."""
    opened: list[K2K] = []

    def make(copy: str) -> K2K:
        with monkeypatch.context() as patched:
            patched.setenv(READ_DATABASE, copy)
            opened.append(K2K.open(database.url, clock=lambda: BEGINNING))
        return opened[-1]

    yield make
    for net in opened:
        net.close()


@pytest.fixture
def copied(trade: Trade, database: OwnDatabase, new_database: Callable[[], str]) -> str:
    """The address of a copy of the network, as it is at the beginning."""
    url = new_database()
    assert backups.copy(database.url, url, lambda *_: None) == []
    return url


def lines(net: K2K) -> dict[str, Any]:
    """The lines of the customer's catalog, by their vendors' lots: prices and boxes."""
    return {line["line"]: (line["price"], line["available"]) for line in net.catalog(**ASKED)["lines"]}


def test_a_page_is_as_old_as_the_copy_until_that_has_taken_over_what_changed(
    trade: Trade, copied: str, open_with: Open
) -> None:
    net = open_with(copied)
    before = lines(net)
    trade.net.set("ANDES", **OTHER_PRICE)
    trade.ordered(1, lot="ANDES/L2")
    now = lines(trade.net)
    assert lines(net) == before != now
    with K2K.open(copied, clock=lambda: BEGINNING) as follower:
        follower.set("ANDES", **OTHER_PRICE)
        follower.add(**ASKED, lot="ANDES/L2", boxes=1)
    assert lines(net) == now


def test_an_order_has_the_price_and_the_boxes_of_the_database_itself(
    trade: Trade, copied: str, open_with: Open
) -> None:
    net = open_with(copied)
    shown = net.catalog(**ASKED)["lines"]
    trade.net.set("ANDES", **OTHER_PRICE)
    trade.ordered(4, lot="ANDES/L2")
    assert net.catalog(**ASKED)["lines"] == shown
    with pytest.raises(InsufficientStock):
        net.add(**ASKED, lot="ANDES/L2", boxes=1)
    gone = [line["line"] for line in shown if line["line"] not in lines(trade.net)]
    assert gone  # their prices, or their lots, are others by now
    for name in gone:
        with pytest.raises(NotFound):
            net.add(**ASKED, line=name, boxes=1)
    ordered = net.add(**ASKED, lot="ANDES/L1", boxes=1)["lines"][0]
    assert ordered["price"] == trade.net.price("BLOOM", "C-100", ["ANDES/L1"], ship_date="2026-02-05")[0]["price"]


def test_what_the_copy_does_not_have_yet_is_read_from_the_database_itself(
    trade: Trade, copied: str, open_with: Open
) -> None:
    net = open_with(copied)
    trade.net.put("BLOOM", "customers", [{"code": "C-300", "type": "B", "ship_via": "choice"}])
    asked = {**ASKED, "customer": "C-300"}
    assert net.catalog(**asked) == trade.net.catalog(**asked)
    assert net.catalog(**asked)["total"] > 0


def test_a_copy_without_tables_or_of_another_network_is_not_read_and_that_is_logged(
    trade: Trade, new_database: Callable[[], str], open_with: Open, caplog: pytest.LogCaptureFixture
) -> None:
    other = new_database()
    with K2K.open(other, clock=lambda: BEGINNING) as net:
        net.load(NETWORK)
        net.put("ANDES", "lots", [{**LOT, "code": "L9", "boxes": 9}])
    for url in (other, new_database()):
        with caplog.at_level(logging.WARNING, "k2k.read_copy"):
            assert lines(open_with(url)) == lines(trade.net)
        assert [record.name for record in caplog.records].count("k2k.read_copy") == 1
        caplog.clear()


def test_while_the_copy_does_not_answer_pages_are_read_from_the_database_itself(
    trade: Trade, open_with: Open, caplog: pytest.LogCaptureFixture
) -> None:
    net = open_with("postgresql://127.0.0.1:1/gone")
    with caplog.at_level(logging.WARNING, "k2k.read_copy"):
        assert [lines(net), lines(net)] == [lines(trade.net)] * 2
    assert [record.name for record in caplog.records].count("k2k.read_copy") == 1  # it is left alone for a while
