"""Disks that fill up and files that vanish under a running process: the error, and that it continues afterwards."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from k2k_core.errors import StoreDamaged, StoreFull, StoreReadOnly, StoreUnavailable
from k2k_core.store.database.session import Session
from k2k_core.store.database.sqlite import LARGEST_REST
from k2k_core.store.engine import Store
from k2k_core.store.tables import Event
from k2k_core.testing.postgres import PrivatePostgres

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))], indirect=True
)


def add_event(session: Session, size: int = 1) -> int:
    return session.insert(Event, type="x" * size, data={}, at=session.now)


def events(store: Store) -> int:
    with store.whole_network.reading() as session:
        return len(session.rows(Event.select(Event.id)))


def pages(store: Store, most: int | None = None) -> int:
    """How many pages the file has; `most` as many as it may have from now on, as on a disk of that size."""
    with store.whole_network.writing() as session:
        if most is not None:
            session.run(f"PRAGMA max_page_count = {most}")
        return int(session.run("PRAGMA page_count").fetchone()[0])


@on_sqlite
def test_a_full_disk_has_a_code_and_is_forgotten_once_there_is_room(store: Store) -> None:
    pages(store, pages(store))
    with pytest.raises(StoreFull, match="full") as refusal:
        store.whole_network.transact(lambda session: [add_event(session, 4000) for _ in range(20)])
    assert (refusal.value.code, refusal.value.status) == ("store_full", 507)
    assert "room" in refusal.value.hint
    assert events(store) == 0
    pages(store, 1_000_000)
    store.whole_network.transact(add_event)
    assert events(store) == 1


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The system refuses this process whatever would make a file longer than that, and says so while it writes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@on_sqlite
def test_a_commit_that_the_disk_refuses_leaves_nothing_and_the_next_one_is_taken(store: Store, tmp_path: Path) -> None:
    store.whole_network.transact(add_event)
    log = tmp_path / "network.db-wal"
    with pytest.raises(StoreUnavailable, match="did not take the work"), no_file_longer_than(log.stat().st_size + 9000):
        store.whole_network.transact(lambda session: [add_event(session, 4000) for _ in range(20)])
    assert events(store) == 1
    store.whole_network.transact(add_event)
    assert events(store) == 2


@on_sqlite
def test_the_log_of_a_long_reading_grows_and_gives_its_room_back(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    reader, log = Store(database_url), tmp_path / "network.db-wal"
    with reader.whole_network.reading() as session:
        session.rows(Event.select())
        for _ in range(5):
            store.whole_network.transact(lambda session: [add_event(session, 100_000) for _ in range(40)])
        assert log.stat().st_size > LARGEST_REST
    for _ in range(2):  # the first commit moves the log's work into the file, the second begins the log anew
        store.whole_network.transact(add_event)
    assert log.stat().st_size <= LARGEST_REST
    reader.close()


@on_sqlite
def test_a_file_that_was_removed_is_no_place_for_an_order(store: Store, tmp_path: Path) -> None:
    store.whole_network.transact(add_event)
    path = tmp_path / "network.db"
    path.rename(tmp_path / "elsewhere.db")
    for use in (lambda: store.whole_network.transact(add_event), lambda: events(store)):
        with pytest.raises(StoreDamaged, match="removed while it was in use"):
            use()
    assert not path.exists()  # no empty network takes its place
    (tmp_path / "elsewhere.db").rename(path)
    store.whole_network.transact(add_event)
    assert events(store) == 2


@on_sqlite
def test_a_file_that_was_replaced_is_not_mixed_with_what_the_process_knows(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "network.db"
    shutil.copyfile(path, tmp_path / "restored.db")
    store.whole_network.transact(add_event)
    (tmp_path / "restored.db").rename(path)
    with pytest.raises(StoreDamaged, match="replaced by another one") as refusal:
        store.whole_network.transact(add_event)
    assert refusal.value.code == "store_damaged"


@on_sqlite
def test_a_damaged_file_has_a_code_that_says_to_restore(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "network.db"
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    store = Store(database_url)
    with pytest.raises(StoreDamaged, match="malformed") as refusal:
        events(store)
    assert "restore" in refusal.value.hint
    store.close()


@on_sqlite
def test_a_database_that_may_only_be_read_says_so_and_is_read(store: Store) -> None:
    def work(session: Session) -> None:
        session.run("PRAGMA query_only = 1")
        add_event(session)

    store.whole_network.transact(add_event)
    with pytest.raises(StoreReadOnly):
        store.whole_network.transact(work)
    assert events(store) == 1


@on_postgresql
def test_a_server_that_takes_no_more_writes_says_so_and_is_read(store: Store) -> None:
    def work(session: Session) -> None:
        session.run("SET TRANSACTION READ ONLY")
        add_event(session)

    store.whole_network.transact(add_event)
    with pytest.raises(StoreReadOnly):
        store.whole_network.transact(work)
    assert events(store) == 1


@on_postgresql
@pytest.mark.parametrize(
    ("state", "kind"), [("53100", StoreFull), ("XX001", StoreDamaged), ("53200", StoreUnavailable)]
)
def test_what_the_server_says_of_its_disk_has_its_own_code(
    store: Store, state: str, kind: type[StoreUnavailable]
) -> None:
    def work(session: Session) -> None:
        add_event(session)
        session.run(f"DO $$ BEGIN RAISE EXCEPTION 'no room' USING ERRCODE = '{state}'; END $$")

    with pytest.raises(StoreUnavailable, match="no room") as refusal:
        store.whole_network.transact(work)
    assert type(refusal.value) is kind
    assert events(store) == 0
    store.whole_network.transact(add_event)
    assert events(store) == 1


@pytest.mark.long
@pytest.mark.needs("postgresql")
def test_a_standby_is_read_and_says_that_it_is_not_the_main_server() -> None:
    with PrivatePostgres(durable=True) as server:
        store = Store(server.create_database())
        store.migrate()
        store.whole_network.transact(add_event)
        for standby in (True, False):
            server.crash()
            server.as_standby(standby)
            server.revive()
            assert events(store) == 1
            if standby:
                assert store.whole_network.transact(lambda session: len(session.rows(Event.select(Event.id)))) == 1
                with pytest.raises(StoreReadOnly) as refusal:
                    store.whole_network.transact(add_event)
                assert "main server" in refusal.value.hint
        store.whole_network.transact(add_event)
        store.close()
