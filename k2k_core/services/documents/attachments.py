"""Use cases: links that a host ERP attaches to documents and boxes: quality reports, photos, claims (domain section 6).

K2K stores a web address and a title, emits an event to the company, and shows the link with the document or box. It
never fetches the address, and shows it only to the company that attached it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Link
from k2k_core.domain.box_codes import read_codes
from k2k_core.domain.roles import BOXES, READING
from k2k_core.errors import Invalid, NotFound
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_box
from k2k_core.services.journal import of_document as document_of
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import Subject
from k2k_core.store.fulfilment import boxes
from k2k_core.store.fulfilment.departures import house_of_lines
from k2k_core.store.orders import attachments as stored_links
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import DocumentRow

LONGEST_URL = 2000


@dataclass(frozen=True, slots=True)
class AttachRequest:
    """A web address and its title, and either the document or the boxes that it is attached to."""

    url: str
    title: str
    document: str | None
    box_codes: Sequence[str] | None


def attach(context: ServiceContext, company: str, asked: AttachRequest, key: str | None = None) -> list[Link]:
    """Attach a web address to one document, or to some boxes on the company's orders; returns all of their links.

    Raises `Invalid` for what is no web address, `NotFound` for a document or box that is not the company's.
    """
    context.actor.require(BOXES, company)
    address, title = read_address(asked.url), _read_title(asked.title)
    codes = _read_target(asked.document, asked.box_codes)
    document = None if asked.document is None else str(asked.document)

    def work(session: Session) -> list[Link]:
        snapshot = context.snapshots.get(session, company)
        targets = _targets(session, snapshot, document, codes)
        for target, event, data, about in targets:
            if stored_links.attach(session, snapshot.id, target, title, address, context.actor.email):
                link = {"company": snapshot.code, "title": title, "url": address, "by": context.actor.email}
                emit(session, event, {**data, **link}, [snapshot.id], about)
                audit(
                    session, context.actor, snapshot.id, "attach", str(next(iter(data.values()))), Change(after=address)
                )
        return _answers(session, snapshot, [target for target, *_ in targets])

    request = {"document": document, "box_codes": codes, "url": address, "title": title}
    return IdempotentCommand(context, company, "attach", key, request).transact(work)


def links(
    context: ServiceContext, company: str, document: str | None = None, box_codes: Sequence[str] | None = None
) -> list[Link]:
    """What the company attached to a document, or to some boxes: `{document, kind, box_code, title, url, by, at}`."""
    context.actor.require(READING, company)
    codes = _read_target(document, box_codes)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        return _answers(session, snapshot, [target for target, *_ in _targets(session, snapshot, document, codes)])


def of_document(session: Session, company: CompanySnapshot, document: DocumentRow) -> list[Link]:
    """The links of a document, and of its boxes if they are asked for."""
    return _answers(session, company, [{"document_id": document["id"]}])


def read_address(value: object) -> str:
    """A web address: http or https, a host, no password; anything else could be harmful to click on."""
    address = parsing.argument("url", parsing.text, value, LONGEST_URL)
    try:
        parts = urlsplit(address)
        valid = parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
    except ValueError:
        valid = False
    if not valid or any(letter.isspace() for letter in address):
        words = Message(
            "{address!r} is no web address: it begins with https:// or http:// and has no password", address=address
        )
        raise Invalid(words, faults=[{"path": "url", "message": words}])
    return address


def _read_title(title: object) -> str:
    return "" if title is None else parsing.argument("title", parsing.text, title)


def _read_target(document: object, box_codes: Sequence[str] | None) -> list[str] | None:
    if (document is None) == (box_codes is None):
        raise Invalid("Name either a document or some box codes.").at("document")
    codes = None if box_codes is None else list(dict.fromkeys(read_codes(box_codes)))
    if codes == []:
        raise Invalid("Name at least one box code.", faults=[{"path": "box_codes", "message": Message("empty")}])
    return codes


def _targets(
    session: Session, company: CompanySnapshot, document: object, codes: list[str] | None
) -> list[tuple[dict[str, int], str, dict[str, Any], Subject]]:
    """The targets as a column and ids, with the event of each, its data and what it is about."""
    if codes is None:
        found = documents.find(session, company.id, str(document))
        data = {"document": found["number"], "kind": found["kind"]}
        return [({"document_id": found["id"]}, "document.linked", data, document_of(found))]
    on_orders = boxes.on_orders_of(session, company.id, codes=codes)
    missing = [code for code in codes if code not in on_orders]
    if missing:
        raise NotFound(
            "Box {box} is on no order of {company}.", box=missing[0], company=company.code, box_codes=missing
        )
    ids = boxes.by_code(session, codes)
    lines = {code: int(on_orders[code]["line_id"]) for code in codes}
    sold = _of_vendor(session, company, set(lines.values()))
    return [
        (
            {"box_id": ids[code]},
            "box.linked",
            {"box_code": code, "line": str(lines[code]), **sold.get(lines[code], {})},
            of_box(code, lines[code]),
        )
        for code in codes
    ]


def _of_vendor(session: Session, company: CompanySnapshot, line_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the event of a box tells its vendor besides, by line: its lot and what the house holds of that."""
    lines = [line for line in documents.lines_by(session, "id", line_ids) if line["vendor_id"] == company.id]
    codes, house = documents.lot_codes(session, lines), house_of_lines(session, lines)
    lots = {line["id"]: f"{company.code}/{codes[int(line['lot_id'])]}" for line in lines}
    return {line_id: {"lot": lot, "boxes": 1, **house[line_id]} for line_id, lot in lots.items()}


def _answers(session: Session, company: CompanySnapshot, targets: Sequence[dict[str, int]]) -> list[Link]:
    wanted = {
        name: [target[column] for target in targets if column in target]
        for name, column in (("documents", "document_id"), ("boxes", "box_id"))
    }
    return [
        {
            "document": row["number"],
            "kind": row["kind"],
            "box_code": row["code"],
            "title": row["title"] or None,
            "url": row["url"],
            "by": row["person"],
            "at": moment_text(row["at"]),
        }
        for row in stored_links.attached(session, company.id, **wanted)
    ]
