"""The migration that allows any ship via for a customer: the table is rebuilt without losing rows or references to
them."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import IntegrityError

from k2k_core.store.database.queries import execute
from k2k_core.store.database.session import Session, Table
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS
from k2k_core.store.tables import Company, Customer, Document

CUSTOMER: dict[str, Any] = {"name": "Ñandú «7»", "type": "B", "ecommerce_markup": {"percent": 0}, "max_age": 7}

COLUMNS = [
    field for field in Customer._meta.sorted_fields if field.name not in ("show_vendor", "locale", "version", "search")
]
"""Those that a customer had before."""

SINCE = ("version", "settings_version", "locale", "show_vendor", "charge_terms", "parties", "search")
"""Columns of these tables that later steps add."""


def insert_then(session: Session, table: Table, **values: Any) -> int:
    """Add a row with the columns that its table had before the step."""
    every = {**{field.name: value for field, value in table._meta.defaults.items()}, **values}
    kept = {name: one() if callable(one) else one for name, one in every.items() if _was_there(table, name)}
    fields = [table._meta.fields[name] for name in kept]
    named, places = ", ".join(f'"{field.column_name}"' for field in fields), ", ".join("?" * len(fields))
    stored = [field.db_value(kept[field.name]) for field in fields]
    query = f'INSERT INTO "{table._meta.table_name}" ({named}) VALUES ({places}) RETURNING id'
    return int(execute(session._database, query, stored).fetchone()[0])


def _was_there(table: Table, name: str) -> bool:
    return name not in SINCE or (table is Company and name == "locale")


def test_customers_and_whoever_points_at_them_stay_and_any_way_is_taken(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(empty_database_url)
    with monkeypatch.context() as patched:
        patched.setattr("k2k_core.store.migrations.STEPS", STEPS[:6])
        store.migrate()
    with store.whole_network.writing() as session:
        company = insert_then(session, Company, code="VC", name="VC", currency="USD", timezone="UTC")
        ids = [insert_then(session, Customer, company_id=company, code=f"C-{one}", **CUSTOMER) for one in range(3)]
        papers = {"kind": "prebook", "status": "draft", "currency": "USD", "created_at": session.now}
        insert_then(session, Document, company_id=company, number="B-1", customer_id=ids[1], **papers)
        before = session.dicts(Customer.select(*COLUMNS).order_by(Customer.id))
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        insert_then(session, Customer, company_id=company, code="C-9", ship_via="balloon", **CUSTOMER)
    store.migrate()
    with store.whole_network.reading() as session:
        assert session.dicts(Customer.select(*COLUMNS).order_by(Customer.id)) == before
        assert session.value(Document.select(Document.customer_id)) == ids[1]
    with store.whole_network.writing() as session:
        fresh = session.insert(Customer, company_id=company, code="C-9", ship_via="balloon", **CUSTOMER)
        assert fresh > max(ids)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        execute(session._database, "DELETE FROM customer WHERE id = ?", (ids[1],))
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        session.insert(Customer, company_id=company, code="C-1", **CUSTOMER)
    with pytest.raises(IntegrityError), store.whole_network.writing() as session:
        session.insert(Customer, company_id=company, code="C-8", **{**CUSTOMER, "type": "X"})
    store.close()
