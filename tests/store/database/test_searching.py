"""The search text of a row follows its columns, whichever statement writes them."""

from __future__ import annotations

from typing import Any

import pytest

from k2k_core.domain.text_folding import fold
from k2k_core.store.database.searching import contains
from k2k_core.store.engine import Store
from k2k_core.store.tables import ApiKey, Customer

TABLE: Any = Customer


def search_texts(store: Store) -> list[str]:
    with store.whole_network.reading() as session:
        return [text for (text,) in session.rows(TABLE.select(TABLE.search).order_by(TABLE.code))]


def found(store: Store, text: str) -> list[str]:
    with store.whole_network.reading() as session:
        query = TABLE.select(TABLE.code).order_by(TABLE.code)
        for condition in contains((TABLE.search,), text):
            query = query.where(condition)
        return [code for (code,) in session.rows(query)]


@pytest.fixture
def customers(store: Store, vendor: int) -> Store:
    with store.whole_network.writing() as session:
        rows = [
            {"company_id": vendor, "code": "C-1", "name": "Ángel Øst", "type": "A"},
            {"company_id": vendor, "code": "C-2", "name": "Flores  del RÍO", "type": "A"},
        ]
        session.insert_many(TABLE, rows)
        session.insert(TABLE, company_id=vendor, code="C-3", name="Łódź 100% Straße", type="B", email="x@y.example")
    return store


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ángel", "angel"),
        ("ÑANDÚ  7", "nandu 7"),
        ("Łódź Straße", "lodz strasse"),
        ("ＦＲＥＥＤＯＭ", "freedom"),
        ("İstanbul", "istanbul"),
        ("Έλληνας", "ελληνασ"),
        ("", ""),
    ],
)
def test_a_text_is_folded_to_small_letters_without_accents(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(fold(text)) == folded


def test_new_rows_are_found_by_every_word_whatever_its_accents_and_case(customers: Store) -> None:
    assert found(customers, "ANGEL") == ["C-1"]
    assert found(customers, "ost ángel") == ["C-1"]
    assert found(customers, "río flores") == ["C-2"]
    assert found(customers, "c-") == ["C-1", "C-2", "C-3"]
    assert found(customers, "Y.EXAMPLE") == ["C-3"]
    assert found(customers, "flores ost") == []
    assert found(customers, "  ") == ["C-1", "C-2", "C-3"]


def test_a_word_is_no_pattern(customers: Store) -> None:
    assert found(customers, "100%") == ["C-3"]
    assert found(customers, "%") == ["C-3"]
    assert found(customers, "_") == []


def test_a_change_of_some_columns_leaves_the_others_found(customers: Store, vendor: int) -> None:
    with customers.whole_network.writing() as session:
        session.change(TABLE.update(name="Öre").where(TABLE.code == "C-3"), touches=vendor)
        assert session.change(TABLE.update(email="né@w.example"), touches=vendor) == 3
        session.change(TABLE.update(name=TABLE.name + " É").where(TABLE.code == "C-3"), touches=vendor)
    assert search_texts(customers) == [
        "c-1\nangel ost\nne@w.example",
        "c-2\nflores del rio\nne@w.example",
        "c-3\nore e\nne@w.example",
    ]


def test_a_change_of_what_is_not_searched_costs_nothing_more(customers: Store, vendor: int) -> None:
    before = search_texts(customers)
    with customers.whole_network.writing() as session:
        session.change(TABLE.update(credit_hold=True).where(TABLE.code == "C-3"), touches=vendor)
        assert session.queries == 1
        session.change(TABLE.update(name="nobody").where(TABLE.code == "C-9"), touches=vendor)
    assert search_texts(customers) == before


@pytest.fixture
def keys(store: Store, vendor: int) -> Store:
    named = ["Caja Ñandú", "ΈΛΛΗΝΑΣ Straße", "Łódź ÆON", "plain 100%"]
    values = {"scopes": [], "digest": "", "made_by": "José@x.example", "last_address": ""}
    with store.whole_network.writing() as session:
        for number, name in enumerate(named):
            key = {"company_id": vendor, "key_id": str(number), "name": name, "made_at": session.now}
            session.insert(ApiKey, **key, **values)
    return store


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("nandu", ["Caja Ñandú"]),
        ("CAJA ñandú", ["Caja Ñandú"]),
        ("straße", ["ΈΛΛΗΝΑΣ Straße"]),
        ("STRASSE", ["ΈΛΛΗΝΑΣ Straße"]),
        ("lodz aeon", ["Łódź ÆON"]),
        ("Plain", ["plain 100%"]),
        ("0%", ["plain 100%"]),
        ("_", []),
        ("jose", ["Caja Ñandú", "ΈΛΛΗΝΑΣ Straße", "Łódź ÆON", "plain 100%"]),
    ],
)
def test_what_has_no_folded_column_is_found_whatever_its_accents_and_case(
    keys: Store, text: str, names: list[str]
) -> None:
    key: Any = ApiKey
    with keys.whole_network.reading() as session:
        query = key.select(key.name).order_by(key.id)
        for condition in contains((key.name, key.made_by), text):
            query = query.where(condition)
        assert [name for (name,) in session.rows(query)] == names
