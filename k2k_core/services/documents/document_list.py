"""Use cases: the list of a company's documents, and one of them (the verbs `orders` and `show`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.roles import READING
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents
from k2k_core.store.orders.order_writes import document_numbers
from k2k_core.store.orders.rows import DocumentRow

K2K_MARK = "k2k"
ORDERED = ("prebook_id", "purchase_order_id")


def orders(context: ServiceContext, company: str, search: str | None = None) -> list[Document]:
    """A company's documents, oldest first.

    `search` is a part of a number, of a prebook's number, of the name or code of a buyer, vendor or customer, or `k2k`
    for the K2K orders alone.
    """
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        found = documents.of_company(session, snapshot.id)
        if search is not None and search.strip():
            found = _matching(context, session, snapshot, found, search.strip().casefold())
        return document_view.answers(context, session, snapshot, found)


def show(context: ServiceContext, company: str, document: str) -> Document:
    """One document by number, with its lines, their states and frozen explanations."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        found = documents.find(session, snapshot.id, str(document))
        return document_view.answer(context, session, snapshot, found)


def _matching(
    context: ServiceContext, session: Session, company: CompanySnapshot, found: Sequence[DocumentRow], words: str
) -> list[DocumentRow]:
    if words == K2K_MARK:
        return [document for document in found if document["k2k"]]
    names = _names(context, session, company, found)
    prebooks = _prebooks(session, found)
    return [
        document
        for document in found
        if any(words in text.casefold() for text in (*names[document["id"]], *prebooks[document["id"]]))
    ]


def _names(
    context: ServiceContext, session: Session, snapshot: CompanySnapshot, found: Sequence[DocumentRow]
) -> Mapping[int, Sequence[str]]:
    """What each document can be found by: its numbers, and the names and codes of its parties."""
    partners = {document[side] for document in found for side in ("vendor_id", "buyer_id")} - {None, snapshot.id}
    known: dict[int, tuple[str, ...]] = {
        company_id: (company.code, company.company.name)
        for company_id, company in context.snapshots.by_id(session, partners).items()
    }
    for record in snapshot.vendors(session).values():
        for company_id, names in known.items():
            known[company_id] = (*names, record.name) if record.company == names[0] else names
    customers = {one.id: (one.code, one.name) for one in snapshot.customers(session).values()}
    return {
        document["id"]: (
            document["number"],
            _reference(document),
            *known.get(document["vendor_id"], ()),
            *known.get(document["buyer_id"], ()),
            *customers.get(document["customer_id"], ()),
        )
        for document in found
    }


def _reference(document: DocumentRow) -> str:
    """What a person typed for an order, or the prebook of an invoice to a customer; a vendor's invoice is found by its
    own number alone, so that the number of an order finds the order."""
    vendors = document["kind"] == INVOICE and document["vendor_id"] is not None
    return "" if vendors else str(document["reference_number"])


def _prebooks(session: Session, found: Sequence[DocumentRow]) -> Mapping[int, Sequence[str]]:
    """The numbers of the prebooks that a document's lines come from; at the vendor also those of the purchase orders,
    and the number that a sales order had as the buyer's prebook there."""
    numbers: dict[int, list[str]] = defaultdict(list)
    by_document = documents.lines_by_document(session, found)
    every = [line for lines in by_document.values() for line in lines]
    known = document_numbers(session, documents.ids_in(every, *ORDERED))
    for document in found:
        at_vendor = document["vendor_id"] == document["company_id"]
        columns = ORDERED if at_vendor else ORDERED[:1]
        numbers[document["id"]] = [known[one] for one in documents.ids_in(by_document[document["id"]], *columns)]
        numbers[document["id"]].append(document["former_number"])
    return numbers
