"""The agreed terms of charges of orders: written once, when the first line is agreed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypedDict

from peewee import Case

from k2k_core.store.database.session import Session
from k2k_core.store.orders.rows import Reference
from k2k_core.store.tables import Document


class OrderWithoutTerms(TypedDict):
    """An order without agreed terms."""

    id: int
    company_id: int
    customer_id: Reference
    charge_terms: None


def without_terms(session: Session, document_ids: Collection[int]) -> list[OrderWithoutTerms]:
    """Those of some orders without agreed terms: `id, company_id, customer_id, charge_terms`."""
    columns = (Document.id, Document.company_id, Document.customer_id, Document.charge_terms)
    wanted = Document.id.in_(list(document_ids)) & Document.charge_terms.is_null()
    return session.dicts(Document.select(*columns).where(wanted).order_by(Document.id)) if document_ids else []


def store_terms(session: Session, terms: Mapping[int, dict[str, Any]]) -> None:
    """Store the terms of orders, by id, unless they have some. The caller holds the orders."""
    if not terms:
        return
    stored = [(order_id, Document.charge_terms.db_value(mine)) for order_id, mine in sorted(terms.items())]
    nothing = Document.id.in_([order_id for order_id, _ in stored]) & Document.charge_terms.is_null()
    session.change(Document.update(charge_terms=Case(Document.id, stored)).where(nothing))


def agreed(session: Session, document_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """The terms of those of some orders that have them, by id."""
    wanted = Document.id.in_(list(document_ids)) & Document.charge_terms.is_null(False)
    query = Document.select(Document.id, Document.charge_terms).where(wanted)
    return dict(session.rows(query)) if document_ids else {}
