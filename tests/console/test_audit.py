"""The audit: who changed what, from what to what, newest first."""

from __future__ import annotations

from typing import Any

from k2k_console.desks.audit import changes
from k2k_core.api import K2K


def test_a_change_at_a_desk_is_told_with_its_person_and_both_values(visit: Any, k2k: K2K) -> None:
    browser = visit("sales_manager@bloom.test")
    browser.send(browser.get("/gpms/").form.put("k2k_gpm", "31"))
    browser.send(browser.get("/markups/edit/?id=BLOOM/C-200").form.put("ecommerce_markup", "amount", "0.05"))
    text = visit("admin@bloom.test").get("/audit/").text
    newest, oldest = text.index("customer.changed"), text.index("settings.changed")
    assert newest < oldest
    assert "sales_manager@bloom.test" in text
    assert "ecommerce_markup percent 5 → amount 0.05" in text
    assert "k2k_gpm 28 → 31" in text


def test_only_what_was_changed_is_written_down(visit: Any, k2k: K2K) -> None:
    browser = visit("setup@bloom.test")
    browser.send(browser.get("/companies/edit/?id=BLOOM").form.put("name", "Bloom"))
    text = visit("admin@bloom.test").get("/audit/").text
    assert "name Bloom Wholesale → Bloom" in text
    assert "currency" not in text


def test_the_overview_shows_the_latest_changes_to_those_who_may_see_the_audit(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    assert "Latest changes" in visit("admin@bloom.test").get("/").text
    assert "Latest changes" not in visit("warehouse@bloom.test").get("/").text


def test_the_audit_can_be_searched(visit: Any, k2k: K2K) -> None:
    k2k.set(company="BLOOM", settings={"k2k_gpm": "31"})
    k2k.set(company="BLOOM", customer="C-200", values={"credit_hold": True})
    text = visit("admin@bloom.test").get("/audit/?search=C-200").text
    assert "1 in all" in text
    assert "credit_hold off → on" in text


def test_values_are_told_apart_and_the_unchanged_left_out() -> None:
    assert changes({"a": 1, "b": "x"}, {"a": 1, "b": "y"}) == [("b", "x", "y")]
    assert changes(None, {"a": [1, 2]}) == [("a", "unset", "1, 2")]
    assert changes("old", "new") == [("", "old", "new")]
    assert changes(None, None) == []
