"""Fixtures of the race tests: a network on each engine in turn, which must verify afterwards and must have had no
deadlock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from k2k_core.errors import StoreUnavailable
from k2k_core.store import engine as store_engine
from k2k_core.store.database.errors import worth_repeating
from k2k_core.testing.postgres import PrivatePostgres, name_in
from tests.conftest import sqlite_url
from tests.properties.state_machine.network_copies import load
from tests.properties.state_machine.races import RaceNetwork


@pytest.fixture
def deadlocks(monkeypatch: pytest.MonkeyPatch) -> list[StoreUnavailable]:
    """Every deadlock that the store has met, also those that it mended."""
    met: list[StoreUnavailable] = []

    def noted(error: StoreUnavailable) -> bool:
        met.append(error)
        return worth_repeating(error)

    monkeypatch.setattr(store_engine, "worth_repeating", noted)
    return met


@pytest.fixture(scope="session")
def loaded_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the network in it."""
    path = tmp_path_factory.mktemp("loaded") / "network.db"
    shutil.copyfile(sqlite_template, path)
    load(sqlite_url(path))
    return path


@pytest.fixture(scope="session")
def loaded_postgres(postgres_server: PrivatePostgres, postgres_template: str) -> str:
    """The name of a PostgreSQL database with the network in it; nobody is connected to it."""
    url = postgres_server.create_database(postgres_template)
    load(url)
    return name_in(url)


@pytest.fixture
def loaded_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own with the network in it, on each engine in turn."""
    if engine == "sqlite":
        shutil.copyfile(request.getfixturevalue("loaded_sqlite"), tmp_path / "network.db")
        yield sqlite_url(tmp_path / "network.db")
        return
    server: PrivatePostgres = request.getfixturevalue("postgres_server")
    url = server.create_database(request.getfixturevalue("loaded_postgres"))
    yield url
    server.drop_database(url)


@pytest.fixture
def race(loaded_url: str, deadlocks: list[StoreUnavailable]) -> Iterator[RaceNetwork]:
    """The network, open."""
    opened = RaceNetwork(loaded_url)
    yield opened
    try:
        opened.require_sound()
        assert [str(error.__cause__) for error in deadlocks] == []
    finally:
        opened.net.close()
