"""The calls of one page read one snapshot, and nothing twice."""

from __future__ import annotations

import pytest

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.master_data.parties import points_by_code, points_by_id
from k2k_core.store.tables import Category, Company


def names(store: Store) -> list[str]:
    with store.whole_network.reading() as session:
        return [name for (name,) in session.rows(Category.select(Category.name))]


def rename(store: Store, vendor: int, name: str) -> None:
    with store.whole_network.writing() as session:
        session.change(Category.update(name=name), touches=vendor)


def test_calls_in_a_block_read_one_snapshot_until_one_of_them_writes(store: Store, vendor: int) -> None:
    with store.reading_once():
        assert names(store) == ["Roses"]
        with store.whole_network.reading() as first, store.reading_once():
            pass
        with store.whole_network.reading() as second:
            assert second is first
        rename(store, vendor, "Tulips")
        assert names(store) == ["Tulips"]
        with pytest.raises(RuntimeError, match="over"):
            first.rows(Category.select())
    with store.whole_network.reading() as outside:
        assert outside.memory is None


def test_a_ready_statement_is_run_once_and_a_company_is_read_once(store: Store, vendor: int) -> None:
    with store.whole_network.reading() as session:
        code = session.value(Company.select(Company.code).where(Company.id == vendor))
    with store.reading_once():
        for _ in range(3):
            with store.whole_network.reading() as session:
                (point,) = points_by_code(session, [code, "NOBODY"])
                assert points_by_id(session, [vendor]) == [point]
        assert session.queries == 2, "the company, and once that there is no other"
    with store.reading_once(), store.whole_network.reading() as session:
        points_by_code(session, [code]).clear()
        assert points_by_code(session, [code]) == [point]


def test_a_call_that_fails_ends_the_snapshot_and_the_next_one_begins_another(store: Store, vendor: int) -> None:
    with store.reading_once():
        assert names(store) == ["Roses"]
        with pytest.raises(ZeroDivisionError), store.whole_network.reading() as failed:
            raise ZeroDivisionError
        with store.whole_network.reading() as session:
            assert session is not failed
            with pytest.raises(RuntimeError, match="inside a unit of work"), store.whole_network.reading():
                pass
        assert names(store) == ["Roses"]


def test_only_what_reads_is_remembered(store: Store) -> None:
    with store.whole_network.writing() as session, pytest.raises(RuntimeError, match="writes"):
        session.remember_rows()
    assert isinstance(session, Session)
