"""Prepared queries answer the same as peewee's own."""

from __future__ import annotations

from datetime import date

import pytest

from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.engine import Store
from k2k_core.store.tables import Lot
from tests.store.conftest import NewLot


def test_a_prepared_query_answers_as_peewee_does_for_lists_of_any_length(store: Store, new_lot: NewLot) -> None:
    ids = [new_lot(number, solid=number % 2 == 0) for number in range(1, 6)]
    query = Prepared(lambda wanted: Lot.select(Lot.id, Lot.arrival_date, Lot.solid).where(Lot.id.in_(wanted)))
    with store.whole_network.reading() as session:
        for wanted in (ids[:1], ids, [], ids[2:4]):
            plain = Lot.select(Lot.id, Lot.arrival_date, Lot.solid).where(Lot.id.in_(wanted))
            assert sorted(query.rows(session, wanted)) == sorted(session.rows(plain))
        assert query.rows(session, ids[:1]) == [(ids[0], date(2026, 2, 10), False)]


def test_its_text_is_written_once_for_each_length(store: Store, new_lot: NewLot) -> None:
    ids, written = [new_lot() for _ in range(3)], []
    query = Prepared(lambda wanted: written.append(len(wanted)) or Lot.select(Lot.id).where(Lot.id.in_(wanted)))
    with store.whole_network.reading() as session:
        for wanted in (ids, ids[::-1], ids[:1], ids):
            assert len(query.rows(session, wanted)) == len(wanted)
        assert session.queries == 4
    assert written == [3, 1]


def test_a_value_of_its_own_is_refused(store: Store) -> None:
    query = Prepared(lambda wanted: Lot.select(Lot.id).where(Lot.id.in_(wanted) & (Lot.available > 5)))
    with store.whole_network.reading() as session, pytest.raises(TypeError):
        query.rows(session, [1])
