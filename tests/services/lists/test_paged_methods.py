"""Rules that hold for every method of the facade that answers pages."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.domain.roles import ROLES, Actor
from k2k_core.errors import CursorMismatch, Invalid, NotAllowed, NotFound
from tests.services.conftest import Trade
from tests.services.lists.declared_lists import PAT, SHIP, Business, paged_methods

GIVEN: dict[str, Any] = {
    "company": "BLOOM",
    "buyer": "BLOOM",
    "vendor": "ANDES",
    "customer": "C-100",
    "collection": "carriers",
    "ship_date": SHIP,
    "document": "B-1001",
    "email": PAT,
    "draft": "D-1001",
}
"""What the methods need besides."""

OF_THE_NETWORK = frozenset(("companies",))
"""Lists that are no company's."""

OF_THE_VENDOR = frozenset(("requests", "shared_with"))
"""Lists that the vendor alone has."""


@pytest.fixture
def net(trade: Trade) -> K2K:
    return Business(trade).net


def ask(net: K2K, method: str, **asked: Any) -> Any:
    """A page."""
    known = inspect.signature(getattr(K2K, method)).parameters
    needed = {name: GIVEN[name] for name in known if name in GIVEN and name not in asked}
    return getattr(net, method)(**{"limit": 100, **needed, **asked})


def takes(method: str, argument: str) -> bool:
    return argument in inspect.signature(getattr(K2K, method)).parameters


def test_every_list_is_searched_and_sorted() -> None:
    for method in paged_methods():
        assert {"q", "sort"} <= {*inspect.signature(getattr(K2K, method)).parameters}, method


@pytest.mark.long
def test_pages_together_are_the_whole_list_and_name_its_count_and_one_place_of_the_feed(net: K2K) -> None:
    last = {company: net.events(company)[-1]["seq"] for company in ("ANDES", "BLOOM")}
    for method in paged_methods():
        whole = ask(net, method, limit=1000, count=True)
        assert len(whole["items"]) >= 2, f"{method}: a list of the test has rows"
        assert whole["count"] == len(whole["items"])
        assert whole["next"] is None
        walked, cursor, places = [], None, set()
        while not walked or cursor is not None:
            page = ask(net, method, limit=max(1, len(whole["items"]) // 3), cursor=cursor)
            walked += page["items"]
            cursor = page["next"]
            places.add(page["seq"])
        assert walked == whole["items"], method
        whose = "ANDES" if method in OF_THE_VENDOR else "BLOOM"
        assert places == {0 if method in OF_THE_NETWORK else last[whose]}, method


def test_a_row_has_the_fields_that_are_asked_for_and_others_are_refused(net: K2K) -> None:
    for method in paged_methods():
        names = list(ask(net, method, limit=1)["items"][0])
        for some in (names[:1], names[::-1]):
            assert [set(row) for row in ask(net, method, limit=2, fields=some)["items"]] == [set(some)] * 2
        assert refused(net, method, fields=["colour"]) == ["fields"]


def test_what_a_list_does_not_know_is_refused_by_its_name(net: K2K) -> None:
    for method in paged_methods():
        assert refused(net, method, limit=0) == ["limit"]
        assert refused(net, method, limit=1001) == ["limit"]
        if takes(method, "sort"):
            assert refused(net, method, sort="colour") == ["sort"]
        if takes(method, "filters"):
            assert refused(net, method, filters={"colour": "red"}) == ["colour"]


def refused(net: K2K, method: str, **asked: Any) -> list[str]:
    with pytest.raises(Invalid) as error:
        ask(net, method, **asked)
    return [fault["path"] for fault in error.value.faults]


def test_a_cursor_is_of_one_list_one_company_and_one_question(net: K2K) -> None:
    for method in paged_methods():
        cursor = ask(net, method, limit=1)["next"]
        wrong: list[tuple[str, dict[str, Any]]] = [(one, {}) for one in paged_methods() if one != method]
        wrong += [(method, {"cursor": one}) for one in (cursor[:-2], "c_made_up")]
        wrong += [(method, {"q": "x"})] if takes(method, "q") else []
        if method not in OF_THE_NETWORK and not takes(method, "document"):  # which is of one company
            wrong += [(method, {one: "PETAL"}) for one in ("company", "buyer") if takes(method, one)]
        for other, asked in wrong:
            with pytest.raises(CursorMismatch):
                ask(net, other, **{"cursor": cursor, **asked})


def test_a_page_is_for_the_people_of_its_company(net: K2K) -> None:
    for method in paged_methods():
        stranger = net.on_behalf_of(Actor("t@sierra.example", "SIERRA", frozenset(ROLES)))
        with pytest.raises(NotFound if takes(method, "email") else NotAllowed):
            ask(stranger, method)


def test_what_is_searched_for_stands_in_what_is_found(net: K2K) -> None:
    for method in [one for one in paged_methods() if takes(one, "q")]:
        whole = ask(net, method, limit=1000)["items"]
        assert ask(net, method, q="there is no such word", limit=1000)["items"] == []
        assert ask(net, method, q=" ", limit=1000)["items"] == whole


def test_a_search_of_too_many_words_is_refused(net: K2K) -> None:
    many = [f"w{number}" for number in range(21)]
    for method in [one for one in paged_methods() if takes(one, "q")]:
        assert ask(net, method, q=" ".join([*many[:20], *many[:20]]))["items"] == []
        assert refused(net, method, q=" ".join(many)) == ["q"]
    with pytest.raises(Invalid):
        net.search("BLOOM", " ".join(many))
