"""Prices, what is shared and what is visible, page by page: each row is that of the whole list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import CursorMismatch, Invalid, NotAllowed
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-05"

Ask = Callable[..., Any]


@pytest.fixture
def net(trade: Trade) -> K2K:
    """A vendor holds a lot back, a buyer has lots of its own, one archived."""
    net = trade.net
    net.set("ANDES", lot="L2", values={"on_hold": True})
    own = {**LOT, "product": "FREEDOM", "boxes": 2, "web_price": "0.50"}
    net.put("BLOOM", "lots", [{**own, "code": code} for code in ("OWN-1", "OWN-2", "GONE")])
    net.set("BLOOM", lot="GONE", values={"boxes": 0})
    net.archive("BLOOM", "lots", "GONE")
    return net


ASKED: dict[str, Callable[[K2K], Ask]] = {
    "price": lambda net: lambda **page: net.price("BLOOM", "C-100", ship_date=SHIP, **page),
    "visible": lambda net: lambda **page: net.visible("BLOOM", "C-100", ship_date=SHIP, **page),
    "share": lambda net: lambda **page: net.share("ANDES", "BLOOM", **page),
}


@pytest.mark.parametrize("method", ASKED)
def test_pages_together_are_the_whole_list(net: K2K, method: str) -> None:
    ask = ASKED[method](net)
    whole = {row["lot"]: row for row in ask()}
    walked, cursor, pages = [], None, 0
    while pages == 0 or cursor is not None:
        page = ask(limit=1, cursor=cursor, count=True)
        assert page["count"] == len(whole)
        walked += page["items"]
        cursor, pages = page["next"], pages + 1
    assert {row["lot"]: row for row in walked} == whole
    assert len(walked) == len(whole)
    assert sorted(row["lot"] for row in walked) == sorted(whole)


@pytest.mark.parametrize("method", ASKED)
def test_lots_are_named_searched_and_shown_in_part(net: K2K, method: str) -> None:
    ask = ASKED[method](net)
    named = "L1" if method == "share" else "ANDES/L1"
    (row,) = ask(lots=[named])
    if method != "visible":
        assert ask(lots=[named], limit=9)["items"] == [row]
    assert [one["lot"] for one in ask(q="l1 FREEDÓM")["items"]] == [named]
    assert ask(q="l1", fields=["lot"])["items"] == [{"lot": named}]
    assert ask(q="nothing", limit=9)["items"] == []
    with pytest.raises(Invalid):
        ask(fields=["colour"])


def test_what_holds_a_lot_back_is_told_as_in_the_whole_list(net: K2K) -> None:
    held = net.share("ANDES", "BLOOM", limit=9)["items"][1]
    assert (held["lot"], held["shared"], held["reasons"]) == ("L2", False, ["on_hold"])
    buyer = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("procurement",))))
    page = buyer.share("ANDES", "BLOOM", limit=9)
    assert page["items"] == buyer.share("ANDES", "BLOOM")
    assert page["items"][1]["details"] == [{"code": "on_hold", "side": "vendor", "reason": "held back by the vendor"}]


def test_a_cursor_is_for_one_customer_ship_date_and_pair(net: K2K) -> None:
    cursor: Any = net.price("BLOOM", "C-100", limit=1)["next"]
    for call in (
        lambda: net.price("BLOOM", "C-200", limit=1, cursor=cursor),
        lambda: net.price("BLOOM", "C-100", ship_date="2026-02-09", limit=1, cursor=cursor),
        lambda: net.visible("BLOOM", "C-100", limit=1, cursor=cursor),
    ):
        with pytest.raises(CursorMismatch):
            call()


def test_pages_are_for_the_people_of_the_company(net: K2K) -> None:
    customer = net.on_behalf_of(Actor("c@florist.example", "BLOOM", customer="C-100"))
    assert customer.price("BLOOM", "C-100")
    with pytest.raises(NotAllowed):
        customer.price("BLOOM", "C-100", limit=1)
    warehouse = net.on_behalf_of(Actor("w@bloom.example", "BLOOM", frozenset(("warehouse",))))
    assert set(warehouse.price("BLOOM", "C-100", limit=1)["items"][0]) == {"lot", "channel"}
    shown = warehouse.visible("BLOOM", "C-100", lots=["OWN-1"], limit=1)["items"]
    assert shown == [row for row in warehouse.visible("BLOOM", "C-100") if row["lot"] == "OWN-1"]
