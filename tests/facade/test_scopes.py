"""Scopes narrow what an actor may do, and never widen it: every method of the facade with each scope missing."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.disclosure import reader_of
from k2k_core.domain.roles import HOST, METHODS, ROLES, SCOPE_OF, SEEING_COSTS, Actor
from k2k_core.domain.scopes import BY_FIELD, EVERYBODY, METHOD_SCOPES, NAMES, PRESETS, scopes_of
from k2k_core.errors import K2KError, NotAllowed, ScopeMissing
from tests.facade.test_roles import CALLS, FIELDS, HOSTS, Call
from tests.services.conftest import Trade

ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""Who may do what has nothing to do with the engine."""

ALL = frozenset(NAMES)
TOP = Path(__file__).resolve().parents[2]


def key(trade: Trade, scopes: frozenset[str], *roles: str, company: str | None = "BLOOM") -> K2K:
    """The network for a key of BLOOM, which has these scopes and every role, or those that are named."""
    actor = Actor("key:shop", company, frozenset(roles or (ROLES if company else ())), scopes=scopes)
    return trade.net.on_behalf_of(actor)


def missing(call: Call, net: K2K) -> str | None:
    """The scope that a call lacks."""
    try:
        call(net)
    except ScopeMissing as error:
        return str(error.facts["scope"])
    except NotAllowed as error:
        return f"refused: {error}"
    except K2KError:
        pass
    return None


@ONE_ENGINE
def test_every_method_has_the_scope_of_its_action_and_no_other(trade: Trade) -> None:
    trade.net.add_user("BLOOM", "person@bloom.example", roles=["warehouse"])
    for name, part in CALLS:
        (action,) = [one.action for one in METHODS if (one.name, one.part) == (name, part)]
        scope, call = SCOPE_OF[action], CALLS[name, part]
        assert missing(call, key(trade, ALL - {scope})) == scope, (name, part)
        assert missing(call, key(trade, frozenset({scope, "reading"}))) is None, (name, part)


@ONE_ENGINE
def test_every_method_of_whoever_runs_the_network_needs_the_scope_of_the_hub(trade: Trade) -> None:
    methods = {name for name, _ in inspect.getmembers(K2K, callable) if not name.startswith("_")}
    assert methods - set(METHOD_SCOPES) == HOSTS - {*EVERYBODY, "plugins"}
    for name in methods - set(METHOD_SCOPES):
        for company in ("BLOOM", None):
            with pytest.raises(ScopeMissing):
                getattr(key(trade, ALL - {"hub"}, company=company), name)()
    operator = key(trade, frozenset({"hub"}), company=None)
    assert {one["code"] for one in operator.companies()["items"]} >= {"ANDES", "BLOOM"}
    assert operator.users("BLOOM") == []
    with pytest.raises(ScopeMissing):
        key(trade, ALL - {"hub"}, company=None).users("BLOOM")


@ONE_ENGINE
@pytest.mark.parametrize("what", FIELDS)
def test_each_setting_and_field_needs_the_scope_of_its_action(trade: Trade, what: str) -> None:
    arguments, action = FIELDS[what]
    assert missing(lambda k: k.set("BLOOM", **arguments), key(trade, ALL - {SCOPE_OF[action]})) == SCOPE_OF[action]
    assert missing(lambda k: k.set("BLOOM", **arguments), key(trade, frozenset({SCOPE_OF[action], "reading"}))) is None


@ONE_ENGINE
def test_a_method_that_writes_by_field_needs_one_of_the_scopes_of_fields(trade: Trade) -> None:
    for name in BY_FIELD:
        with pytest.raises(ScopeMissing):
            getattr(key(trade, ALL - scopes_of(name)), name)()


