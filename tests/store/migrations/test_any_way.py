"""The step that lets a customer's own way be any: the table is made anew, and nothing of it or of those who point at it
is lost."""

from __future__ import annotations

from typing import Any

import pytest
from peewee import IntegrityError

from k2k_core.store.database.queries import execute
from k2k_core.store.engine import Store
from k2k_core.store.migrations import STEPS
from k2k_core.store.tables import Company, Customer, Document

CUSTOMER: dict[str, Any] = {"name": "Ñandú «7»", "type": "B", "ecommerce_markup": {"percent": 0}, "max_age": 7}

COLUMNS = [field for field in Customer._meta.sorted_fields if field.name not in ("show_vendor", "locale")]
"""Those that a customer had before."""


def test_customers_and_whoever_points_at_them_stay_and_any_way_is_taken(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(empty_database_url)
    with monkeypatch.context() as patched:
        patched.setattr("k2k_core.store.migrations.STEPS", STEPS[:6])
        store.migrate()
    with store.writing() as session:
        company = session.insert(Company, code="VC", name="VC", currency="USD", timezone="UTC")
        ids = [session.insert(Customer, company_id=company, code=f"C-{one}", **CUSTOMER) for one in range(3)]
        papers = {"kind": "prebook", "status": "draft", "currency": "USD", "created_at": session.now}
        session.insert(Document, company_id=company, number="B-1", customer_id=ids[1], **papers)
        before = session.dicts(Customer.select(*COLUMNS).order_by(Customer.id))
    with pytest.raises(IntegrityError), store.writing() as session:
        session.insert(Customer, company_id=company, code="C-9", ship_via="balloon", **CUSTOMER)
    store.migrate()
    with store.reading() as session:
        assert session.dicts(Customer.select(*COLUMNS).order_by(Customer.id)) == before
        assert session.value(Document.select(Document.customer_id)) == ids[1]
    with store.writing() as session:
        fresh = session.insert(Customer, company_id=company, code="C-9", ship_via="balloon", **CUSTOMER)
        assert fresh > max(ids)
    with pytest.raises(IntegrityError), store.writing() as session:
        execute(session._database, "DELETE FROM customer WHERE id = ?", (ids[1],))
    with pytest.raises(IntegrityError), store.writing() as session:
        session.insert(Customer, company_id=company, code="C-1", **CUSTOMER)
    with pytest.raises(IntegrityError), store.writing() as session:
        session.insert(Customer, company_id=company, code="C-8", **{**CUSTOMER, "type": "X"})
    store.close()
