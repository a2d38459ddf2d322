"""The terms of an order's charges: today's while it is a cart or waits for approval, the agreed ones afterwards (domain
section 5). A vendor's order for a buyer has the terms of its customer record of that buyer, like every other
customer's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from k2k_core.domain.order_charges import ChargeTerms, charge_terms, charge_terms_from
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.orders import charge_terms as stored
from k2k_core.store.orders.charge_terms import OrderWithoutTerms
from k2k_core.store.orders.rows import DocumentRow


def terms_of(session: Session, owner: CompanySnapshot, document: DocumentRow | OrderWithoutTerms) -> ChargeTerms:
    """The terms of an order or invoice of the company `owner`: the agreed ones, else today's."""
    if document["charge_terms"] is not None:
        return charge_terms_from(document["charge_terms"])
    customer = owner.customers_by_id(session).get(document["customer_id"])
    return charge_terms(customer, owner.company.settings)


def freeze(context: ServiceContext, session: Session, document_ids: Collection[int]) -> None:
    """Store the terms of these orders, whose first lines are agreed now. Orders with lines that were agreed before have
    theirs already."""
    open_orders = stored.without_terms(session, document_ids)
    stored.store_terms(session, terms_today(context, session, open_orders))


def terms_today(
    context: ServiceContext, session: Session, orders: Iterable[DocumentRow | OrderWithoutTerms]
) -> dict[int, dict[str, Any]]:
    """The terms, as they are stored, of those of some orders of which no line was agreed before, by id."""
    open_orders = [document for document in orders if document["charge_terms"] is None]
    owners = context.snapshots.by_id(session, {document["company_id"] for document in open_orders})
    return {
        document["id"]: terms_of(session, owners[document["company_id"]], document).as_json()
        for document in open_orders
    }
