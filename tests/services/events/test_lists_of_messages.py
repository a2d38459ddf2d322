"""Notifications, deliveries, endpoints and users, page by page."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Invalid, NotAllowed
from tests.services.conftest import Trade


@pytest.fixture
def net(trade: Trade) -> K2K:
    """An order of a customer with an accent, and endpoints."""
    net = trade.net
    net.set("BLOOM", customer="C-100", values={"name": "Florería Ñandú", "locale": "es"})
    for code in ("erp", "shop"):
        net.add_endpoint("BLOOM", code, f"https://{code}.bloom.example/hook")
    net.change_endpoint("BLOOM", "shop", active=False)
    trade.checked_out(1)
    trade.later(hours=1)
    trade.checked_out(1)
    return net


def found(page: dict[str, Any], name: str) -> list[Any]:
    return [row[name] for row in page["items"]]


def test_notifications_are_filtered_searched_and_sorted(net: K2K) -> None:
    whole: Any = net.notifications("BLOOM", limit=100, count=True)
    assert whole["count"] == len(whole["items"]) > 1
    plain = [{name: row[name] for name in row if name != "at"} for row in whole["items"]]
    assert plain == net.notifications("BLOOM")
    latest: Any = net.notifications("BLOOM", sort="-at", limit=100)
    assert latest["items"] == whole["items"][::-1]
    events = set(found(whole, "event"))
    for event in events:
        assert set(found(net.notifications("BLOOM", event, limit=100), "event")) == {event}
    address = whole["items"][0]["to"]
    assert set(found(net.notifications("BLOOM", to=address, limit=100), "to")) == {address}
    later: Any = net.notifications("BLOOM", since="2026-02-02T15:00:00Z", limit=100)
    before: Any = net.notifications("BLOOM", until="2026-02-02T15:00:00Z", limit=100)
    assert before["items"] + later["items"] == whole["items"]
    assert later["items"]
    assert before["items"]
    assert found(net.notifications("BLOOM", q=address.upper(), limit=100), "to")


def test_subjects_are_searched_without_regard_to_accents(net: K2K) -> None:
    subjects = found(net.notifications("BLOOM", limit=100), "subject")
    named = [subject for subject in subjects if "Ñandú" in subject]
    assert found(net.notifications("BLOOM", q="NANDU floreria", limit=100), "subject") == named


def test_notifications_of_the_network_are_for_whoever_runs_it(net: K2K) -> None:
    whole: Any = net.notifications(limit=1000, count=True)
    assert whole["count"] == len(net.notifications())
    person = net.on_behalf_of(Actor("p@bloom.example", "BLOOM", frozenset(("warehouse",))))
    assert "body" not in person.notifications("BLOOM", limit=1)["items"][0]
    with pytest.raises(NotAllowed):
        person.notifications(limit=1)


def test_deliveries_are_listed_the_newest_first(net: K2K) -> None:
    whole: Any = net.deliveries("BLOOM", limit=100, count=True)
    assert whole["items"] == net.deliveries("BLOOM")
    assert whole["count"] > 1
    oldest: Any = net.deliveries("BLOOM", sort="queued", limit=100)
    assert oldest["items"] == whole["items"][::-1]
    assert found(net.deliveries("BLOOM", "waiting", limit=100), "state") == ["waiting"] * whole["count"]
    assert net.deliveries("BLOOM", state="dead", limit=100)["items"] == []
    address = whole["items"][0]["to"]
    assert set(found(net.deliveries("BLOOM", to=address, limit=100), "to")) == {address}
    event = whole["items"][0]["event"]
    assert set(found(net.deliveries("BLOOM", event=event, limit=100), "event")) == {event}
    assert found(net.deliveries("BLOOM", q=whole["items"][0]["id"], limit=100), "id") == [whole["items"][0]["id"]]
    assert net.deliveries(limit=1000)["items"] == net.deliveries()
    with pytest.raises(Invalid):
        net.deliveries("BLOOM", state="lost", limit=1)


def test_endpoints_are_listed_without_their_secrets(net: K2K) -> None:
    page: Any = net.endpoints("BLOOM", limit=100)
    assert page["items"] == net.endpoints("BLOOM")
    assert found(page, "code") == ["erp", "shop"]
    assert "secret" not in page["items"][0]
    assert found(net.endpoints("BLOOM", state="disabled", limit=9), "code") == ["shop"]
    assert found(net.endpoints("BLOOM", q="ERP.bloom", limit=9), "code") == ["erp"]
    assert net.endpoints("ANDES", limit=9)["items"] == []


def test_users_are_listed_of_one_company_or_of_the_network(net: K2K) -> None:
    net.add_user("BLOOM", "ana@bloom.example", name="Ána", roles=["admin"])
    net.add_user("BLOOM", "bob@bloom.example", name="Bob")
    net.add_user(None, "op@network.example")
    net.set_active("bob@bloom.example", False)
    assert found(net.users("BLOOM", limit=9), "email") == ["ana@bloom.example", "bob@bloom.example"]
    assert found(net.users("BLOOM", q="ANA", limit=9), "email") == ["ana@bloom.example"]
    assert found(net.users("BLOOM", active=False, limit=9), "email") == ["bob@bloom.example"]
    assert found(net.users("BLOOM", sort="-name", limit=9), "name") in (["Bob", "Ána"], ["Ána", "Bob"])
    assert found(net.users(None, limit=9), "email") == ["op@network.example"]
    assert net.users("ANDES", limit=9)["items"] == []
