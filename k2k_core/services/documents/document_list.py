"""Use cases: the list of a company's documents, and a single document (the verbs `orders` and `show`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, cast

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document, Documents, DocumentTotals, ListedDocument
from k2k_core.domain.disclosure import TOTALS_OF_PURCHASES, TOTALS_OF_SALES, disclosed, reader_of
from k2k_core.domain.money import money
from k2k_core.domain.orders import DOCUMENT_KINDS, INVOICE, TRANSFER_STATES
from k2k_core.domain.roles import READING, Actor
from k2k_core.services import customer_access
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_search, document_view
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.paging import Asked
from k2k_core.store.lists import document_totals
from k2k_core.store.lists.document_totals import Total
from k2k_core.store.lists.documents import documents_of
from k2k_core.store.master_data.connections import partners_of
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import DocumentRow

FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "number": of.codes,
    "kind": lambda value: [parsing.choice(one, DOCUMENT_KINDS) for one in of.codes(value)],
    "status": of.codes,
    "transfer": lambda value: [parsing.choice(one, TRANSFER_STATES) for one in of.codes(value)],
    "k2k": of.switch,
    "overdue": of.switch,
    "customer": of.word,
    "partner": of.word,
    "awb": of.word,
    "reference_number": of.word,
    "ship_date_from": of.day,
    "ship_date_to": of.day,
    "vendor_ship_date_from": of.day,
    "vendor_ship_date_to": of.day,
    "ship_via": of.codes,
    "pending_lines": of.switch,
}
OF_A_CUSTOMER = {
    name: FILTERS[name]
    for name in ("number", "kind", "status", "customer", "ship_date_from", "ship_date_to", "ship_via", "pending_lines")
}
"""The filters for a customer: the others would say which vendor an order is from."""

LINES = frozenset(("lines", "charges"))
"""Fields of a row that are there when they are asked for."""

OF_THE_DOCUMENT = frozenset(("number", "kind", "status", "k2k", "ship_via"))
"""Fields that a document has by itself, for every reader: where no others are asked for, nothing else is read."""


def orders(context: ServiceContext, company: str, search: str | None = None) -> list[Document]:
    """A company's documents, oldest first.

    `search` is a part of a number, a prebook's number, a reference number, an AWB, or the name or code of a buyer,
    vendor or customer. `k2k` finds the K2K orders and their invoices, and `overdue` the orders that should have left
    and that their vendor has not confirmed, in addition to documents of parties with this word in their name.
    """
    customer = context.actor.customer
    context.actor.require(READING, company, customer)
    customer_access.require_no_words(context.actor, search)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        if customer is not None:
            found = documents.of_customer(session, snapshot.id, snapshot.customer(session, customer).id)
        elif search is not None and search.strip():
            found = document_search.matching(context, session, snapshot, search)
        else:
            found = documents.of_company(session, snapshot.id)
        return document_view.answers(context, session, snapshot, found)


class Extras(NamedTuple):
    """What a page of documents has besides: the `lines` of each, the `totals` of all pages."""

    lines: bool = False
    totals: bool = False


def page_of_documents(context: ServiceContext, company: str, request: PageRequest, extras: Extras) -> Documents:
    """A page of a company's documents, oldest first unless `-created_at` or another sort says otherwise; with their
    `lines` where these, or fields of them, are asked for. A customer reads its own, and searches them by no words."""
    request = replace(request, filters=customer_access.own_filters(context.actor, company, request.filters))
    customer_access.require_no_words(context.actor, request.q)
    filters = FILTERS if context.actor.customer is None else OF_A_CUSTOMER
    whole = extras.lines or not LINES.isdisjoint(request.fields or ())
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        if request.q:  # a vendor finds its order by the number that the buyer has for it
            session.reach(partners_of(session, snapshot.id))

        def as_rows(rows: Rows) -> Rows:
            if request.fields is not None and OF_THE_DOCUMENT.issuperset(request.fields):
                return [{name: row[name] for name in OF_THE_DOCUMENT} for row in rows]
            found = [cast(DocumentRow, row) for row in rows]
            documents.remember(session, found)
            return [dict(one) for one in document_view.listed(context, session, snapshot, found, whole)]

        customer = None if context.actor.customer is None else snapshot.customer(session, context.actor.customer).id
        listing = documents_of(snapshot.id, session.now, customer)

        def beside(asked: Asked) -> Mapping[str, Any]:
            if not extras.totals:
                return {}
            sums = document_totals.totals(session, listing, snapshot.id, asked)
            return {"totals": _totals(context.actor, sums)}

        listed = PagedList("orders", listing, ListedDocument, as_rows, filters, beside=beside)
        return cast(Documents, page(context, session, snapshot.id, listed, request))


def _totals(actor: Actor, sums: Iterable[Total]) -> list[DocumentTotals]:
    """The sums over all pages, as the reader may see them."""
    return [
        disclosed(_total(one), TOTALS_OF_PURCHASES if one.bought else TOTALS_OF_SALES, reader_of(actor)) for one in sums
    ]


def _total(one: Total) -> DocumentTotals:
    return {
        "kind": one.kind,
        "bought": one.bought,
        "documents": one.documents,
        "boxes": one.boxes,
        "currency": one.currency,
        "goods": money(one.goods, one.currency),
        "charges": money(one.charges, one.currency) if one.kind == INVOICE else None,
    }


def show(context: ServiceContext, company: str, document: str) -> Document:
    """One document by number, with its lines, their states and frozen explanations."""
    context.actor.require(READING, company, context.actor.customer)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        found = documents.find(session, snapshot.id, str(document))
        customer_access.require_own_document(context.actor, session, snapshot, found)
        return document_view.answer(context, session, snapshot, found)
