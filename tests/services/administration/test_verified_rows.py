"""The verification of rows by themselves: what they refer to, values that cannot be read, and what it asks for that."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest

from k2k_core.api import K2K
from k2k_core.store.database.sqlite import sqlite_path
from k2k_core.store.verification import numbers
from k2k_core.testing.postgres import PrivatePostgres, name_in
from tests.conftest import OwnDatabase

Trade = Any
Tamper = Callable[[str], None]

STATEMENTS = {"sqlite": 240, "postgresql": 170}
"""How many statements the verification of a small network takes at the most, beginnings and ends of transactions
included: 346 on PostgreSQL with one for each key."""


@pytest.fixture
def tamper(database: OwnDatabase, engine: str, request: pytest.FixtureRequest) -> Tamper:
    """Runs a statement with foreign keys and triggers out of force, as somebody can who may do anything."""

    def on_server(statement: str) -> None:
        server: PrivatePostgres = request.getfixturevalue("postgres_server")
        with psycopg.connect(server.superuser_url(name_in(database.url))) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement.encode())

    def in_file(statement: str) -> None:
        with closing(sqlite3.connect(sqlite_path(database.url))) as connection:
            connection.execute(statement)
            connection.commit()

    return in_file if engine == "sqlite" else on_server


@pytest.fixture
def net(open_unsound_trade: Callable[..., Trade]) -> K2K:
    """The network with an order that was received."""
    trade = open_unsound_trade()
    done = trade.confirmed(2)
    trade.net.ship("ANDES", done["awb"])
    trade.net.scan("BLOOM", done["box_codes"])
    return trade.net


def of_check(net: K2K, check: str) -> list[str]:
    return [fault["message"] for fault in net.verify() if fault["check"] == check]


def test_every_row_that_refers_to_nothing_is_named_with_what_is_missing(net: K2K, tamper: Tamper) -> None:
    tamper("UPDATE lot SET product_id = 999 WHERE code = 'L1'")
    tamper("UPDATE customer SET company_id = 999 WHERE code IN ('C-100', 'C-200')")
    found = of_check(net, "references")
    assert sorted(message.partition(" ")[0] for message in found) == [
        *(
            "cart",
            "customer",
            "customer",
            "document",
            "lot",
            "order_line",
        ),  # the others name the customer's company too
    ]
    assert len(found) == len(set(found))
    assert sum("a row of company" in message for message in found) == 2
    assert sum("a row of product" in message for message in found) == 1


def test_a_reference_from_a_table_that_was_empty_is_looked_at_too(net: K2K, tamper: Tamper) -> None:
    assert of_check(net, "references") == []
    tamper(
        "INSERT INTO saved_view (person_id, page_name, name, query, everybody) VALUES (999, 'lots', 'Mine', '', '0')"
    )
    assert [message.partition(" ")[0] for message in of_check(net, "references")] == ["saved_view"]


def test_a_check_that_fails_does_not_hide_what_the_others_find(
    net: K2K, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    tamper("UPDATE counter SET value = value + 1 WHERE name = 'cart' AND value > 0")
    assert len(of_check(net, "numbers")) == 1

    def failing(*_: object) -> None:
        raise ValueError("it is broken")

    monkeypatch.setattr(numbers.sweep_failures, "listed", failing)
    assert len(of_check(net, "numbers")) == 1
    assert of_check(net, "unreadable") == ["the check failing_sweeps: it cannot be read: ValueError: it is broken"]


def test_a_network_is_verified_with_few_statements(net: K2K, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    database = type(net.context.store._engine.database)
    run = database.execute_sql

    def counted(self: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return run(self, sql, *more)

    net.verify()  # the tables are made once in a process, to be compared with
    monkeypatch.setattr(database, "execute_sql", counted)
    assert net.verify() == []
    assert 0 < len(asked) <= STATEMENTS[engine]
