"""Keys of programs and tokens of final customers: made, listed, rotated, revoked, and acting with their scopes."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.clock import moment_text
from k2k_core.domain.api_keys import read_key
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.domain.scopes import PRESETS
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound, ScopeMissing
from k2k_core.services.administration.api_keys import new_key
from k2k_core.store import tables
from tests.services.conftest import BEGINNING, Trade

SHIP = "2026-02-05"
ADMIN = Actor("ana@bloom.example", "BLOOM", frozenset({"admin"}))
OPERATOR = Actor("op@network.example", None)


@pytest.fixture
def net(trade: Trade) -> K2K:
    return trade.net


def acting(net: K2K, secret: str | None, address: str = "") -> K2K:
    """The network for whoever shows a key."""
    actor = net.key_actor(str(secret), address)
    assert actor is not None
    return net.on_behalf_of(actor)


def stored(net: K2K) -> str:
    """Every row of every table."""
    with net.context.store.whole_network.reading() as session:
        return json.dumps([session.rows(table.select()) for table in tables.ALL], default=str)


def test_a_key_acts_for_its_company_with_its_scopes_and_its_name_stands_in_the_audit(net: K2K) -> None:
    made = net.on_behalf_of(ADMIN).add_api_key("BLOOM", "erp", preset="buyer_erp", scopes=["setup"])
    assert made["scopes"] == ["reading", "costs", "orders", "purchasing", "boxes", "setup"]
    assert (made["made_by"], made["state"], made["expires_at"]) == ("ana@bloom.example", "active", None)
    erp = acting(net, made["secret"])
    erp.set("BLOOM", settings={"cart_minutes": 50})
    assert erp.company("BLOOM").orders(limit=1)["items"] == []
    with pytest.raises(ScopeMissing):
        erp.set("BLOOM", settings={"k2k_gpm": 20})
    with pytest.raises(NotAllowed):
        erp.orders("ANDES")
    people = {row["person"] for row in net.audit("BLOOM", limit=20)["items"]}
    assert {"key:erp", "ana@bloom.example"} <= people


def test_only_digests_are_stored_and_the_list_has_no_secret(net: K2K) -> None:
    made = net.add_api_key("BLOOM", "shop", preset="web_shop", key="once")
    rotated = net.rotate_api_key("BLOOM", made["id"], key="twice")
    token = net.customer_token("BLOOM", "C-100", key="thrice")
    for one in (made, rotated, token):
        shown = read_key(str(one["secret"]))
        assert shown is not None
        assert len(shown.secret) == 43
        assert shown.secret not in stored(net)
    assert net.add_api_key("BLOOM", "shop", preset="web_shop", key="once") == {**made, "secret": None}
    page = net.api_keys("BLOOM", count=True, limit=1)
    assert (page["count"], [one["name"] for one in page["items"]]) == (2, ["shop"])
    rest = net.api_keys("BLOOM", cursor=page["next"], limit=1)["items"]
    assert [(one["customer"], one["scopes"]) for one in rest] == [("C-100", ["shop"])]
    assert all("secret" not in one for one in (*page["items"], *rest))
    assert net.api_keys("BLOOM", customer="C-100", state="active")["items"] == rest
    assert net.api_keys("ANDES")["items"] == []
    assert net.verify() == []


def test_after_a_rotation_both_secrets_count_for_a_day_and_a_revoked_key_at_once_no_more(trade: Trade) -> None:
    net = trade.net
    first = net.add_api_key("BLOOM", "erp", preset="read_only")
    second = net.rotate_api_key("BLOOM", first["id"])
    assert second["old_secret_until"] == moment_text(BEGINNING + dt.timedelta(hours=24))
    assert net.key_actor(str(first["secret"])) == net.key_actor(str(second["secret"]))
    trade.later(hours=24)
    assert net.key_actor(str(first["secret"])) is None
    assert net.key_actor(str(second["secret"])) is not None
    ended = net.revoke_api_key("BLOOM", first["id"])
    assert (ended["state"], ended["revoked_at"] is None) == ("revoked", False)
    assert net.key_actor(str(second["secret"])) is None
    for again in (net.revoke_api_key, net.rotate_api_key):
        with pytest.raises(Conflict):
            again("BLOOM", first["id"])
    with pytest.raises(Conflict):
        net.add_api_key("BLOOM", "erp", preset="read_only")
    said = {row["action"] for row in net.audit("BLOOM", limit=20)["items"]}
    assert {"api_key.added", "api_key.rotated", "api_key.revoked"} <= said


def test_a_key_ends_when_it_was_said_to_and_a_text_that_is_none_is_nobody(trade: Trade) -> None:
    net = trade.net
    ends = (trade.net.context.clock() + dt.timedelta(hours=1)).isoformat()
    made = str(net.add_api_key("BLOOM", "short", ["reading"], expires_at=ends)["secret"])
    assert net.key_actor(made) is not None
    cut = made[:20] + made[21:]
    for text in ("", "k2k", made[:-1], made + "0", made.upper(), cut, "k2kc" + made[3:], new_key("k2k").text):
        assert net.key_actor(text) is None, text
    trade.later(minutes=60)
    assert net.key_actor(made) is None
    assert [one["state"] for one in net.api_keys("BLOOM", state="expired")["items"]] == ["expired"]


def test_the_last_use_is_noted_to_the_minute_with_the_address(trade: Trade) -> None:
    net = trade.net
    made = net.add_api_key("BLOOM", "erp", preset="read_only")

    def used() -> Any:
        (one,) = net.api_keys("BLOOM")["items"]
        return one["last_used_at"], one["last_address"]

    assert used() == (None, "")
    acting(net, made["secret"], "10.0.0.7")
    first = used()
    assert first == (moment_text(trade.net.context.clock()), "10.0.0.7")
    trade.later(seconds=59)
    acting(net, made["secret"], "10.0.0.8")
    assert used() == first
    trade.later(seconds=1)
    acting(net, made["secret"], "10.0.0.9\n" + "x" * 99)
    assert used()[0] == moment_text(trade.net.context.clock())
    assert len(used()[1]) == 64


def test_nobody_gives_more_than_they_have(net: K2K) -> None:
    for role in sorted({*ROLES} - {"admin"}):
        with pytest.raises(NotAllowed):
            net.on_behalf_of(Actor("p", "BLOOM", frozenset({role}))).add_api_key("BLOOM", "x", ["reading"])
    people = acting(net, net.add_api_key("BLOOM", "people", ["people", "reading"])["secret"])
    assert people.add_api_key("BLOOM", "reader", ["reading"])["scopes"] == ["reading"]
    for scope in ("costs", "setup", "boxes"):
        with pytest.raises(ScopeMissing):
            people.add_api_key("BLOOM", scope, [scope])
    with pytest.raises(NotAllowed):
        net.on_behalf_of(ADMIN).add_api_key("ANDES", "x", ["reading"])
    operator = net.on_behalf_of(OPERATOR)
    assert operator.add_api_key("BLOOM", "set-up", ["setup", "people"])["state"] == "active"
    with pytest.raises(NotAllowed):
        operator.add_api_key("BLOOM", "prices", ["prices"])
    with pytest.raises(NotAllowed):
        net.on_behalf_of(ADMIN).add_api_key(None, "x", ["hub"])
    with pytest.raises(NotAllowed):
        net.on_behalf_of(ADMIN).key_actor("k2k")


def test_a_key_of_the_network_acts_for_an_operator(net: K2K) -> None:
    hub = acting(net, net.on_behalf_of(OPERATOR).add_api_key(None, "hub", ["hub"])["secret"])
    assert {one["code"] for one in hub.companies()["items"]} >= {"ANDES", "BLOOM"}
    assert [one["name"] for one in hub.api_keys(None)["items"]] == ["hub"]
    hub.set("BLOOM", settings={"cart_minutes": 40})
    with pytest.raises(NotAllowed):
        hub.set("BLOOM", settings={"k2k_gpm": 20})


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"scopes": ["reading", "everything"]}, "scopes[1]"),
        ({"scopes": ["hub"]}, "scopes[0]"),
        ({"preset": "root"}, "preset"),
        ({}, "scopes"),
        ({"name": " ", "scopes": ["reading"]}, "name"),
        ({"name": "x" * 61, "scopes": ["reading"]}, "name"),
        ({"scopes": ["reading"], "expires_at": "tomorrow"}, "expires_at"),
        ({"scopes": ["reading"], "expires_at": BEGINNING.isoformat()}, "expires_at"),
        ({"company": None, "scopes": ["reading"]}, "scopes[0]"),
        ({"company": None, "preset": "read_only"}, "preset"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_wrong_request_is_refused_with_its_place(net: K2K, wrong: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        net.add_api_key(**{"company": "BLOOM", "name": "x", **wrong})
    assert path in [fault["path"] for fault in refused.value.faults]


def test_a_customers_token_opens_its_own_catalog_and_documents_and_nothing_else(trade: Trade) -> None:
    net = trade.net
    shop = acting(net, net.add_api_key("BLOOM", "shop", preset="web_shop")["secret"])
    token = shop.customer_token("BLOOM", "C-100", minutes=30)
    assert str(token["secret"]).startswith("k2kc_")
    customer = acting(net, token["secret"])
    assert customer.catalog("BLOOM", "C-100", ship_date=SHIP)["lines"]
    carts = [trade.ordered(1)["cart"], trade.ordered(1, customer="C-200")["cart"]]
    own = [one["number"] for one in net.orders("BLOOM", kind="prebook", customer="C-100", limit=10)["items"]]
    assert [one["number"] for one in customer.orders("BLOOM", limit=10)["items"]] == own != []
    for refused in (
        lambda: customer.offers("BLOOM"),
        lambda: customer.records("BLOOM", "customers"),
        lambda: customer.orders("ANDES", limit=10),
        lambda: customer.catalog("BLOOM", "C-200", ship_date=SHIP),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(ScopeMissing):
        acting(net, net.add_api_key("BLOOM", "erp", preset="buyer_erp")["secret"]).customer_token("BLOOM", "C-100")
    with pytest.raises(NotFound):
        shop.customer_token("BLOOM", "C-999")
    for minutes in (0, 1441):
        with pytest.raises(Invalid):
            shop.customer_token("BLOOM", "C-100", minutes)
    with pytest.raises(Conflict):
        net.rotate_api_key("BLOOM", token["id"])
    for cart in carts:
        net.cancel("BLOOM", cart=cart)
    net.archive("BLOOM", "customers", "C-100")
    assert net.key_actor(str(token["secret"])) is None
    net.archive("BLOOM", "customers", "C-100", restore=True)
    trade.later(minutes=30)
    assert net.key_actor(str(token["secret"])) is None
    net.tidy()
    assert [one["name"] for one in net.api_keys("BLOOM")["items"]] == ["shop", "erp"]


def test_the_presets_are_those_of_the_design() -> None:
    assert set(PRESETS) == {"read_only", "price", "vendor_erp", "buyer_erp", "warehouse", "web_shop"}
