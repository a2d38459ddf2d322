"""Migrations from an empty database to the current tables."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from peewee import SchemaManager

from k2k_core.errors import NotConfigured
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS, SchemaVersion
from k2k_core.store.secret_keys import CATALOG_LINES, secret
from k2k_core.store.tables import Company, Secret

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


def asked(store: Store, question: str) -> list[tuple[Any, ...]]:
    with store.whole_network.reading() as session:
        return session.rows(Company.raw(question))


def schema(store: Store) -> list[tuple[str, ...]]:
    return asked(store, SCHEMA[store.engine])


INDEXES = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql > '' ORDER BY name"
COLUMNS = "SELECT name, type, [notnull], dflt_value, pk FROM pragma_table_info('{}') ORDER BY name"
KEYS = "SELECT id, seq, [table], [from], [to] FROM pragma_foreign_key_list('{}')"
CHECKS = "SELECT sql FROM sqlite_master WHERE name = '{}'"


def shape(store: Store) -> list[Any]:
    """What the tables are, however they came to be so: a column that was added later stands last in its table."""
    if store.engine == "postgresql":
        return [row for row in schema(store) if row[0] != "trigger" and "schema_version" not in row[1]]
    found: list[Any] = asked(store, INDEXES)
    for name in sorted(table._meta.table_name for table in tables.ALL):
        keys: dict[int, list[Any]] = {}
        for key, *columns in sorted(asked(store, KEYS.format(name))):
            keys.setdefault(key, []).append(columns)
        checks = asked(store, CHECKS.format(name))[0][0].count("CHECK")
        found.append((name, asked(store, COLUMNS.format(name)), sorted(map(str, keys.values())), checks))
    return found


def test_the_steps_make_the_tables_that_the_program_describes(empty_database_url: str, store: Store) -> None:
    described = Store(empty_database_url)
    with described.writing() as session:
        for table in tables.ALL:
            SchemaManager(table, session._database).create_all(safe=False)
    assert shape(store) == shape(described)
    described.close()


def versions(session: Session) -> list[tuple[int, str]]:
    found = session.rows(SchemaVersion.select(SchemaVersion.number, SchemaVersion.name))
    return [(number, name) for number, name in found]


def test_an_empty_database_is_not_migrated(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert not store.migrated()
    store.migrate()
    assert store.migrated()
    store.close()


def test_every_table_is_there_and_empty_but_for_the_random_keys(store: Store) -> None:
    with store.whole_network.reading() as session:
        filled = [table for table in tables.ALL if session.rows(table.select())]
        assert filled == [Secret]
        assert len(secret(session, CATALOG_LINES)) == 32


def test_each_database_has_a_key_of_its_own(store: Store, tmp_path: Path) -> None:
    other = Store(f"sqlite:///{tmp_path / 'other.db'}")
    other.migrate()
    with store.whole_network.reading() as one, other.whole_network.reading() as two:
        assert secret(one, CATALOG_LINES) != secret(two, CATALOG_LINES)
    other.close()


def test_migrating_twice_changes_nothing(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    assert store.migrate(), "the tables were behind"
    before = schema(store)
    with store.whole_network.writing() as session:
        session.insert(Company, code="VC", name="VC", currency="USD", timezone="UTC")
    assert not store.migrate()
    assert schema(store) == before
    with store.whole_network.reading() as session:
        assert versions(session) == [(step.number, step.name) for step in STEPS]
        assert session.value(Company.select(Company.code)) == "VC"
    store.close()


def test_tables_that_are_up_to_date_are_opened_while_somebody_writes(database_url: str) -> None:
    writer, other = Store(database_url), Store(database_url, wait=0.1)
    with writer.whole_network.writing() as session:
        session.insert(Company, code="VC", name="VC", currency="USD", timezone="UTC")
        assert not other.migrate()
    writer.close()
    other.close()


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
    with stores[0].whole_network.reading() as session:
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
    with store.whole_network.writing() as session:
        session.change(SchemaVersion.insert(number=9999, name="future", at=datetime.now(UTC)))
    for ask in (store.migrate, store.migrated):
        with pytest.raises(NotConfigured, match="version 9999"):
            ask()


def test_steps_are_numbered_without_gaps() -> None:
    assert [step.number for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_steps_have_the_names_of_their_files() -> None:
    assert [step.up.__module__.rpartition(".")[2] for step in STEPS] == [
        f"m{step.number:04}_{step.name}" for step in STEPS
    ]
