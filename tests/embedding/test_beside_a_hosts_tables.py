"""A network beside the tables of the host: apart from them, or refused before anything is touched."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import AlreadyThere, NotConfigured
from k2k_core.services.administration import backups
from k2k_core.store.engine import Store
from k2k_core.testing.postgres import PrivatePostgres
from tests.conftest import sqlite_url
from tests.proofs.network import BUYER, CUSTOMER, NOW, SHIP_DATE, VENDOR, network

HOSTS = (
    "CREATE TABLE customer (name text)",
    "CREATE TABLE product (name text)",
    "CREATE TABLE event (name text)",
    "INSERT INTO customer VALUES ('Ana')",
)
"""A host's own tables, of names that K2K has too."""

OWN = "flowers"
"""The schema of the network. The one with the name of the user would be found by the host's statements, too."""


def clock() -> Any:
    return NOW


def sold(k2k: K2K) -> str:
    """Load a network, sell a box and answer the buyer's document."""
    k2k.load(network(1, 5))
    cart = k2k.add(BUYER, CUSTOMER, lot=f"{VENDOR}/L0", boxes=1, ship_date=SHIP_DATE)
    return k2k.checkout(BUYER, cart=cart["cart"])["number"]


@pytest.fixture
def hosts_file(tmp_path: Path) -> Path:
    """A SQLite file of a host."""
    path = tmp_path / "host.db"
    with sqlite3.connect(path) as host:
        for statement in HOSTS:
            host.execute(statement)
    host.close()
    return path


def fingerprint(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("opened", [K2K.open, lambda url: Store(url).migrate()], ids=["open", "migrate"])
def test_a_hosts_file_is_refused_by_name_and_left_byte_for_byte_the_same(
    hosts_file: Path, opened: Callable[[str], object]
) -> None:
    before = fingerprint(hosts_file.parent)
    with pytest.raises(NotConfigured, match="customer, event, product") as refused:
        opened(sqlite_url(hosts_file))
    assert "a file of its own" in refused.value.message
    assert refused.value.facts["names"] == ["customer", "event", "product"]
    assert fingerprint(hosts_file.parent) == before


def test_a_hosts_own_record_of_versions_is_not_taken_for_that_of_k2k(tmp_path: Path) -> None:
    path = tmp_path / "host.db"
    with sqlite3.connect(path) as host:
        host.execute("CREATE TABLE schema_version (version integer)")
    host.close()
    with pytest.raises(NotConfigured, match="schema_version"):
        K2K.open(sqlite_url(path))


def test_a_name_that_a_later_version_needs_and_somebody_has_taken_is_refused_before_that_version_is_made(
    new_database: Callable[[], str],
) -> None:
    url = new_database()
    store = Store(url)
    store.migrate()
    with store.whole_network.writing() as session:
        session.run("DELETE FROM schema_version WHERE number >= 35")
        session.run("DROP TABLE api_key")
        session.run("CREATE TABLE api_key (secret text)")
    for _ in range(2):  # nothing was made by the first
        with pytest.raises(NotConfigured, match="api_key"):
            store.migrate()
    store.close()


@pytest.fixture
def hosts_database(postgres_server: PrivatePostgres) -> str:
    """A PostgreSQL database of a host."""
    url = postgres_server.create_database()
    ran(url, *HOSTS, "CREATE FUNCTION row_version() RETURNS int LANGUAGE sql AS 'SELECT 7'")
    return url


def ran(url: str, *statements: str) -> Any:
    import psycopg

    with psycopg.connect(url, autocommit=True) as host:
        for statement in statements:
            found = host.execute(statement.encode())
        return found.fetchall() if found.description else None


@pytest.mark.needs("postgresql")
def test_a_hosts_schema_is_refused_with_the_address_that_would_do(hosts_database: str) -> None:
    with pytest.raises(NotConfigured, match=r"customer, event, product.*\?schema=k2k"):
        K2K.open(hosts_database)
    assert ran(hosts_database, "SELECT name FROM customer") == [("Ana",)]
    assert ran(hosts_database, "SELECT row_version()") == [(7,)]
    assert ran(hosts_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(3,)]


@pytest.mark.needs("postgresql")
@pytest.mark.parametrize("way", ["address", "argument"])
def test_in_a_schema_of_its_own_a_network_trades_and_is_verified_beside_the_hosts_tables(
    hosts_database: str, way: str
) -> None:
    in_address = way == "address"
    url, schema = (f"{hosts_database}&schema={OWN}", None) if in_address else (hosts_database, OWN)
    with K2K.open(url, clock=clock, schema=schema) as k2k:
        sold(k2k)
        assert k2k.verify() == []
    assert ran(hosts_database, "SELECT name FROM customer") == [("Ana",)]
    assert ran(hosts_database, "SELECT row_version()") == [(7,)]
    assert ran(hosts_database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(3,)]
    with K2K.open(url, clock=clock, schema=schema) as again:
        assert [one["code"] for one in again.companies()["items"]] == [VENDOR, BUYER]


@pytest.mark.needs("postgresql")
def test_two_networks_of_one_database_know_nothing_of_each_other(postgres_server: PrivatePostgres) -> None:
    url = postgres_server.create_database()
    with K2K.open(url, clock=clock, schema="one") as one, K2K.open(url, clock=clock, schema="two") as two:
        number = sold(one)
        assert two.companies()["items"] == []
        assert sold(two) == number
        assert one.verify() == two.verify() == []


@pytest.mark.needs("postgresql")
def test_a_backup_of_a_schema_is_of_that_schema_alone_and_is_restored_into_one(
    hosts_database: str, postgres_server: PrivatePostgres, tmp_path: Path
) -> None:
    def at(url: str) -> str:
        return f"{url}&schema={OWN}"

    with K2K.open(at(hosts_database), clock=clock) as k2k:
        number = sold(k2k)
    made = backups.back_up(at(hosts_database), tmp_path, NOW)
    assert made.faults == []
    elsewhere = postgres_server.create_database()
    with pytest.raises(NotConfigured, match=f"schema={OWN}"):
        backups.restore(made.path, elsewhere, NOW)
    assert ran(elsewhere, "SELECT count(*) FROM pg_tables WHERE schemaname NOT LIKE 'pg_%'") == ran(
        elsewhere, "SELECT count(*) FROM pg_tables WHERE schemaname = 'information_schema'"
    )
    assert backups.restore(made.path, at(elsewhere), NOW).faults == []
    with K2K.open(at(elsewhere), clock=clock) as restored:
        assert number in [one["number"] for one in restored.orders(BUYER)]
    with pytest.raises(AlreadyThere):
        backups.restore(made.path, at(elsewhere), NOW)
    assert ran(elsewhere, "SELECT count(*) FROM pg_tables WHERE tablename = 'customer'") == [(1,)]


@pytest.mark.parametrize("schema", ["", "K2K", "pg_k2k", "k2k; DROP TABLE customer", "a" * 64, "k-2-k", 'k"k'])
def test_a_name_that_is_no_schemas_is_refused(schema: str) -> None:
    with pytest.raises(NotConfigured, match="schema"):
        K2K.open("postgresql://k2k@localhost/erp", schema=schema)


def test_a_schema_of_a_sqlite_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="file of its own"):
        K2K.open(sqlite_url(tmp_path / "k2k.db"), schema="k2k")
