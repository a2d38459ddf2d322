"""Companies, their settings, connections, drafts and audit are read back."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import Invalid, NotAllowed
from k2k_core.settings.catalogue import BY_NAME, SETTINGS
from tests.services.conftest import Trade


def every(ask: Any, **asked: Any) -> list[dict[str, Any]]:
    """Every row of a list, one to a page."""
    found, cursor = [], None
    while True:
        page = ask(limit=1, cursor=cursor, **asked)
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def person(trade: Trade, *roles: str) -> K2K:
    return trade.net.on_behalf_of(Actor("person@bloom.example", "BLOOM", frozenset(roles)))


def test_the_host_and_operators_list_the_companies_and_nobody_else(trade: Trade) -> None:
    net = trade.net
    assert [row["code"] for row in every(net.companies)] == ["ANDES", "BLOOM", "PETAL", "SIERRA"]
    assert [row["code"] for row in every(net.companies, sort="-name")] == ["SIERRA", "PETAL", "BLOOM", "ANDES"]
    assert [row["code"] for row in every(net.companies, q="bLÓOM whole")] == ["BLOOM"]
    found = net.companies({"timezone": "America/Bogota"}, count=True)
    assert (found["count"], found["seq"]) == (2, 0)
    operator = net.on_behalf_of(Actor("o@network.example", None))
    assert operator.companies()["items"] == net.companies()["items"]
    with pytest.raises(NotAllowed):
        person(trade, *ROLES).companies()


def test_a_company_is_read_as_it_is_changed(trade: Trade) -> None:
    trade.net.set("BLOOM", values={"name": "Blóom", "locale": "es"})
    known = {"code": "BLOOM", "currency": "USD", "timezone": "America/New_York"}
    assert trade.net.company("BLOOM") == {**known, "name": "Blóom", "locale": "es"}
    assert [row["code"] for row in trade.net.companies(q="BLÓOM")["items"]] == ["BLOOM", "SIERRA"]


def test_each_setting_says_its_value_the_companys_own_the_default_and_where_it_comes_from(trade: Trade) -> None:
    net = trade.net
    net.set("BLOOM", settings={"cut_offs": {"mon": "1400"}, "cart_minutes": 30})
    found = net.settings("BLOOM")
    assert list(found) == [one.name for one in SETTINGS]
    assert found["cart_minutes"] == {"value": 30, "own": 30, "default": 60, "from": "company"}
    assert found["max_age"] == {"value": None, "own": None, "default": None, "from": "installation"}
    assert found["k2k_gpm"]["value"] == "28"
    assert found["cut_offs"]["own"] == {"mon": "1400"}
    net.set("BLOOM", settings={name: one["own"] for name, one in found.items()})
    assert net.settings("BLOOM") == found


def test_settings_are_searched_filtered_sorted_and_paged_like_any_other_list(trade: Trade) -> None:
    net = trade.net
    net.set("BLOOM", settings={"cart_minutes": 30})
    found = net.settings("BLOOM")
    rows = every(net.settings, company="BLOOM")
    assert [row["setting"] for row in rows] == sorted(found)
    assert {row.pop("setting"): row for row in rows} == {
        name: {**one, "group": BY_NAME[name].group} for name, one in found.items()
    }
    for sort in ("group", "from", "setting"):
        up, down = (every(net.settings, company="BLOOM", sort=one) for one in (sort, f"-{sort}"))
        assert [row[sort] for row in up] == sorted(row[sort] for row in up)
        assert down == up[::-1]
    filters = {"from": "company", "group": "ecommerce"}
    own = net.settings("BLOOM", filters=filters, limit=5, fields=["setting", "own"])["items"]
    assert {"setting": "cart_minutes", "own": 30} in own
    assert [row["setting"] for row in net.settings("BLOOM", q="CÁRT minutes", limit=1)["items"]] == ["cart_minutes"]
    assert net.settings("BLOOM", filters={"setting": "gpm,max_age"}, limit=1, count=True)["count"] == 2
    with pytest.raises(Invalid) as error:
        net.settings("BLOOM", filters={"from": "heaven"}, limit=1)
    assert [fault["path"] for fault in error.value.faults] == ["from"]


def test_margins_and_costs_among_the_settings_are_for_whoever_may_see_costs(trade: Trade) -> None:
    for role, sees in (("procurement", True), ("salesperson", False), ("warehouse", False)):
        found = person(trade, role).settings("BLOOM")
        assert ("k2k_gpm" in found, "cube_rate" in found) == (sees, sees)
        assert "cart_minutes" in found
    assert "k2k_gpm" not in trade.net.on_behalf_of(Actor("o@network.example", None)).settings("BLOOM")


def test_connections_are_listed_by_side_partner_and_state_with_their_history(trade: Trade) -> None:
    net = trade.net
    net.suspend("ANDES", "BLOOM", by="BLOOM")
    rows = every(lambda **asked: net.connections("BLOOM", **asked))
    assert [(row["vendor"], row["state"]) for row in rows] == [("ANDES", "suspended"), ("SIERRA", "active")]
    assert [(step["state"], step["by"]) for step in rows[0]["history"]] == [("suspended", "BLOOM")]
    assert rows[1]["history"] == []
    assert [row["buyer"] for row in net.connections("ANDES", sort="buyer")["items"]] == ["BLOOM", "PETAL"]
    assert net.connections("ANDES", role="buyer")["items"] == []
    assert [row["buyer"] for row in net.connections("ANDES", partner="PETAL")["items"]] == ["PETAL"]
    assert net.connections("BLOOM", partner="BLOOM")["items"] == []
    assert [row["vendor"] for row in net.connections("BLOOM", state="active", q="síerra")["items"]] == ["SIERRA"]
    with pytest.raises(Invalid):
        net.connections("BLOOM", state="asleep")


def test_drafts_are_listed_with_what_became_of_them(trade: Trade) -> None:
    net = trade.net
    numbers = [net.what_if("BLOOM", [{"settings": {"k2k_gpm": rate}}])["draft"] for rate in ("30", "31", "32")]
    net.apply_draft("BLOOM", numbers[0])
    net.drop_draft("BLOOM", numbers[1])
    rows = every(lambda **asked: net.drafts("BLOOM", **asked))
    assert [(row["draft"], row["state"]) for row in rows] == list(
        zip(numbers, ("applied", "dropped", "open"), strict=True)
    )
    assert rows[2]["changes"] == [{"settings": {"k2k_gpm": "32"}}]
    assert [row["draft"] for row in net.drafts("BLOOM", state="open")["items"]] == numbers[2:]
    mine = person(trade, "admin").what_if("BLOOM", [{"settings": {"k2k_gpm": "33"}}])["draft"]
    assert [row["draft"] for row in net.drafts("BLOOM", person="person@bloom.example")["items"]] == [mine]
    assert net.drafts("ANDES")["items"] == []


def test_the_audit_says_who_changed_what_from_what_to_what(trade: Trade) -> None:
    net = trade.net
    admin = person(trade, "admin")
    admin.set("BLOOM", settings={"k2k_gpm": "31"})
    trade.later(minutes=5)
    admin.set("BLOOM", customer="C-100", values={"name": "Córner"})
    rows = every(lambda **asked: net.audit("BLOOM", **asked), filters={"person": "person@bloom.example"})
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("settings.changed", "BLOOM"),
        ("customer.changed", "C-100"),
    ]
    assert (rows[0]["before"], rows[0]["after"]) == ({"k2k_gpm": "28"}, {"k2k_gpm": "31"})
    latest = net.audit("BLOOM", {"since": rows[1]["at"]}, sort="-id")["items"]
    assert [row["subject"] for row in latest] == ["C-100"]
    assert net.audit("BLOOM", {"until": rows[0]["at"], "action": "settings.changed"})["items"] == []
    assert [row["id"] for row in net.audit("BLOOM", sort="-id", q="CORNER c-100")["items"]] == []
    assert [row["id"] for row in net.audit("BLOOM", q="c-100")["items"]] == [rows[1]["id"]]
    operator = net.on_behalf_of(Actor("o@network.example", None)).audit("BLOOM", q="c-100")["items"]
    assert [set(row) for row in operator] == [{"id", "at", "person", "action", "subject", "undoable"}]
    with pytest.raises(NotAllowed):
        person(trade, "warehouse").audit("BLOOM")