@ONE_ENGINE
def test_scopes_never_widen_what_the_roles_include(trade: Trade) -> None:
    warehouse = key(trade, ALL, "warehouse")
    with pytest.raises(NotAllowed) as refused:
        warehouse.set("BLOOM", settings={"k2k_gpm": 20})
    assert (refused.value.code, refused.value.status) == ("not_allowed", 403)
    with pytest.raises(NotAllowed):
        key(trade, ALL).orders("ANDES")
    reading = key(trade, frozenset({"reading"}))
    with pytest.raises(ScopeMissing):
        reading.on_behalf_of(HOST)
    others = reading.on_behalf_of(Actor("ann@bloom.example", "BLOOM", frozenset({"admin"})))
    with pytest.raises(ScopeMissing) as missing_one:
        others.set("BLOOM", settings={"k2k_gpm": 20})
    assert (missing_one.value.code, missing_one.value.status) == ("scope_missing", 403)
    wider = reading.on_behalf_of(Actor("key:other", "BLOOM", frozenset(ROLES), scopes=frozenset({"boxes", "reading"})))
    with pytest.raises(ScopeMissing):
        wider.scan("BLOOM", ["B1"])


@ONE_ENGINE
def test_costs_are_not_read_without_their_scope(trade: Trade) -> None:
    trade.ordered(1)
    reading, costs = key(trade, frozenset({"reading"})), key(trade, frozenset({"reading", "costs"}))
    asked: Any = lambda net: net.price("BLOOM", "C-100", ["ANDES/L1"])[0]  # noqa: E731  # asked twice
    assert asked(costs)["landed_cost"] is not None
    assert "landed_cost" not in asked(reading) or asked(reading)["landed_cost"] is None
    assert asked(reading)["price"] == asked(costs)["price"]
    reader = Actor("key:shop", "BLOOM", frozenset(ROLES), scopes=frozenset({"reading"}))
    assert not reader.has(SEEING_COSTS)
    assert reader_of(reader) == "salesperson"


@ONE_ENGINE
def test_the_door_of_a_company_has_the_scopes_of_whoever_opens_it(trade: Trade) -> None:
    door = key(trade, frozenset({"reading"})).company("BLOOM")
    assert door["code"] == "BLOOM"
    assert door.orders(limit=1)["items"] == []
    with pytest.raises(ScopeMissing):
        door.scan(["B1"])
    with pytest.raises(ScopeMissing):
        key(trade, frozenset({"boxes"})).company("BLOOM")


@ONE_ENGINE
def test_a_job_runs_with_the_scopes_of_whoever_submitted_it(trade: Trade) -> None:
    pricing = key(trade, frozenset({"reading", "prices"}))
    found = pricing.submit("BLOOM", "export_price_lists", {})
    with pytest.raises(ScopeMissing):
        pricing.submit("BLOOM", "what_if", {"changes": []})
    with trade.net.context.store.whole_network.writing() as session:
        session.run("UPDATE job SET actor = REPLACE(actor, '\"prices\"', '\"boxes\"')")
    trade.net.run_jobs()
    ended = trade.net.job("BLOOM", found["id"])
    assert (ended["state"], ended["error"] and ended["error"]["code"]) == ("failed", "scope_missing")


@ONE_ENGINE
def test_a_final_customer_with_scopes_needs_that_of_a_shop(trade: Trade) -> None:
    def customer(*scopes: str) -> K2K:
        return trade.net.on_behalf_of(Actor("c", "BLOOM", customer="C-100", scopes=frozenset(scopes)))

    assert customer("shop").catalog("BLOOM", "C-100", ship_date="2026-02-05")["lines"]
    with pytest.raises(ScopeMissing):
        customer("reading", "orders").catalog("BLOOM", "C-100", ship_date="2026-02-05")


@ONE_ENGINE
def test_the_refusal_is_said_in_the_language_of_its_reader(trade: Trade) -> None:
    with pytest.raises(ScopeMissing) as refused:
        key(trade, frozenset({"reading"})).in_language("es").scan("BLOOM", ["B1"])
    assert refused.value.message == "key:shop no tiene ningún alcance para scan: boxes."


def test_the_presets_are_scopes_and_the_documentation_has_all() -> None:
    assert all("reading" in own and ALL.issuperset(own) for own in PRESETS.values())
    page = (TOP / "docs" / "roles.md").read_text("utf-8")
    written = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", page.partition("## Scopes")[2].partition("## Fields")[0], re.M)
    assert set(written) == ALL | set(PRESETS)
