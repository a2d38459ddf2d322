"""A draft is not applied over what somebody else has changed since it was made, unless that was seen."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid
from tests.services.conftest import Trade

Change = Mapping[str, Any]
SEASON = {"name": "All", "start": "2026-01-01", "end": "2026-12-31"}


def price_list(price: str) -> dict[str, Any]:
    rows = [{"product": "FREEDOM", "price": price}]
    return {"code": "OWN", "name": "Own", "type": "all", "seasons": [{**SEASON, "rows": rows}]}


def drafted(net: K2K, *changes: Change) -> str:
    return str(net.what_if("BLOOM", changes)["draft"])


def conflict(net: K2K, draft: str, **options: Any) -> list[dict[str, Any]]:
    with pytest.raises(Conflict) as refused:
        net.apply_draft("BLOOM", draft, **options)
    found: list[dict[str, Any]] = refused.value.facts["fields"]
    return found


def listed(net: K2K, draft: str) -> dict[str, Any]:
    return next(dict(row) for row in net.drafts("BLOOM")["items"] if row["draft"] == draft)


def gpm(net: K2K) -> Any:
    return net.settings("BLOOM")["k2k_gpm"]["own"]


def test_a_draft_conflicts_when_a_setting_that_it_changes_was_changed_since(trade: Trade) -> None:
    net = trade.net
    draft = drafted(net, {"settings": {"k2k_gpm": "40"}})
    assert listed(net, draft)["conflicts"] == []
    trade.later(minutes=5)
    jorge = net.on_behalf_of(Actor("jorge@bloom.example", "BLOOM", frozenset({"admin"})))
    jorge.set("BLOOM", settings={"k2k_gpm": "31"})
    (field,) = conflict(net, draft)
    assert (field["subject"], field["field"]) == ("settings", "k2k_gpm")
    assert (field["was"], field["theirs"], field["yours"]) == ("28", "31", "40")
    assert field["who"] == "jorge@bloom.example"
    assert field["when"] == net.audit("BLOOM", sort="-id", limit=1)["items"][0]["at"]
    assert gpm(net) == "31"
    assert conflict(net, draft, dry_run=True) == [field]
    row = listed(net, draft)
    assert row["conflicts"] == [{name: field[name] for name in ("subject", "field", "was", "theirs", "yours")}]
    assert row["state"] == "open"


def test_whoever_has_seen_the_other_value_applies_the_draft_all_the_same(trade: Trade) -> None:
    net = trade.net
    draft = drafted(net, {"settings": {"k2k_gpm": "40"}})
    net.set("BLOOM", settings={"k2k_gpm": "31"})
    seen: dict[str, Any] = {"settings": {"k2k_gpm": 31}}
    net.set("BLOOM", settings={"k2k_gpm": "32"})
    (field,) = conflict(net, draft, expected=seen)
    assert (field["was"], field["theirs"]) == ("31", "32")
    net.apply_draft("BLOOM", draft, expected={field["subject"]: {field["field"]: field["theirs"]}}, key="seen")
    assert gpm(net) == "40"
    assert listed(net, draft)["conflicts"] == []
    for wrong in ({"company": {"name": "Bloom"}}, {"settings": {"moon": 1}}, {"settings": 3}):
        with pytest.raises(Invalid):
            net.apply_draft("BLOOM", drafted(net, {"settings": {"k2k_gpm": "41"}}), expected=wrong)


def test_what_others_change_beside_a_draft_or_to_the_same_is_no_conflict(trade: Trade) -> None:
    net = trade.net
    draft = drafted(
        net, {"settings": {"k2k_gpm": "40"}}, {"customer": "C-100", "values": {"ecommerce_markup": {"percent": "-5"}}}
    )
    net.set("BLOOM", settings={"cart_minutes": 20})
    net.set("BLOOM", customer="C-100", values={"name": "Corner Flowers", "ecommerce_markup": {"percent": "-5"}})
    net.apply_draft("BLOOM", draft)
    found: Any = net.record("BLOOM", "customers", "C-100")
    assert (gpm(net), found["name"], found["ecommerce_markup"]) == ("40", "Corner Flowers", {"percent": "-5"})


@pytest.mark.parametrize(
    ("change", "other", "expected"),
    [
        (
            {"customer": "C-100", "values": {"price_b_markup": {"percent": "5"}}},
            {"customer": "BLOOM/C-100", "values": {"price_b_markup": {"amount": "0.1"}}},
            ("customers/C-100", "price_b_markup", {"amount": "0.1"}),
        ),
        ({"values": {"name": "Bloom Two"}}, {"values": {"name": "Bloom Three"}}, ("company", "name", "Bloom Three")),
    ],
)
def test_fields_of_records_and_of_the_company_conflict_too(
    trade: Trade, change: Change, other: Change, expected: tuple[str, str, Any]
) -> None:
    net = trade.net
    draft = drafted(net, change)
    net.set("BLOOM", **other)
    (field,) = conflict(net, draft)
    assert (field["subject"], field["field"], field["theirs"]) == expected
    assert field["who"] == "host"
    net.apply_draft("BLOOM", draft, expected={field["subject"]: {field["field"]: field["theirs"]}})


def test_a_whole_record_conflicts_in_each_field_that_others_have_changed(trade: Trade) -> None:
    net = trade.net
    category = {"code": "LILIES", "name": "Lilies"}
    draft = drafted(net, {"collection": "categories", "rows": [category]})
    net.put("BLOOM", "price_lists", [price_list("0.70")])
    prices = drafted(net, {"collection": "price_lists", "rows": [price_list("0.80")]})
    again = drafted(net, {"hierarchies": {"hierarchy": [{"inventory_type": "k2k", "steps": ["va_price"]}]}})
    net.put("BLOOM", "categories", [{**category, "name": "Lilies and more"}])
    net.put("BLOOM", "price_lists", [price_list("0.75")])
    net.set_hierarchies("BLOOM", {"hierarchy": [{"inventory_type": "k2k", "steps": ["company_gpm"]}]})
    (field,) = conflict(net, draft)
    assert (field["subject"], field["field"], field["was"]) == ("categories/LILIES", "code", None)
    (order,) = conflict(net, again)
    assert (order["subject"], order["field"], order["who"]) == ("hierarchies", "hierarchies", "host")
    (seasons,) = conflict(net, prices)
    assert (seasons["subject"], seasons["field"], seasons["who"]) == ("price_lists/OWN", "seasons", "host")
    assert [one["rows"][0]["price"] for one in (*seasons["was"], *seasons["theirs"])] == ["0.7", "0.75"]
    net.apply_draft("BLOOM", prices, expected={seasons["subject"]: {"seasons": seasons["theirs"]}})
    net.apply_draft("BLOOM", draft, expected={"categories/LILIES": {"code": "LILIES"}})
    assert net.record("BLOOM", "categories", "LILIES")["name"] == "Lilies"


def test_of_two_who_write_at_once_one_is_told(trade: Trade, database_url: str) -> None:
    net = trade.net
    draft = drafted(net, {"settings": {"k2k_gpm": "40"}})
    barrier, told = threading.Barrier(2), []

    def apply() -> None:
        with K2K.open(database_url) as mine:
            barrier.wait()
            try:
                mine.apply_draft("BLOOM", draft)
            except Conflict as refused:
                told.append(("draft", refused.facts["fields"][0]["theirs"]))

    def change() -> None:
        with K2K.open(database_url) as mine:
            barrier.wait()
            try:
                mine.set("BLOOM", settings={"k2k_gpm": "31"}, expected={"k2k_gpm": "28"})
            except Conflict as refused:
                told.append(("change", refused.facts["fields"][0]["theirs"]))

    threads = [threading.Thread(target=one) for one in (apply, change)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert told in ([("draft", "31")], [("change", "40")])
    assert gpm(net) == told[0][1]
