"""From an empty database to the tables of this program."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from k2k_core.errors import NotConfigured
from k2k_core.store import tables
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS, SchemaVersion
from k2k_core.store.tables import Company
from k2k_core.store.work import Session

SCHEMA = {
    "sqlite": "SELECT type, name, sql FROM sqlite_master ORDER BY type, name",
    "postgresql": """
        SELECT 'column', table_name || '.' || column_name, data_type || ' ' || is_nullable
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2, 3
    """,
}


def schema(store: Store) -> list[tuple[str, ...]]:
    with store.reading() as session:
        return session.rows(Company.raw(SCHEMA[store.engine]))


def versions(session: Session) -> list[tuple[int, str]]:
    found = session.rows(SchemaVersion.select(SchemaVersion.number, SchemaVersion.name))
    return [(number, name) for number, name in found]


def test_an_empty_database_is_not_migrated(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert not store.migrated()
    store.migrate()
    assert store.migrated()
    store.close()


def test_every_table_is_there_and_empty(store: Store) -> None:
    with store.reading() as session:
        for table in tables.ALL:
            assert session.rows(table.select()) == []


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    store.migrate()
    before = schema(store)
    with store.writing() as session:
        session.insert(Company, code="VC", name="VC", currency="USD", timezone="UTC")
    store.migrate()
    assert schema(store) == before
    with store.reading() as session:
        assert versions(session) == [(step.number, step.name) for step in STEPS]
        assert session.value(Company.select(Company.code)) == "VC"
    store.close()


def test_two_processes_that_migrate_at_once_migrate_once(empty_database_url: str) -> None:
    stores = [Store(empty_database_url) for _ in range(4)]
    failures: list[BaseException] = []

    def migrate(store: Store) -> None:
        try:
            store.migrate()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=migrate, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with stores[0].reading() as session:
        assert len(versions(session)) == len(STEPS)
    for store in stores:
        store.close()


def test_a_step_that_fails_leaves_nothing(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(empty_database_url)

    def fails(database: object) -> None:
        STEPS[0].up(database)
        raise RuntimeError("half way")

    with monkeypatch.context() as patched:
        patched.setattr("k2k_core.store.migrations.STEPS", (STEPS[0]._replace(up=fails),))
        with pytest.raises(RuntimeError, match="half way"):
            store.migrate()
    assert schema(store) == []
    store.migrate()
    assert store.migrated()
    store.close()


def test_a_database_of_a_newer_program_is_refused(store: Store) -> None:
    with store.writing() as session:
        session.change(SchemaVersion.insert(number=9999, name="future", at=datetime.now(UTC)))
    for ask in (store.migrate, store.migrated):
        with pytest.raises(NotConfigured, match="version 9999"):
            ask()


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in STEPS] == list(range(1, len(STEPS) + 1))
