"""Names that were stored in another spelling of Unicode are put into the plain one; where that is taken, both stay."""

from __future__ import annotations

import datetime as dt
import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.store.database.queries import execute
from tests.facade.office_network import BLOOM

NOW = dt.datetime(2026, 2, 2, 14, tzinfo=dt.UTC)
NAMES: dict[str, Any] = {
    "name": "Peña",
    "customers": [
        {"code": "C-1", "name": "Ñandú Müller", "type": "B", "price_lists": ["MAIN"]}
        | {"ship_to": {"name": "Señora Núñez", "city": "Bogotá"}, "send_invoice_to": ["ana@xn--pea-7ma.example"]}
    ],
    "vendors": [{"code": "V-1", "name": "Jardín", "currency": "USD"}],
    "locations": [{"code": "BOG", "name": "Bogotá"}],
    "carriers": [{"code": "T", "name": "Camión"}],
}
ANA = "ana@peña.example"


def other(text: str) -> str:
    """The same text to the eye: decomposed, with a blank that does not break and a soft hyphen."""
    return unicodedata.normalize("NFD", text).replace(" ", "\u00a0") + "\u00ad"


def sql(net: K2K, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with net.context.store.whole_network.writing() as session:
        cursor = execute(session._database, statement, values)
        return list(cursor.fetchall()) if cursor.description else []


@pytest.fixture
def net(database_url: str) -> Iterator[K2K]:
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        opened.load({"companies": [BLOOM | NAMES]})
        opened.add_user("BLOOM", ANA, name="Ana Peña", roles=["admin"], password="seven red roses")
        yield opened


def spell(net: K2K, table: str, *columns: str, where: str = "1 = 1") -> None:
    """Store texts as programs stored them before there was one spelling."""
    for row in sql(net, f'SELECT id, {", ".join(columns)} FROM "{table}" WHERE {where}'):
        for column, text in zip(columns, row[1:], strict=True):
            if text:
                sql(net, f'UPDATE "{table}" SET {column} = ? WHERE id = ?', other(text), row[0])


def migrate(net: K2K) -> None:
    """Run the step, as on a database of the version before it."""
    sql(net, "DELETE FROM schema_version WHERE number = 40")
    assert not net.context.store.migrated()
    net.context.store.migrate()


SPELLED = {
    "company": ("name",),
    "location": ("name",),
    "person": ("email", "name"),
    "product": ("description",),
    "price_season": ("name",),
    "customer": ("name",),
    "vendor": ("name",),
    "carrier": ("name",),
}
READ = {table: f'SELECT {", ".join(columns)} FROM "{table}" ORDER BY id' for table, columns in SPELLED.items()}


def test_every_name_is_put_into_the_plain_spelling(net: K2K) -> None:
    before = {table: sql(net, query) for table, query in READ.items()}
    for table, columns in SPELLED.items():
        spell(net, table, *columns)
    assert {table: sql(net, query) for table, query in READ.items()} != before
    migrate(net)
    assert {table: sql(net, query) for table, query in READ.items()} == before
    assert net.verify() == []
    assert sql(net, "SELECT * FROM row_change") == []


def test_it_is_found_sold_and_logged_in_by_what_is_typed(net: K2K) -> None:
    for table, columns in SPELLED.items():
        spell(net, table, *columns)
    migrate(net)
    assert [one["code"] for one in net.records("BLOOM", "customers", q="ñandú müller")["items"]] == ["C-1"]
    assert net.authenticate(ANA, "seven red roses") is not None
    header = "list,season,product,price\n"
    answer = net.import_price_lists("BLOOM", f"{header}MAIN,Spring,123,2.59\n".encode(), dry_run=True)
    assert (answer["faults"], answer["changes"]) == ([], [])


def test_texts_within_a_field_of_parts_are_too(net: K2K) -> None:
    ((row_id, stored),) = sql(net, "SELECT id, ship_to FROM customer")
    plain = "Se\\u00f1ora N\\u00fa\\u00f1ez"
    assert plain in stored
    sql(
        net,
        "UPDATE customer SET ship_to = ? WHERE id = ?",
        stored.replace(plain, "Sen\\u0303ora\\u00a0Nu\\u0301n\\u0303ez"),
        row_id,
    )
    migrate(net)
    assert sql(net, "SELECT ship_to FROM customer") == [(stored,)]


def test_where_the_plain_spelling_is_taken_both_stay_and_are_named(net: K2K, caplog: pytest.LogCaptureFixture) -> None:
    net.add_user("BLOOM", "ben@pena.example", roles=["admin"])
    sql(net, "UPDATE person SET email = ? WHERE email = ?", other(ANA), "ben@pena.example")
    ((list_id, company_id),) = sql(net, "SELECT price_list_id, company_id FROM price_season")
    sql(net, "UPDATE price_season SET name = ?", "Año")
    copied = 'INSERT INTO price_season (company_id, price_list_id, name, "start", "end") VALUES (?, ?, ?, ?, ?)'
    sql(net, copied, company_id, list_id, other("Año"), "2026-04-01", "2026-04-30")
    with caplog.at_level(logging.WARNING, "k2k.store"):
        migrate(net)
    said = [record.getMessage() for record in caplog.records if "keeps its spelling" in record.getMessage()]
    assert [line.split()[0] for line in said] == ["person", "price_season"]
    assert said[0].endswith(f"another row is called {ANA}")
    assert {name for (name,) in sql(net, "SELECT name FROM price_season")} == {"Año", other("Año")}
    assert (other(ANA),) in sql(net, "SELECT email FROM person")


def test_what_is_plain_already_keeps_its_version(net: K2K) -> None:
    versions = "SELECT id, version FROM customer UNION ALL SELECT id, version FROM product ORDER BY 1, 2"
    before = sql(net, versions)
    migrate(net)
    assert sql(net, versions) == before


def test_a_network_of_the_version_before_is_migrated_by_opening_it(net: K2K, database_url: str) -> None:
    spell(net, "customer", "name")
    sql(net, "DELETE FROM schema_version WHERE number = 40")
    with K2K.open(database_url, clock=lambda: NOW) as opened:
        assert opened.record("BLOOM", "customers", "C-1")["name"] == "Ñandú Müller"
        assert opened.context.store.migrated()
