"""Use cases: the list of a company's documents, and a single document (the verbs `orders` and `show`)."""

from __future__ import annotations

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.roles import READING
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_search, document_view
from k2k_core.store.orders import documents


def orders(context: ServiceContext, company: str, search: str | None = None) -> list[Document]:
    """A company's documents, oldest first.

    `search` is a part of a number, a prebook's number, a reference number, an AWB, or the name or code of a buyer,
    vendor or customer. `k2k` finds the K2K orders and their invoices, and `overdue` the orders that should have left
    and that their vendor has not confirmed, in addition to documents of parties with this word in their name.
    """
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        if search is not None and search.strip():
            found = document_search.matching(context, session, snapshot, search)
        else:
            found = documents.of_company(session, snapshot.id)
        return document_view.answers(context, session, snapshot, found)


def show(context: ServiceContext, company: str, document: str) -> Document:
    """One document by number, with its lines, their states and frozen explanations."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        found = documents.find(session, snapshot.id, str(document))
        return document_view.answer(context, session, snapshot, found)
