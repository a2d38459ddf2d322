"""A look-up of records: the one with that code first, then what is called so, then what begins so, then the rest."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import Invalid
from tests.services.conftest import Trade

PRODUCTS = (
    ("ROSA", "Freedom red"),
    ("R-1", "Rosa"),
    ("ROSA-2", "Lirio"),
    ("B-1", "Rosa Ñandú 60cm"),
    ("A-1", "Clavel y rosa"),
    ("A-2", "Clavel"),
    ("C-1", "100% rosa_x"),
)


@pytest.fixture
def net(trade: Trade) -> K2K:
    rows = [{"code": code, "description": text, "category": "ROSES"} for code, text in PRODUCTS]
    trade.net.put("BLOOM", "products", rows)
    trade.net.archive("BLOOM", "products", "A-2")
    return trade.net


def found(net: K2K, q: str | None, **more: Any) -> list[str]:
    more = {"sort": "match", **more}
    return [one["code"] for one in net.records("BLOOM", "products", q=q, **more)["items"]]


def test_the_best_match_comes_first_whatever_the_accents_and_the_case(net: K2K) -> None:
    best = ["ROSA", "R-1", "ROSA-2", "B-1", "A-1", "C-1"]
    for typed in ("rosa", "ROSA", " Rosá "):
        assert found(net, typed) == best
    assert found(net, "rosa", sort="-match") == best[::-1]
    assert found(net, "rosa", sort=None) == sorted(best), "by code where nothing else is asked for"


def test_several_words_match_in_any_order_and_the_beginning_counts(net: K2K) -> None:
    assert found(net, "nandu rosa") == ["B-1"]
    assert found(net, "rosa nandu") == ["B-1"]
    assert found(net, "r-1") == ["R-1"]


def test_signs_of_a_pattern_are_signs(net: K2K) -> None:
    assert found(net, "100%") == ["C-1"]
    assert found(net, "rosa_x") == ["C-1"]
    assert found(net, "%") == ["C-1"]


def test_pages_go_through_the_ranks_without_a_gap(net: K2K) -> None:
    whole, walked, cursor = found(net, "rosa"), [], None
    for _ in whole:
        page = net.records("BLOOM", "products", q="rosa", sort="match", limit=1, cursor=cursor, count=True)
        assert page["count"] == len(whole)
        walked += [one["code"] for one in page["items"]]
        cursor = page["next"]
    assert walked == whole
    assert cursor is None


def test_without_a_text_the_order_is_that_of_the_codes(net: K2K) -> None:
    assert found(net, None) == found(net, None, sort=None)


@pytest.mark.parametrize("collection", ["customers", "vendors", "categories", "box_types", "locations", "users"])
def test_every_collection_with_names_has_that_sort(net: K2K, collection: str) -> None:
    assert net.records("BLOOM", collection, q="zzz", sort="match")["items"] == []


def test_a_list_without_codes_has_it_not(net: K2K) -> None:
    with pytest.raises(Invalid, match="match"):
        net.records("BLOOM", "box_dimensions", q="x", sort="match")
