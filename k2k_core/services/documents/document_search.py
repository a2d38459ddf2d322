"""Searches a list of documents (domain section 5) by numbers, reference numbers, AWBs, names of the parties, and marks;
the same on either side of an order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from k2k_core.domain.orders import INVOICE, awb_row_id
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs
from k2k_core.store.master_data.connections import partners_of
from k2k_core.store.orders import documents, invoices, order_ends
from k2k_core.store.orders.order_writes import document_numbers, documents_by_id
from k2k_core.store.orders.rows import DocumentRow, LineRow

K2K_MARK, OVERDUE_MARK = MARKS = ("k2k", "overdue")
ORDERED = ("prebook_id", "purchase_order_id")

Texts = Mapping[int, Sequence[str]]
"""The texts by which each document is found, by its id."""


def matching(context: ServiceContext, session: Session, company: CompanySnapshot, search: str) -> list[DocumentRow]:
    """The documents of a company, oldest first, for which the search text is a part of a number, a prebook's number, a
    reference number, an AWB, or the name or code of a buyer, vendor or customer; the id of an AWB finds its orders.
    `k2k` finds the documents of K2K orders and `overdue` those that are overdue, both in addition to documents of
    parties with this word in their name."""
    words = search.strip().casefold()
    if words in MARKS:
        return _marked(context, session, company, words)
    found = documents.of_company(session, company.id)
    lines = _lines(session, company, found)
    texts = (_parties(context, session, company, found), _numbers(session, found, lines), _awbs(session, found, lines))
    awb_id = awb_row_id(words)
    return [
        document
        for document in found
        if any(words in text.casefold() for each in texts for text in each[document["id"]])
        or (awb_id is not None and awb_id in _awb_ids(document, lines))
    ]


def _marked(context: ServiceContext, session: Session, company: CompanySnapshot, mark: str) -> list[DocumentRow]:
    find = documents.of_k2k_orders if mark == K2K_MARK else order_ends.overdue_of
    names = _Names(context, session, company, partners_of(session, company.id))
    named = documents.of_parties(session, company.id, *names.bearing(mark))
    found = {document["id"]: document for document in (*find(session, company.id), *named)}
    return [document for _, document in sorted(found.items())]


def _lines(session: Session, company: CompanySnapshot, found: Sequence[DocumentRow]) -> Mapping[int, list[LineRow]]:
    """The order lines of each document; of an invoice those that it bills."""
    billed = invoices.shown_lines(session, company.id, found)
    ordered = documents.lines_by_document(session, found)
    return defaultdict(
        list,
        {**ordered, **{one: [line for _, line in rows if line is not None] for one, rows in billed.items()}},
    )


class _Names:
    """The names and codes of a company's customers and partners; of a vendor also that of its record."""

    def __init__(
        self, context: ServiceContext, session: Session, snapshot: CompanySnapshot, partners: Collection[int]
    ) -> None:
        self.companies: dict[int, tuple[str, ...]] = {
            company_id: (company.code, company.company.name)
            for company_id, company in context.snapshots.by_id(session, partners).items()
        }
        for record in snapshot.vendors(session).values():
            for company_id, names in self.companies.items():
                self.companies[company_id] = (*names, record.name) if record.company == names[0] else names
        self.customers = {one.id: (one.code, one.name) for one in snapshot.customers(session).values()}

    def of(self, document: DocumentRow) -> tuple[str, ...]:
        """The names of a document's parties."""
        return (
            *self.companies.get(document["vendor_id"], ()),
            *self.companies.get(document["buyer_id"], ()),
            *self.customers.get(document["customer_id"], ()),
        )

    def bearing(self, words: str) -> tuple[list[int], list[int]]:
        """The ids of partners and of customers with these words in a name."""
        companies, customers = (
            [one for one, names in known.items() if any(words in name.casefold() for name in names)]
            for known in (self.companies, self.customers)
        )
        return companies, customers


def _parties(
    context: ServiceContext, session: Session, snapshot: CompanySnapshot, found: Sequence[DocumentRow]
) -> Texts:
    partners = {document[side] for document in found for side in ("vendor_id", "buyer_id")} - {None, snapshot.id}
    names = _Names(context, session, snapshot, partners)
    return {document["id"]: names.of(document) for document in found}


def _numbers(session: Session, found: Sequence[DocumentRow], lines: Mapping[int, Iterable[LineRow]]) -> Texts:
    """The number of a document and the one that it had before, its reference number and that of its lines' sales
    orders, and their prebooks; at the vendor also the purchase orders.

    The reference of a vendor's invoice is the number of its order, which finds the order and not the invoice too.
    """
    every = [line for of_document in lines.values() for line in of_document]
    orders = documents_by_id(session, documents.ids_in(every, "sales_order_id"))
    numbers = document_numbers(session, documents.ids_in(every, *ORDERED))
    texts: dict[int, list[str]] = {}
    for document in found:
        own = lines[document["id"]]
        at_vendor = document["vendor_id"] == document["company_id"]
        columns = ORDERED if at_vendor else ORDERED[:1]
        vendors = document["kind"] == INVOICE and document["vendor_id"] is not None
        texts[document["id"]] = [
            document["number"],
            document["former_number"],
            "" if vendors else document["reference_number"],
            *(orders[one]["reference_number"] for one in documents.ids_in(own, "sales_order_id")),
            *(numbers[one] for one in documents.ids_in(own, *columns)),
        ]
    return texts


def _awbs(session: Session, found: Sequence[DocumentRow], lines: Mapping[int, Sequence[LineRow]]) -> Texts:
    every = [line for of_document in lines.values() for line in of_document]
    numbers = awbs.numbers(session, documents.ids_in([*found, *every], "awb_id"))
    return {document["id"]: [numbers[one] for one in _awb_ids(document, lines)] for document in found}


def _awb_ids(document: DocumentRow, lines: Mapping[int, Sequence[LineRow]]) -> list[int]:
    return documents.ids_in([document, *lines[document["id"]]], "awb_id")
