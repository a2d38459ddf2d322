"""What a session does for a unit of work."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from peewee import fn

from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.tables import Category, Company, Event, Location, Lot, Offer
from tests.damage import past_the_guards

NewLot = Callable[..., int]


def sequences(store: Store, company_id: int) -> tuple[int, int]:
    """How often the set-up and the lots of a company have changed."""
    with store.whole_network.reading() as session:
        found = session.first(Company.select(Company.change_seq, Company.lot_seq).where(Company.id == company_id))
    assert found is not None
    return found[0], found[1]


def test_rows_are_tuples_and_dicts_are_dictionaries(store: Store, vendor: int) -> None:
    query = Category.select(Category.code, Category.name.alias("title"), Category.local_after)
    with store.whole_network.reading() as session:
        assert session.rows(query) == [("VC", "Roses", None)]
        assert session.dicts(query) == [{"code": "VC", "title": "Roses", "local_after": None}]
        assert session.first(query) == ("VC", "Roses", None)
        assert session.value(query) == "VC"


def test_nothing_found_is_none(store: Store) -> None:
    with store.whole_network.reading() as session:
        assert session.rows(Event.select()) == []
        assert session.first(Event.select()) is None
        assert session.value(Event.select(Event.id)) is None


def test_flags_come_back_as_flags(store: Store, vendor: int, new_lot: NewLot) -> None:
    new_lot(0, on_hold=True)
    with store.whole_network.reading() as session:
        assert session.first(Lot.select(Lot.on_hold, Lot.solid, Lot.sell_fast)) in [(True, True, False)]
        assert [type(flag) for flag in session.first(Lot.select(Lot.on_hold, Lot.archived)) or ()] == [bool, bool]
        assert len(session.rows(Lot.select().where(Lot.on_hold))) == 1


def test_every_statement_is_counted(store: Store, vendor: int) -> None:
    with store.whole_network.reading() as session:
        session.rows(Event.select())
        session.value(Event.select(fn.COUNT(Event.id)))
        session.dicts(Event.select())
        assert session.queries == 3


def test_a_reading_session_refuses_to_write(store: Store, vendor: int) -> None:
    attempts: list[Callable[[Session], object]] = [
        lambda session: session.insert(Event, type="x", data={}, at=session.now),
        lambda session: session.insert_many(Event, [{"type": "x", "data": {}, "at": session.now}]),
        lambda session: session.change(Event.delete()),
        lambda session: session.changed(Event.delete().returning(Event.id)),
        lambda session: session.lock(Lot, [1]),
        lambda session: session.after_commit(lambda: None),
    ]
    with store.whole_network.reading() as session:
        assert not session.writable
        for attempt in attempts:
            with pytest.raises(RuntimeError, match="only reads"):
                attempt(session)


def test_a_query_that_writes_is_no_reading(store: Store) -> None:
    with store.whole_network.writing() as session, pytest.raises(TypeError, match="`change`"):
        session.rows(Event.delete().returning(Event.id))


def test_an_inserted_row_has_its_defaults_and_an_id(store: Store, vendor: int) -> None:
    with store.whole_network.writing() as session:
        first = session.insert(Location, company_id=vendor, code="MIA", name="Miami")
        second = session.insert(Location, company_id=vendor, code="BOG", name="Bogotá", connected=False)
        found = session.rows(Location.select(Location.id, Location.connected, Location.k2k_gpm).order_by(Location.id))
    assert found == [(first, True, None), (second, False, None)]


def test_many_rows_are_added_in_few_statements(store: Store) -> None:
    with store.whole_network.writing() as session:
        session.insert_many(Event, [{"type": str(n), "data": {"n": n}, "at": session.now} for n in range(25_000)])
        assert session.queries == 3  # 75,000 values, 30,000 at most in one statement
        assert session.value(Event.select(fn.COUNT(Event.id))) == 25_000
        session.insert_many(Event, [])
        assert session.queries == 4


def test_many_rows_are_added_in_order(store: Store) -> None:
    with store.whole_network.writing() as session:
        rows = [{"type": str(n), "data": {}, "at": session.now} for n in range(25_000)]
        ids = session.insert_in_order(Event, rows)
        assert session.queries == 3
        found = session.rows(Event.select(Event.id, Event.type).order_by(Event.id))
    assert found == list(zip(ids, (str(n) for n in range(25_000)), strict=True))
    with store.whole_network.writing() as session:
        assert session.insert_in_order(Event, []) == []


def test_rows_added_together_name_the_same_columns(store: Store, vendor: int) -> None:
    rows = [{"company_id": vendor, "code": "A", "name": "A"}, {"company_id": vendor, "code": "B"}]
    with store.whole_network.writing() as session, pytest.raises(ValueError, match="same columns"):
        session.insert_many(Location, rows)


def test_change_answers_how_many_rows_it_changed(store: Store) -> None:
    with store.whole_network.writing() as session, past_the_guards(session):
        session.insert_many(Event, [{"type": kind, "data": {}, "at": session.now} for kind in "aab"])
        assert session.change(Event.update(type="c").where(Event.type == "a")) == 2
        assert session.change(Event.delete().where(Event.type == "none")) == 0
        assert session.changed(Event.delete().where(Event.type == "b").returning(Event.type)) == [("b",)]


def test_an_insert_that_yields_to_an_existing_row_changes_nothing(store: Store, vendor: int) -> None:
    again = Location.insert(company_id=vendor, code="MIA", name="Miami").on_conflict_ignore()
    with store.whole_network.writing() as session:
        assert session.change(again, touches=vendor) == 1
        assert session.change(again.clone(), touches=vendor) == 0


def test_facts_that_are_added_move_their_companys_sequence_once(store: Store, vendor: int, stranger: int) -> None:
    (setup, lots), strangers = sequences(store, vendor), sequences(store, stranger)
    with store.whole_network.writing() as session:
        session.insert(Location, company_id=vendor, code="MIA", name="Miami")
        session.insert_many(Location, [{"company_id": vendor, "code": code, "name": code} for code in "AB"])
    assert sequences(store, vendor) == (setup + 1, lots)
    assert sequences(store, stranger) == strangers


def test_lots_have_a_sequence_of_their_own(store: Store, vendor: int, new_lot: NewLot) -> None:
    setup, lots = sequences(store, vendor)
    lot_id = new_lot(3)
    assert sequences(store, vendor) == (setup, lots + 1)
    with store.whole_network.writing() as session:
        session.change(Lot.update(on_hold=True).where(Lot.id == lot_id), touches=vendor)
    assert sequences(store, vendor) == (setup, lots + 2)


def test_the_owner_of_a_fact_is_the_company_in_its_owner_column(
    store: Store, vendor: int, stranger: int, new_lot: NewLot
) -> None:
    lot_id = new_lot(1)
    vendors, (setup, lots) = sequences(store, vendor), sequences(store, stranger)
    with store.whole_network.writing() as session:
        session.insert(Offer, buyer_id=stranger, vendor_id=vendor, lot_id=lot_id)
    assert sequences(store, vendor) == vendors
    assert sequences(store, stranger) == (setup, lots + 1)


def test_changed_facts_demand_to_know_whose_they_are(store: Store, vendor: int, stranger: int) -> None:
    for query in (Category.update(name="Tulips"), Category.delete().where(Category.code == "none")):
        with store.whole_network.writing() as session, pytest.raises(TypeError, match="touches"):
            session.change(query)
    before = [sequences(store, company_id)[0] for company_id in (vendor, stranger)]
    with store.whole_network.writing() as session:
        session.change(Category.update(name="Tulips"), touches=[stranger, vendor])
    assert [sequences(store, company_id)[0] for company_id in (vendor, stranger)] == [n + 1 for n in before]


def test_facts_that_were_rolled_back_move_nothing(store: Store, vendor: int) -> None:
    before = sequences(store, vendor)

    def work(session: Session) -> None:
        session.insert(Location, company_id=vendor, code="MIA", name="Miami")
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        store.whole_network.transact(work)
    assert sequences(store, vendor) == before


def test_what_is_no_fact_moves_nothing(store: Store, vendor: int) -> None:
    with store.whole_network.writing() as session, past_the_guards(session):
        session.insert(Event, type="x", data={}, at=session.now)
        session.change(Event.update(type="y"))
        session.change(Company.update(name="New name").where(Company.id == vendor))
        assert session.touched == set()


def test_what_waits_for_the_commit_is_done_in_the_same_unit_of_work(store: Store) -> None:
    with store.whole_network.writing() as session:
        session.before_commit(lambda: session.insert(Event, type="last", data={}, at=session.now))
        session.insert(Event, type="first", data={}, at=session.now)
    with store.whole_network.reading() as session:
        assert session.rows(Event.select(Event.type).order_by(Event.id)) == [("first",), ("last",)]


def test_what_fails_before_the_commit_undoes_the_work(store: Store) -> None:
    def work(session: Session) -> None:
        session.insert(Event, type="x", data={}, at=session.now)
        session.before_commit(lambda: 1 // 0)

    with pytest.raises(ZeroDivisionError):
        store.whole_network.transact(work)
    with store.whole_network.reading() as session:
        assert session.rows(Event.select()) == []


def test_locking_takes_any_ids_in_any_order(store: Store, vendor: int, new_lot: NewLot) -> None:
    ids = [new_lot(1), new_lot(1)]
    with store.whole_network.writing() as session:
        session.lock(Lot, [*reversed(ids), ids[0], 999_999])
        session.lock(Lot, [])
