"""Use cases: the list of a company's documents, and one of them (the verbs `orders` and `show`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.roles import READING
from k2k_core.services import document_view, documents
from k2k_core.services.documents import DOCUMENT, Row
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.office import Office
from k2k_core.store.work import Session

K2K_MARK = "k2k"


def orders(office: Office, company: str, search: str | None = None) -> list[dict[str, Any]]:
    """A company's documents, oldest first.

    `search` is a part of a number, of a prebook's number, of the name or code of a buyer, vendor or customer, or `k2k`
    for the K2K orders alone.
    """
    office.actor.require(READING, company)
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
        found = session.dicts(DOCUMENT.select().where(DOCUMENT.company_id == facts.id).order_by(DOCUMENT.id))
        if search is not None and search.strip():
            found = _matching(office, session, facts, found, search.strip().casefold())
        return document_view.answers(office, session, facts, found)


def show(office: Office, company: str, document: str) -> dict[str, Any]:
    """One document by number, with its lines, their states and frozen explanations."""
    office.actor.require(READING, company)
    with office.store.reading() as session:
        facts = office.facts.get(session, company)
        return document_view.answer(office, session, facts, documents.find(session, facts.id, str(document)))


def _matching(
    office: Office, session: Session, facts: CompanyFacts, found: Sequence[Row], words: str
) -> list[Row]:
    if words == K2K_MARK:
        return [document for document in found if document["k2k"]]
    names = _names(office, session, facts, found)
    prebooks = _prebooks(session, found)
    return [
        document
        for document in found
        if any(words in text.casefold() for text in (*names[document["id"]], *prebooks[document["id"]]))
    ]


def _names(
    office: Office, session: Session, facts: CompanyFacts, found: Sequence[Row]
) -> Mapping[int, Sequence[str]]:
    """What each document can be found by: its numbers, and the names and codes of its parties."""
    partners = {document[side] for document in found for side in ("vendor_id", "buyer_id")} - {None, facts.id}
    known: dict[int, tuple[str, ...]] = {
        company_id: (company.code, company.company.name)
        for company_id, company in office.facts.by_id(session, partners).items()
    }
    for record in facts.vendors(session).values():
        for company_id, names in known.items():
            known[company_id] = (*names, record.name) if record.company == names[0] else names
    customers = {one.id: (one.code, one.name) for one in facts.customers(session).values()}
    return {
        document["id"]: (
            document["number"],
            document["reference_number"],
            *known.get(document["vendor_id"], ()),
            *known.get(document["buyer_id"], ()),
            *customers.get(document["customer_id"], ()),
        )
        for document in found
    }


def _prebooks(session: Session, found: Sequence[Row]) -> Mapping[int, Sequence[str]]:
    """The numbers of the prebooks that a document's lines come from."""
    numbers: dict[int, list[str]] = defaultdict(list)
    lines = [
        (document_id, line["prebook_id"])
        for document_id, line in _lines(session, found)
        if line["prebook_id"] is not None
    ]
    wanted = sorted({prebook for _, prebook in lines})
    query = DOCUMENT.select(DOCUMENT.id, DOCUMENT.number).where(DOCUMENT.id.in_(wanted))
    known: dict[int, str] = dict(session.rows(query)) if wanted else {}
    for document_id, prebook in lines:
        numbers[document_id].append(known[prebook])
    return numbers


def _lines(session: Session, found: Sequence[Row]) -> list[tuple[int, Row]]:
    pairs: list[tuple[int, Row]] = []
    for kind, column in documents.LINE_COLUMN.items():
        ids = [document["id"] for document in found if document["kind"] == kind]
        pairs += [(line[column], line) for line in documents.lines_by(session, column, ids)]
    return pairs

