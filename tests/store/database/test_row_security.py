"""Row-level security on PostgreSQL: a statement that forgets the company meets nothing of a stranger's.

The tables are filled with a row of each company without regard to anything but the types of the columns: keys, checks
and triggers are away, so that a table that is added is in these tests by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg
import pytest
from peewee import ProgrammingError

from k2k_core.store.engine import Store
from k2k_core.store.migrations.row_policies import owners
from k2k_core.store.tables import ALL, SYSTEM, Table
from k2k_core.store.verification import schema
from k2k_core.testing import postgres
from k2k_core.testing.postgres import PrivatePostgres

pytestmark = pytest.mark.needs("postgresql")

OWN, PARTNER, STRANGER = 1, 2, 3
CHECKS = """
SELECT conrelid::regclass::text, conname FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f')
"""
UNDER_POLICIES = [table for table in ALL if owners(table)]
OF_NOBODY = {"company", "event", "row_change", "network_idempotency", "attempt", "secret"}
"""Tables whose rows name no company that they belong to: every unit of work may read what all have in common, and what
is in an event or in an answer for the network is found through rows that are under a policy."""

NO_PARTNERS = "FUNCTION k2k_name_partners(own bigint[]) RETURNS void LANGUAGE sql AS ''"

_numbers = count(1)


def name_of(table: type[Table]) -> str:
    return str(table._meta.table_name)


each_table = pytest.mark.parametrize("table", UNDER_POLICIES, ids=name_of)


def values_of(table: type[Table], company: int) -> dict[str, object]:
    """A row of a company: every column that must have a value has one of its type."""
    fields = [one for one in table._meta.sorted_fields if one.column_name not in owners(table)]
    row: dict[str, object] = dict.fromkeys(owners(table), company)
    return row | {one.column_name: value_of(one) for one in fields if not one.null and one.name != "id"}


def value_of(field: Any) -> object:
    number = next(_numbers)
    return {"TEXT": f"text {number}", "BOOL": False, "DATE": dt.date(2026, 1, 1)}.get(field.field_type, number)


def inserting(table: type[Table], company: int, mark: str) -> tuple[str, list[object]]:
    row = values_of(table, company)
    columns = ", ".join(f'"{column}"' for column in row)
    return f'INSERT INTO "{name_of(table)}" ({columns}) VALUES ({", ".join([mark] * len(row))})', list(row.values())


@pytest.fixture(scope="module")
def filled(postgres_server: PrivatePostgres, postgres_template: str) -> Iterator[str]:
    """The address of a database in which each table has a row of three companies, of which two are connected."""
    url = postgres_server.create_database(postgres_template)
    administrator = postgres_server.superuser_url(postgres.name_in(url))
    with psycopg.connect(administrator, autocommit=True) as connection:
        for table, constraint in connection.execute(CHECKS).fetchall():
            connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint}"')  # type: ignore[call-overload]
        for each in ALL:
            connection.execute(f'ALTER TABLE "{name_of(each)}" DISABLE TRIGGER ALL')  # type: ignore[call-overload]
        for each in UNDER_POLICIES:
            for company in (OWN, PARTNER, STRANGER):
                connection.execute(*inserting(each, company, "%s"))  # type: ignore[arg-type]
        connection.execute("UPDATE connection SET vendor_id = %s WHERE buyer_id = %s", (OWN, PARTNER))
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def store(filled: str) -> Iterator[Store]:
    opened = Store(filled)
    yield opened
    opened.close()


def companies_met(store: Store, table: type[Table], *shown: int | None) -> set[int]:
    """The companies of the rows that a unit of work for some companies meets without naming any in its query."""
    columns = [table._meta.columns[column] for column in owners(table)]
    with store.reading() as session:
        session.show(*shown)
        return {one for row in session.rows(table.select(*columns)) for one in row if one is not None}


def written(store: Store, statement: str, parameters: list[Any]) -> int:
    """How many rows a statement of a unit of work for one's own company has changed."""
    with store.writing() as session:
        session.show(OWN)
        return int(session.run(statement, parameters).rowcount)


@each_table
def test_a_query_without_a_company_meets_nothing_of_a_strangers(store: Store, table: type[Table]) -> None:
    met = companies_met(store, table, OWN)
    assert OWN in met
    assert STRANGER not in met
    assert STRANGER in companies_met(store, table, STRANGER)


@each_table
def test_of_a_partners_rows_only_what_is_traded_is_met(store: Store, table: type[Table]) -> None:
    shared = {"connection"}  # the one row that the two have in common here
    expected = {OWN, PARTNER} if table.traded or name_of(table) in shared else {OWN}
    assert companies_met(store, table, OWN) == expected


@each_table
def test_a_partner_that_was_reached_is_met_and_its_own_partners_are_not(store: Store, table: type[Table]) -> None:
    with store.reading() as session:
        session.show(STRANGER)
        session.reach([PARTNER])
        columns = [table._meta.columns[column] for column in owners(table)]
        met = {one for row in session.rows(table.select(*columns)) for one in row if one is not None}
    assert met == ({OWN, PARTNER, STRANGER} if name_of(table) == "connection" else {PARTNER, STRANGER})


