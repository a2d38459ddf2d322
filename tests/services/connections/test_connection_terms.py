"""The terms of a connection are changed by its two companies, each its own side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.services.conftest import LOT, Trade

SOON = 30.0


def changed(trade: Trade, by: str, **terms: Any) -> dict[str, Any]:
    answer: dict[str, Any] = trade.net.change_terms("ANDES", "BLOOM", by, terms)
    return {name: answer[name] for name in ("hide_vendor", "bill_to_final_customer", "share_future_sales")}


def test_a_vendor_shares_its_future_lots_and_the_next_read_sees_them(trade: Trade) -> None:
    future = {**LOT, "code": "F1", "boxes": 3, "inventory_type": "future_sales", "arrival_date": "2026-02-09"}
    trade.net.put("ANDES", "lots", [{**future, "purchase_order_price": "0.30"}])
    assert not trade.net.share("ANDES", "BLOOM", ["F1"])[0]["shared"]
    heard: list[Any] = []
    subscription = trade.net.subscribe("BLOOM", heard.append)
    assert changed(trade, "ANDES", share_future_sales=True)["share_future_sales"]
    assert trade.net.share("ANDES", "BLOOM", ["F1"])[0]["shared"]
    assert subscription.wait(SOON)
    assert [(event["type"], event["data"]["terms"]) for event in heard] == [
        ("connection.changed", {"share_future_sales": True})
    ]


def test_each_term_is_for_its_own_side_to_give(trade: Trade) -> None:
    with pytest.raises(NotAllowed, match="ANDES"):
        changed(trade, "BLOOM", share_future_sales=True)
    with pytest.raises(NotAllowed, match="BLOOM"):
        changed(trade, "ANDES", bill_to_final_customer=True)
    assert changed(trade, "BLOOM", bill_to_final_customer=True)["bill_to_final_customer"]
    assert not changed(trade, "ANDES", bill_to_final_customer=False)["bill_to_final_customer"]
    assert changed(trade, "ANDES", hide_vendor=True)["hide_vendor"]
    assert not changed(trade, "BLOOM", hide_vendor=False)["hide_vendor"]


def test_a_refused_change_changes_nothing_and_the_same_again_says_nothing(trade: Trade) -> None:
    before = len(trade.net.events("BLOOM"))
    with pytest.raises(NotAllowed):
        changed(trade, "BLOOM", hide_vendor=True, share_future_sales=True)
    with pytest.raises(Invalid):
        changed(trade, "BLOOM", hide_vendor="yes")
    with pytest.raises(Invalid):
        changed(trade, "BLOOM", state=True)
    assert not changed(trade, "BLOOM", hide_vendor=False)["hide_vendor"]
    assert len(trade.net.events("BLOOM")) == before


def test_strangers_and_people_without_the_role_change_nothing(trade: Trade) -> None:
    for who, error in (("SIERRA", NotAllowed), ("BLOOM", NotAllowed)):
        person = Actor("x@example.com", who, frozenset(("warehouse",)))
        with pytest.raises(error):
            trade.net.on_behalf_of(person).change_terms("ANDES", "BLOOM", who, {"hide_vendor": True})
    with pytest.raises(NotFound):
        trade.net.change_terms("SIERRA", "PETAL", "PETAL", {"hide_vendor": True})
    trade.net.end("ANDES", "PETAL", by="ANDES")
    with pytest.raises(Conflict):
        trade.net.change_terms("ANDES", "PETAL", "PETAL", {"hide_vendor": True})


def test_a_subscriber_hears_that_a_connection_rests_and_goes_on(trade: Trade) -> None:
    heard: list[Any] = []
    subscription = trade.net.subscribe("BLOOM", heard.append)
    trade.net.suspend("ANDES", "BLOOM", by="ANDES")
    trade.net.resume("ANDES", "BLOOM", by="ANDES")
    assert subscription.wait(SOON)
    assert [event["type"] for event in heard] == ["connection.suspended", "connection.resumed"]


def test_own_stock_names_its_vendor_no_more_once_that_hides(
    open_trade: Callable[..., Trade],
) -> None:
    def shows(companies: dict[str, Any]) -> None:
        companies["BLOOM"]["settings"]["show_vendor"] = True

    trade = open_trade(shows)
    bought = trade.net.purchase_order("BLOOM", "ANDES", [{"lot": "ANDES/L1", "boxes": 1}], "2026-02-05")
    trade.net.approve("BLOOM", bought["number"])
    trade.net.scan("BLOOM", trade.net.confirm("ANDES", bought["sales_order"])["box_codes"])
    trade.net.suspend("ANDES", "BLOOM", "BLOOM")

    def vendors() -> list[str | None]:
        lines = trade.net.catalog("BLOOM", "C-100", "2026-02-05")["lines"]
        return [line["vendor"] for line in lines if line["lots"] == ["L1-1"]]

    assert vendors() == ["AND-01"]
    changed(trade, "ANDES", hide_vendor=True)
    assert vendors() == [None]
