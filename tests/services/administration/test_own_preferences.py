"""A user's own preferences, and the views of console pages that they save for themselves or for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import Actor
from k2k_core.errors import Conflict, Invalid, NotAllowed, NotFound
from k2k_core.services.administration import saved_views

ANA, ADA, BEN, OPERATOR = "ana@andes.example", "ada@andes.example", "ben@bloom.example", "op@k2k.example"


@pytest.fixture
def net(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url) as opened:
        for code in ("ANDES", "BLOOM"):
            opened.add_company({"code": code, "currency": "USD", "timezone": "America/Bogota"})
        opened.add_user("ANDES", ANA, roles=["warehouse"])
        opened.add_user("ANDES", ADA, roles=["admin"])
        opened.add_user("BLOOM", BEN, roles=["admin"])
        opened.add_user(None, OPERATOR)
        yield opened


@pytest.fixture
def ana(net: K2K) -> K2K:
    return net.on_behalf_of(Actor(ANA, "ANDES", frozenset({"warehouse"})))


@pytest.fixture
def ada(net: K2K) -> K2K:
    return net.on_behalf_of(Actor(ADA, "ANDES", frozenset({"admin"})))


def names(net: K2K, email: str, page_name: str | None = None) -> list[str]:
    return [one["name"] for one in net.views(email, page_name)]


def test_what_was_not_chosen_is_the_default(ana: K2K) -> None:
    assert ana.preferences(ANA) == {
        "email": ANA,
        "locale": "en",
        "theme": "system",
        "density": "normal",
        "single_keys": True,
    }


def test_each_preference_is_chosen_by_itself_and_null_restores_the_default(ana: K2K) -> None:
    ana.set_preferences(ANA, {"theme": "dark", "single_keys": False})
    ana.set_preferences(ANA, {"density": "compact", "locale": "es"})
    assert ana.preferences(ANA) == {
        "email": ANA,
        "locale": "es",
        "theme": "dark",
        "density": "compact",
        "single_keys": False,
    }
    answer = ana.set_preferences(ANA, {"theme": None, "single_keys": None, "locale": None})
    assert answer == ana.preferences(ANA)
    assert (answer["theme"], answer["density"], answer["single_keys"]) == ("system", "compact", True)
    assert answer["locale"] == "en"
    assert ana.set_preferences(ANA, {}) == answer


def test_the_language_is_that_of_the_account(net: K2K, ana: K2K) -> None:
    ana.set_preferences(ANA, {"locale": "es"})
    assert [one["locale"] for one in net.users("ANDES") if one["email"] == ANA] == ["es"]


def test_every_preference_that_is_none_is_named(ana: K2K) -> None:
    wrong: dict[str, Any] = {"theme": "pink", "density": 3, "locale": "xx", "single_keys": "maybe", "roles": ["admin"]}
    with pytest.raises(Invalid) as error:
        ana.set_preferences(ANA, wrong)
    assert {one["path"] for one in error.value.faults} == set(wrong)
    assert ana.preferences(ANA)["theme"] == "system"


def test_preferences_and_views_are_a_users_own_even_for_an_admin(net: K2K, ada: K2K) -> None:
    calls: list[Callable[[str], object]] = [
        ada.preferences,
        ada.views,
        lambda email: ada.set_preferences(email, {"theme": "dark"}),
        lambda email: ada.save_view(email, "orders", "Mine", ""),
        lambda email: ada.drop_view(email, "1"),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call(ANA)
        with pytest.raises(NotFound):
            call(BEN)
    assert net.preferences(ANA)["theme"] == "system"


def test_a_view_is_ones_own_or_for_everybody_of_the_company(net: K2K, ana: K2K, ada: K2K) -> None:
    view = ana.save_view(ANA, "orders", "To confirm", "?status=open&sort=-total")
    assert (view["query"], view["owner"], view["mine"], view["everybody"]) == (
        "status=open&sort=-total",
        ANA,
        True,
        False,
    )
    ana.save_view(ANA, "offers", "To map", "state=unmapped", everybody=True)
    assert names(ana, ANA) == ["To map", "To confirm"]
    assert names(ana, ANA, "orders") == ["To confirm"]
    (seen,) = ada.views(ADA)
    assert (seen["name"], seen["owner"], seen["mine"]) == ("To map", ANA, False)
    assert names(net, BEN) == []
    assert names(net, OPERATOR) == []


def test_operators_share_views_among_themselves(net: K2K) -> None:
    net.add_user(None, "other@k2k.example")
    net.save_view(OPERATOR, "companies", "Unwell", "health=bad", everybody=True)
    assert names(net, "other@k2k.example") == ["Unwell"]
    assert names(net, ANA) == []


def test_saving_under_the_same_name_replaces_ones_own_view_alone(ana: K2K, ada: K2K) -> None:
    first = ana.save_view(ANA, "orders", "Open", "a=1", everybody=True)
    assert ana.save_view(ANA, "orders", " Open ", "a=2")["view"] == first["view"]
    assert ada.save_view(ADA, "orders", "Open", "a=3")["view"] != first["view"]
    assert [(one["query"], one["everybody"]) for one in ana.views(ANA)] == [("a=2", False)]


def test_a_view_is_deleted_by_its_owner_and_one_for_everybody_by_an_admin_too(net: K2K, ana: K2K, ada: K2K) -> None:
    own, shared = (ada.save_view(ADA, "orders", name, "", everybody=name == "All")["view"] for name in ("Own", "All"))
    with pytest.raises(NotFound):
        ana.drop_view(ANA, own)
    with pytest.raises(NotAllowed):
        ana.drop_view(ANA, shared)
    ben = net.on_behalf_of(Actor(BEN, "BLOOM", frozenset({"admin"})))
    with pytest.raises(NotFound):
        ben.drop_view(BEN, shared)
    anas = ana.save_view(ANA, "orders", "Hers", "", everybody=True)["view"]
    assert ada.drop_view(ADA, anas) == {"view": anas, "page_name": "orders", "name": "Hers"}
    ada.drop_view(ADA, own)
    with pytest.raises(NotFound):
        ada.drop_view(ADA, own)
    assert names(ada, ADA) == ["All"]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"page_name": ""}, "page_name"),
        ({"page_name": "//evil.test"}, "page_name"),
        ({"page_name": "x" * 61}, "page_name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"query": "a=1#top"}, "query"),
        ({"query": "a=<b>"}, "query"),
        ({"query": "x" * 2001}, "query"),
    ],
)
def test_a_view_is_the_query_of_a_page_and_nothing_else(ana: K2K, values: dict[str, str], path: str) -> None:
    good = {"page_name": "price-lists/rows", "name": "x" * 80, "query": "x" * 2000}
    assert ana.save_view(ANA, **good)["name"] == "x" * 80
    with pytest.raises(Invalid) as error:
        ana.save_view(ANA, **{**good, **values})
    assert [one["path"] for one in error.value.faults] == [path]


def test_nobody_has_more_views_than_the_most(ana: K2K, ada: K2K, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 2)
    for name in ("One", "Two"):
        ana.save_view(ANA, "orders", name, "")
    with pytest.raises(Conflict):
        ana.save_view(ANA, "orders", "Three", "")
    ana.save_view(ANA, "orders", "Two", "a=1")
    ada.save_view(ADA, "orders", "One", "")


def test_what_a_user_chooses_is_audited_with_before_and_after(net: K2K, ana: K2K) -> None:
    ana.set_preferences(ANA, {"theme": "dark"})
    ana.set_preferences(ANA, {"theme": "dark"})
    rows = [one for one in net.audit("ANDES", limit=100)["items"] if one["action"] == "user.preferences_changed"]
    assert [(one["before"], one["after"]) for one in rows] == [({"theme": None}, {"theme": "dark"})]