@each_table
def test_a_unit_of_work_that_names_nobody_meets_nothing(store: Store, table: type[Table]) -> None:
    assert companies_met(store, table) == set()


@each_table
def test_work_of_the_whole_network_meets_every_row(store: Store, table: type[Table]) -> None:
    with store.whole_network.reading() as session:
        assert len(session.rows(table.select(table.id))) == 3


@each_table
def test_a_row_for_a_stranger_is_refused(store: Store, table: type[Table]) -> None:
    with pytest.raises(ProgrammingError, match="violates row-level security policy"):
        written(store, *inserting(table, STRANGER, "?"))


@each_table
def test_a_strangers_row_is_neither_changed_nor_deleted(store: Store, table: type[Table]) -> None:
    columns = owners(table)
    theirs = " AND ".join(f"{column} = ?" for column in columns)
    changing = f'UPDATE "{name_of(table)}" SET {columns[0]} = {columns[0]} WHERE {theirs}'
    assert written(store, changing, [STRANGER] * len(columns)) == 0
    assert written(store, f'DELETE FROM "{name_of(table)}" WHERE {theirs}', [STRANGER] * len(columns)) == 0


@each_table
def test_an_own_row_is_not_given_to_a_stranger(store: Store, table: type[Table]) -> None:
    moved = ", ".join(f"{column} = ?" for column in owners(table))
    with pytest.raises(ProgrammingError, match="violates row-level security policy"):
        written(store, f'UPDATE "{name_of(table)}" SET {moved}', [STRANGER] * len(owners(table)))


def test_only_tables_that_belong_to_nobody_have_no_policy() -> None:
    assert {name_of(table) for table in ALL if table.ownership == SYSTEM} == OF_NOBODY
    assert {name_of(table) for table in ALL if not owners(table)} == OF_NOBODY


def test_rows_without_a_company_are_the_networks(store: Store, postgres_server: PrivatePostgres, filled: str) -> None:
    (audit,) = (table for table in ALL if name_of(table) == "audit")
    administrator = postgres_server.superuser_url(postgres.name_in(filled))
    with psycopg.connect(administrator) as connection:
        connection.execute("UPDATE audit SET company_id = NULL, person = 'of the network' WHERE company_id = 2")
    people = audit.select(audit._meta.columns["person"])
    with store.reading() as session:
        session.show(None)
        assert session.rows(people) == [("of the network",)]
    with store.reading() as session:
        session.show(OWN)
        assert ("of the network",) not in session.rows(people)
    with psycopg.connect(administrator) as connection:
        connection.execute("UPDATE audit SET company_id = 2 WHERE company_id IS NULL")


def test_a_part_that_is_undone_takes_back_nothing_of_what_is_shown(store: Store) -> None:
    (cart,) = (table for table in ALL if name_of(table) == "cart")
    with store.writing() as session:
        session.show(OWN)
        with suppress(ZeroDivisionError), session.savepoint():
            session.reach([PARTNER])
            assert len(session.rows(cart.select(cart.id))) == 2
            raise ZeroDivisionError
        assert len(session.rows(cart.select(cart.id))) == 2


def test_what_was_shown_is_over_with_the_unit_of_work(filled: str) -> None:
    (cart,) = (table for table in ALL if name_of(table) == "cart")
    one_connection = Store(filled, connections=1)
    try:
        with one_connection.whole_network.reading() as session:
            assert len(session.rows(cart.select(cart.id))) == 3
        assert companies_met(one_connection, cart) == set()
    finally:
        one_connection.close()


def test_a_user_who_passes_the_policies_is_known(store: Store, postgres_server: PrivatePostgres, filled: str) -> None:
    assert not store.passes_policies()
    administrators = Store(postgres_server.superuser_url(postgres.name_in(filled)))
    try:
        assert administrators.passes_policies()
    finally:
        administrators.close()


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("ALTER TABLE lot NO FORCE ROW LEVEL SECURITY", "row security of lot"),
        ("ALTER TABLE lot DISABLE ROW LEVEL SECURITY", "row security of lot"),
        ("DROP POLICY companies ON lot", "policy lot.companies"),
        ("CREATE POLICY everybody ON lot USING (true)", "policy lot.everybody"),
        (
            "CREATE OR REPLACE FUNCTION k2k_whole_network() RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true'",
            "function",
        ),
    ],
)
def test_verify_names_a_policy_that_is_not_what_the_migrations_make(
    postgres_server: PrivatePostgres, postgres_template: str, damage: str, named: str
) -> None:
    url = postgres_server.create_database(postgres_template)
    opened = Store(url)
    try:
        assert list(schema.faults(opened)) == []
        with psycopg.connect(url) as connection:
            connection.execute(damage)  # type: ignore[call-overload]  # text put together
        (fault,) = schema.faults(opened)
        assert named in str(fault["subject"])
    finally:
        opened.close()
        postgres_server.drop_database(url)
