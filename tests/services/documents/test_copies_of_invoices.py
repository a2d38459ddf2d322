"""The copy of a vendor's invoice is found by its exact number, through the index of document numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from k2k_core.store.database.session import Session
from k2k_core.store.orders import invoices

Trade = Any


def synchronised(companies: dict[str, Any]) -> None:
    for code in ("ANDES", "BLOOM"):
        companies[code]["settings"]["sync_invoices"] = True


@contextmanager
def selected(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """The queries whose rows are read as dictionaries."""
    queries: list[Any] = []
    original = Session.dicts

    def dicts(session: Session, query: Any) -> Any:
        queries.append(query)
        return original(session, query)

    with monkeypatch.context() as patch:
        patch.setattr(Session, "dicts", dicts)
        yield queries


def test_a_copy_is_looked_up_by_its_number(open_trade: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    trade = open_trade(synchronised)
    trade.confirmed(1)
    trade.confirmed(1)
    found: dict[str, str] = {}
    with trade.net.context.store.whole_network.reading() as session:
        issued = session.dicts(invoices.Document.select().where(invoices.Document.number.in_(("I-1001", "I-1002"))))
        with selected(monkeypatch) as queries:
            for invoice in (one for one in issued if one["company_id"] == one["vendor_id"]):
                copy = invoices.copy_of(session, invoice)
                found[invoice["number"]] = copy["number"] if copy else ""
    assert found == {"I-1001": "ANDES/I-1001", "I-1002": "ANDES/I-1002"}
    for query in queries:
        statement, parameters = query.sql()
        assert "LIKE" not in statement.upper()
        assert {"ANDES/I-1001", "ANDES/I-1002"} & set(parameters)
