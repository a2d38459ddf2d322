"""Databases that fail and invalid database URLs: the error that the caller gets, and that nothing is left half done."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from k2k_core.errors import NotConfigured, StoreUnavailable
from k2k_core.store.database.errors import CommitInDoubt
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.tables import Event

ON_POSTGRESQL = [pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]


def add_event(session: Session, kind: str = "x") -> int:
    return session.insert(Event, type=kind, data={}, at=session.now)


def kinds(store: Store) -> list[str]:
    with store.whole_network.reading() as session:
        return [row[0] for row in session.rows(Event.select(Event.type).order_by(Event.id))]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "network.db",
        "mysql://localhost/k2k",
        "sqlite://network.db",
        "sqlite:///no/such/folder/network.db",
        "sqlite:///network.db?mode=ro",
        "postgresql://?nonsense=1",
    ],
)
def test_an_address_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(NotConfigured):
        Store(url)


def test_a_relative_address_begins_at_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store("sqlite:///my%20network.db")
    store.migrate()
    store.close()
    assert (tmp_path / "my network.db").exists()


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    store = Store(f"postgresql:///k2k?host={tmp_path}&user=k2k")
    with pytest.raises(StoreUnavailable, match="did not take the work"), store.whole_network.reading():
        raise AssertionError("never reached")
    store.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("Dear diary, " * 100)
    store = Store(f"sqlite:///{tmp_path}/notes.db")
    with pytest.raises(StoreUnavailable, match="not a database"):
        store.migrate()
    store.close()


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/network.db")
    store.migrate()

    def work(session: Session) -> None:
        # As full as a disk: not one page more than there are now.
        session.run(f"PRAGMA max_page_count = {session.run('PRAGMA page_count').fetchone()[0]}")
        for _ in range(50):
            session.insert(Event, type="x" * 4000, data={}, at=session.now)

    with pytest.raises(StoreUnavailable, match="full"):
        store.whole_network.transact(work)
    assert kinds(store) == []
    store.close()


def test_wrong_sql_is_a_defect_and_no_unavailable_store(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)syntax") as defect, store.whole_network.writing() as session:
        session.run("SELEKT 1")
    assert not isinstance(defect.value, StoreUnavailable)


def test_a_database_without_tables_says_what_to_do(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    with pytest.raises(NotConfigured, match="k2k migrate"), store.whole_network.reading() as session:
        session.rows(Event.select())
    store.close()


ENDING_ITSELF = """
CREATE FUNCTION end_itself() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'
"""
AT_THE_COMMIT = """
CREATE CONSTRAINT TRIGGER at_the_commit AFTER INSERT ON event
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION end_itself()
"""


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_a_connection_that_breaks_during_the_commit_leaves_the_answer_open(store: Store) -> None:
    def work(session: Session) -> None:
        session.run(ENDING_ITSELF)
        session.run(AT_THE_COMMIT)
        add_event(session)

    with pytest.raises(CommitInDoubt) as doubt:
        store.whole_network.transact(work)
    assert doubt.value.code == StoreUnavailable.code
    assert "not known" in doubt.value.message
    assert kinds(store) == []


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_connections_that_broke_while_nobody_used_them_are_replaced(store: Store, database_url: str) -> None:
    store.whole_network.transact(add_event)
    end_connections(database_url)
    assert kinds(store) == ["x"]


@pytest.mark.parametrize("engine", ON_POSTGRESQL, indirect=True)
def test_a_connection_that_breaks_in_the_middle_leaves_nothing(store: Store, database_url: str) -> None:
    def work(session: Session) -> None:
        add_event(session)
        end_connections(database_url)
        add_event(session)

    with pytest.raises(StoreUnavailable, match="did not take the work"):
        store.whole_network.transact(work)
    assert kinds(store) == []


def end_connections(database_url: str) -> None:
    """End every connection to the database, as a server does that is told to."""
    others = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(database_url) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM ({others}) AS other")
