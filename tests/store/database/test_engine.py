"""Units of work: wholly or not at all, on each engine."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError, InternalError

from k2k_core.errors import StoreUnavailable
from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.tables import Company, Event

ON_POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]


def add_event(session: Session, kind: str = "x") -> int:
    return session.insert(Event, type=kind, data={}, at=session.now)


def kinds(store: Store) -> list[str]:
    with store.whole_network.reading() as session:
        return [row[0] for row in session.rows(Event.select(Event.type).order_by(Event.id))]


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_the_planner_is_told_what_lists_need_unless_the_address_says_otherwise(empty_database_url: str) -> None:
    def told(url: str) -> list[Any]:
        with closing(Store(url)) as store, store.reading() as session:
            shown = ("SHOW random_page_cost", "SHOW enable_mergejoin")
            return [execute(session._database, one).fetchone()[0] for one in shown]

    assert told(empty_database_url) == ["1.1", "off"]
    mark = "&" if "?" in empty_database_url else "?"
    assert told(f"{empty_database_url}{mark}options=-c%20random_page_cost%3D4") == ["4", "off"]


def test_the_store_knows_its_engine(store: Store, engine: str) -> None:
    assert store.engine == engine


def test_a_unit_of_work_that_raises_leaves_nothing_and_calls_nobody_back(store: Store) -> None:
    called: list[str] = []

    def work(session: Session) -> None:
        add_event(session)
        session.after_commit(lambda: called.append("never"))
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        store.whole_network.transact(work)
    assert kinds(store) == []
    assert called == []


def test_callbacks_run_in_order_once_the_work_can_be_seen(store: Store) -> None:
    seen: list[tuple[str, list[str]]] = []
    with store.whole_network.writing() as session:
        add_event(session)
        session.after_commit(lambda: seen.append(("first", kinds(store))))
        session.after_commit(lambda: seen.append(("second", kinds(store))))
        assert seen == []
    assert seen == [("first", ["x"]), ("second", ["x"])]


def test_a_failing_callback_is_reported_and_stops_nobody(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    called: list[str] = []
    with caplog.at_level(logging.ERROR, logger="k2k.store"), store.whole_network.writing() as session:
        add_event(session)
        session.after_commit(lambda: 1 // 0)
        session.after_commit(lambda: called.append("second"))
    assert called == ["second"]
    assert "ZeroDivisionError" in caplog.text
    assert kinds(store) == ["x"]


def test_units_of_work_do_not_nest(store: Store) -> None:
    for outer in (store.writing, store.reading):
        for inner in (store.writing, store.reading):
            with outer(), pytest.raises(RuntimeError, match="inside a unit of work already"), inner():
                raise AssertionError("never reached")
    with store.whole_network.writing() as session:
        add_event(session)
    assert kinds(store) == ["x"]


def test_a_session_is_over_with_its_block(store: Store) -> None:
    with store.whole_network.writing() as session:
        add_event(session)
    with pytest.raises(RuntimeError, match="is over"):
        add_event(session)
    with store.whole_network.reading() as reader:
        pass
    with pytest.raises(RuntimeError, match="is over"):
        reader.rows(Event.select())


def test_a_reading_sees_one_moment_whatever_is_written_meanwhile(store: Store) -> None:
    with store.whole_network.writing() as session:
        add_event(session, "before")
    with store.whole_network.reading() as session:
        assert session.value(Event.select(Event.type)) == "before"
        in_another_thread(lambda: store.whole_network.transact(lambda writer: add_event(writer, "meanwhile")))
        assert len(session.rows(Event.select())) == 1
    assert kinds(store) == ["before", "meanwhile"]


def test_a_broken_rule_of_the_data_comes_through_as_it_is(store: Store, vendor: int) -> None:
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        session.insert(Company, code="VC", name="again", currency="USD", timezone="UTC")


def test_a_unit_of_work_with_a_failed_statement_never_commits(store: Store, vendor: int) -> None:
    called: list[str] = []

    def work(session: Session) -> None:
        add_event(session)
        session.after_commit(lambda: called.append("never"))
        with pytest.raises(IntegrityError):
            session.insert(Company, code="VC", name="again", currency="USD", timezone="UTC")

    with pytest.raises(RuntimeError, match="failed"):
        store.whole_network.transact(work)
    assert kinds(store) == []
    assert called == []


def test_transact_answers_what_the_work_answers(store: Store) -> None:
    assert store.whole_network.transact(lambda session: add_event(session)) >= 1
    assert kinds(store) == ["x"]


def test_everything_in_a_unit_of_work_happens_at_one_moment(database_url: str) -> None:
    start = datetime(2026, 2, 10, tzinfo=UTC)
    ticks = iter(range(10))
    store = Store(database_url, clock=lambda: start + timedelta(hours=next(ticks)))
    with store.whole_network.writing() as session:
        assert session.now == session.now == start
    with store.whole_network.reading() as session:
        assert session.now == start + timedelta(hours=1)
    store.close()


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="closed"), store.whole_network.reading():
        raise AssertionError("never reached")


def test_a_store_does_not_survive_a_fork(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: parent + 1)
    with pytest.raises(RuntimeError, match="fork"), store.whole_network.reading():
        raise AssertionError("never reached")


def test_threads_share_a_store(store: Store) -> None:
    in_threads(8, lambda: [store.whole_network.transact(add_event) for _ in range(5)])
    assert len(kinds(store)) == 40


def test_threads_share_a_private_memory() -> None:
    store = Store("sqlite://")
    store.migrate()
    in_threads(4, lambda: [store.whole_network.transact(add_event) for _ in range(20)])
    assert len(kinds(store)) == 80
    store.close()


def test_a_private_memory_is_private() -> None:
    first, second = Store("sqlite://"), Store("sqlite:///:memory:")
    first.migrate()
    assert first.migrated()
    assert not second.migrated()
    first.close()
    second.close()


def test_sqlite_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/network.db")
    store.migrate()
    with store.whole_network.writing() as session:
        pragmas = [f"PRAGMA {name}" for name in ("journal_mode", "synchronous", "foreign_keys")]
        assert [session.run(pragma).fetchone()[0] for pragma in pragmas] == ["wal", 2, 1]
    store.close()


def test_connections_of_ended_threads_are_closed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/network.db")
    store.migrate()
    open_files = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else None
    for _ in range(20):
        in_another_thread(lambda: kinds(store))
    if open_files is not None:
        assert len(os.listdir("/proc/self/fd")) <= open_files + 6
    store.close()


def test_who_waits_too_long_for_the_right_to_write_is_told(database_url: str) -> None:
    first, second = Store(database_url), Store(database_url, wait=0.2)
    with first.whole_network.writing() as session:
        company_id = session.insert(Company, code="A", name="A", currency="USD", timezone="UTC")
    refusal: list[BaseException] = []

    def try_it() -> None:
        try:
            with second.whole_network.writing() as writer:
                writer.change(Company.update(name="B").where(Company.id == company_id))
        except StoreUnavailable as error:
            refusal.append(error)

    with first.whole_network.writing() as session:
        session.change(Company.update(name="C").where(Company.id == company_id))
        in_another_thread(try_it)
    assert len(refusal) == 1
    with first.whole_network.reading() as session:
        assert session.value(Company.select(Company.name)) == "C"
    first.close()
    second.close()


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_a_pool_without_a_free_connection_is_unavailable(database_url: str) -> None:
    store = Store(database_url, connections=1, wait=0.2)
    refusal: list[BaseException] = []

    def try_it() -> None:
        try:
            kinds(store)
        except StoreUnavailable as error:
            refusal.append(error)

    with store.whole_network.reading():
        in_another_thread(try_it)
    assert len(refusal) == 1
    store.close()


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_the_victim_of_a_deadlock_is_tried_again(store: Store) -> None:
    with store.whole_network.writing() as session:
        ids = [session.insert(Company, code=c, name="0", currency="USD", timezone="UTC") for c in "AB"]
    meeting = threading.Barrier(2, timeout=20)
    attempts: list[int] = []

    def crossing(first: int, second: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            attempts.append(first)
            session.change(Company.update(name=Company.name.concat("+")).where(Company.id == first))
            if len(attempts) <= 2:
                meeting.wait()
            session.change(Company.update(name=Company.name.concat("+")).where(Company.id == second))

        return work

    in_threads_each(
        [
            lambda: store.whole_network.transact(crossing(*ids)),
            lambda: store.whole_network.transact(crossing(*reversed(ids))),
        ]
    )
    assert len(attempts) == 3
    with store.whole_network.reading() as session:
        assert session.rows(Company.select(Company.name)) == [("0++",), ("0++",)]


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_a_snapshot_cannot_be_written_through_the_back_door(store: Store) -> None:
    with pytest.raises(InternalError), store.whole_network.reading() as session:
        session.rows(Event.raw("INSERT INTO event (type, data, at) VALUES ('x', '{}', 0) RETURNING id"))


def in_another_thread(work: Callable[[], object]) -> None:
    in_threads(1, work)


def in_threads(number: int, work: Callable[[], object]) -> None:
    in_threads_each([work] * number)


def in_threads_each(works: list[Callable[[], object]]) -> None:
    failures: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failures, failures
