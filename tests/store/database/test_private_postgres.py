"""The private server that the tests run on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from k2k_core.testing import postgres
from k2k_core.testing.postgres import PrivatePostgres

pytestmark = pytest.mark.needs("postgresql")


def setting(server: PrivatePostgres, name: str) -> str:
    with psycopg.connect(server.superuser_url("postgres")) as connection:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    assert row is not None
    return str(row[0])


def test_it_leaves_nothing_behind() -> None:
    with PrivatePostgres() as server:
        folder = server.folder
        assert setting(server, "fsync") == "off"
    assert not folder.exists()
    with pytest.raises(RuntimeError, match="not running"):
        server.url("postgres")


def test_a_durable_server_survives_a_power_cut() -> None:
    with PrivatePostgres(durable=True) as server:
        assert [setting(server, name) for name in ("fsync", "synchronous_commit", "full_page_writes")] == ["on"] * 3


def test_it_listens_on_its_socket_only(postgres_server: PrivatePostgres) -> None:
    assert setting(postgres_server, "listen_addresses") == ""
    assert Path(setting(postgres_server, "unix_socket_directories")) == postgres_server.folder


def test_a_database_can_be_copied_and_dropped(postgres_server: PrivatePostgres) -> None:
    first = postgres_server.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE note (text text)")
    copy = postgres_server.create_database(postgres.name_in(first))
    with psycopg.connect(copy) as connection:
        assert connection.execute("SELECT text FROM note").fetchall() == []
        postgres_server.drop_database(first)
    postgres_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(copy)


def test_a_machine_without_a_server_is_told_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_binaries", lambda: None)
    with pytest.raises(FileNotFoundError, match="apt-get install postgresql"):
        PrivatePostgres()


def test_a_server_that_crashed_is_revived_with_all_that_it_had_committed() -> None:
    with PrivatePostgres(durable=True) as server:
        url = server.create_database()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
        with psycopg.connect(url) as open_connection:
            open_connection.execute("INSERT INTO note VALUES ('never committed')")
            server.crash()
            with pytest.raises(psycopg.OperationalError):
                open_connection.execute("SELECT 1")
            server.revive()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT text FROM note").fetchall() == [("kept",)]
