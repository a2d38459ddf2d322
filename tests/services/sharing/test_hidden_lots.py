"""The hidden lots one by one: by rule, page by page, with days, addresses, passed rules, and what is seen instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from k2k_core.domain.roles import Actor
from k2k_core.errors import CursorMismatch, NotAllowed, NotFound
from tests.services.conftest import LOT, Trade

SHIP = "2026-02-10"
PAT = Actor("pat@bloom.example", "BLOOM", frozenset({"admin"}))


def hide_lots(companies: dict[str, Any]) -> None:
    companies["ANDES"]["settings"] |= {"max_age": 5, "freshness_on_ship_date": False}
    companies["ANDES"]["lots"] += [
        {**LOT, "code": "OLD-1", "boxes": 1, "arrival_date": "2026-01-25"},
        {**LOT, "code": "OLD-2", "boxes": 1, "arrival_date": "2026-01-26", "on_hold": True},
    ]
    companies["BLOOM"]["settings"]["autoconfirm"] = False


@pytest.fixture
def hiding(open_trade: Callable[..., Trade]) -> Trade:
    trade = open_trade(hide_lots)
    trade.net.map("BLOOM", "ANDES/L1", confirmed=True)
    return trade


def walked(trade: Trade, **asked: Any) -> list[str]:
    found, cursor, first = [], None, True
    while first or cursor is not None:
        page = trade.net.hidden("BLOOM", "C-100", SHIP, cursor=cursor, **asked)
        found += [row["lot"] for row in page["items"]]
        cursor, first = page["next"], False
    return found


def test_the_pages_of_a_rule_are_the_lots_that_the_report_counts(hiding: Trade) -> None:
    report = hiding.net.hidden("BLOOM", "C-100", SHIP)
    counts = {row["code"]: row["count"] for row in report["by_reason"]}
    assert counts == {"not_confirmed": 4, "too_old": 2, "on_hold": 1}
    for code, count in counts.items():
        lots = walked(hiding, rule=code, limit=1)
        assert (len(lots), len(set(lots))) == (count, count)
    assert sorted(walked(hiding, limit=2)) == ["ANDES/L2", "ANDES/OLD-1", "ANDES/OLD-2", "SIERRA/S1"]
    assert walked(hiding, rule="mixed_box") == []
    assert hiding.net.hidden("BLOOM", "C-100", SHIP, count=True, limit=1)["count"] == report["hidden"]
    assert hiding.net.hidden("BLOOM", "C-100", SHIP, rule="too_old", count=True, limit=1)["count"] == 2


def test_a_hidden_lot_says_since_when_where_it_is_set_and_what_is_seen_instead(hiding: Trade) -> None:
    page = hiding.net.hidden("BLOOM", "C-100", SHIP, rule="too_old")
    row = page["items"][0]
    assert (row["lot"], row["reasons"], row["available"]) == ("ANDES/OLD-1", ["not_confirmed", "too_old"], 1)
    details = {one["code"]: one for one in row["details"]}
    assert (details["too_old"]["since"], details["too_old"]["ends"]) == ("2026-01-31", None)
    assert details["too_old"]["address"] == {"subject": "settings", "field": "max_age"}
    assert details["not_confirmed"]["address"] == {"subject": "settings", "field": "autoconfirm"}
    assert row["seen"] == [{"lot": "ANDES/L1", "available": 6}]
    assert {"on_hold", "mixed_box", "not_mapped"} <= set(row["rules_passed"])
    assert not set(row["reasons"]) & set(row["rules_passed"])


def test_of_the_vendors_rules_a_buyer_reads_the_code_alone_and_nothing_of_the_lot(hiding: Trade) -> None:
    buyer = hiding.net.on_behalf_of(PAT)
    row = buyer.hidden("BLOOM", "C-100", SHIP, rule="on_hold")["items"][0]
    assert (row["lot"], row["description"], row["available"], row["seen"]) == ("ANDES/OLD-2", None, None, [])
    theirs = [one for one in row["details"] if one["side"] == "vendor"]
    assert all(set(one) == {"code", "side", "reason"} for one in theirs)
    assert "mixed_box" not in row["rules_passed"]
    own = buyer.hidden("BLOOM", "C-100", SHIP, rule="not_confirmed")["items"][0]
    assert (own["lot"], own["description"], own["available"]) == ("ANDES/L2", "Rose Red Freedom 60cm", 4)


def test_the_remark_of_the_vendor_is_read_while_its_rules_hold_the_lot_back(hiding: Trade) -> None:
    net, words = hiding.net, "Sold to you from Monday on, the bloom is slow."
    for lot in ("OLD-1", "OLD-2", "L2"):
        net.set("ANDES", lot=lot, values={"remark": words})
    buyer, warehouse = (net.on_behalf_of(one) for one in (PAT, replace(PAT, roles=frozenset({"warehouse"}))))
    for person in (net, buyer, warehouse):
        rows = {row["lot"]: row for row in person.hidden("BLOOM", "C-100", SHIP, limit=10)["items"]}
        assert {lot: row["remark"] for lot, row in rows.items()} == {
            "ANDES/L2": None,  # which the buyer has not confirmed
            "ANDES/OLD-1": words,
            "ANDES/OLD-2": words,
            "SIERRA/S1": None,
        }
    net.set("ANDES", lot="OLD-2", values={"remark": None})
    assert buyer.hidden("BLOOM", "C-100", SHIP, rule="on_hold")["items"][0]["remark"] is None
    change = net.last_change("ANDES", "lots/OLD-1", "remark")
    assert change is not None
    assert (change["before"], change["after"]) == (None, words)
    stranger = Actor("w@andes.example", "ANDES", frozenset({"salesperson"}))
    with pytest.raises(NotAllowed):
        net.on_behalf_of(stranger).set("ANDES", lot="L1", values={"remark": words})


def test_a_lots_own_field_and_a_customers_limit_are_addressed_as_such(trade: Trade) -> None:
    own = {**LOT, "code": "OWN", "product": "FREEDOM", "boxes": 2, "web_price": "0.5", "on_hold": True}
    trade.net.put("BLOOM", "lots", [own])
    trade.net.set("BLOOM", settings={"apply_aging_restrictions_per_customer": True})
    trade.net.set("BLOOM", customer="C-100", values={"max_age": 0})
    details = {}
    for row in trade.net.hidden("BLOOM", "C-100", SHIP, limit=10)["items"]:
        details[row["lot"]] = {one["code"]: one["address"] for one in row["details"]}
    assert details["OWN"]["on_hold"] == {"subject": "lots/OWN", "field": "on_hold"}
    assert details["ANDES/L1"]["buyer_age_limits"] == {"subject": "customers/C-100", "field": "max_age"}


def test_a_cursor_is_of_one_rule_and_one_sale_and_strangers_know_nothing(hiding: Trade) -> None:
    cursor = hiding.net.hidden("BLOOM", "C-100", SHIP, rule="not_confirmed", limit=1)["next"]
    with pytest.raises(CursorMismatch):
        hiding.net.hidden("BLOOM", "C-100", SHIP, rule="too_old", limit=1, cursor=cursor)
    with pytest.raises(CursorMismatch):
        hiding.net.hidden("BLOOM", "C-200", SHIP, rule="not_confirmed", limit=1, cursor=cursor)
    with pytest.raises(NotFound):
        hiding.net.hidden("BLOOM", "C-999", SHIP, limit=1)
