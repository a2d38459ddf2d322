"""Records what happened, in the same transaction: events, notifications, audit entries, document numbers.

Events get their places in the companies' feeds as the last work before the commit, so that the feed is in the order of
commits and no unit of work waits for a feed (architecture section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from k2k_core.domain.languages import FALLBACK
from k2k_core.domain.orders import awb_id, document_number
from k2k_core.domain.roles import Actor
from k2k_core.services.translations import translated
from k2k_core.store.database.numbering import next_value
from k2k_core.store.database.session import Session
from k2k_core.store.events import journal, offer_changes
from k2k_core.store.events.journal import AuditEntry, EventLines, Message, PendingEvent, Subject
from k2k_core.store.fields import Json
from k2k_core.store.master_data import users
from k2k_core.store.orders.rows import DocumentRow


def emit(
    session: Session, event: str, data: Mapping[str, Any], companies: Iterable[int | None], about: Subject | None
) -> None:
    """Record an event (`noun.verb_in_past`) for the feeds of `companies` (ids; None is skipped). It carries the id and
    the version, at the end of the unit of work, of what it is about; without `about` the data say both."""
    journal.add_event(session, event, data, [company for company in companies if company is not None], about)


class LineCompanies(NamedTuple):
    """The companies of an order line: ids; no vendor where the stock is the buyer's own."""

    buyer: int
    vendor: int | None


def emit_of_line(
    session: Session,
    event: str,
    line_id: int,
    data: Mapping[str, Any],
    companies: LineCompanies,
    at_vendor: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Record an event of an order line, with the line's facts as each of its companies may know them, but for those
    that `data` say; `at_vendor` are facts that the vendor alone reads."""
    for company_id in dict.fromkeys(one for one in companies if one is not None):
        lines = EventLines((line_id,), of_vendor=company_id != companies.buyer, only_one=True)
        more = at_vendor if lines.of_vendor else {}
        pending = PendingEvent(event, {"line": str(line_id), **data, **more}, [company_id], of_line(line_id), lines)
        journal.add_pending(session, pending)


def emit_with_lines(
    session: Session, event: str, data: Mapping[str, Any], company_id: int, about: Subject, lines: EventLines
) -> None:
    """Record an event that carries `lines` with their facts, for one company. `BY_LINE` in the data are more facts of
    some of them."""
    journal.add_pending(session, PendingEvent(event, dict(data), [company_id], about, lines))


def of_line(line_id: int) -> Subject:
    """An order line, as what an event is about."""
    return Subject("order_line", line_id, str(line_id))


def of_document(document: DocumentRow) -> Subject:
    """A document, the same."""
    return Subject("document", document["id"], document["number"])


def of_box(box_code: str, line_id: int) -> Subject:
    """A box, the same: its version is that of its line."""
    return Subject("order_line", line_id, box_code)


def of_awb(row_id: int) -> Subject:
    """An AWB, the same."""
    return Subject("awb", row_id, awb_id(row_id))


def of_facts(company_id: int, company: str) -> Subject:
    """All that a company shares, the same."""
    return Subject(offer_changes.FACTS, company_id, company)


class Wording(NamedTuple):
    """A variant of an event's texts: `part` is the prefix of their names."""

    event: str
    part: str


def notify(
    session: Session,
    company_id: int,
    addresses: Iterable[str],
    event: str | Wording,
    facts: Mapping[str, object],
    locale: str = FALLBACK,
) -> None:
    """Notify people of a company, one row for each address, each address once. `facts` fill the template of the event.

    A person of the company gets it in their own language, everybody else in `locale`.
    """
    recipients = list(dict.fromkeys(address for address in addresses if address))
    own = users.locales(session, company_id, recipients)
    name, part = event if isinstance(event, Wording) else Wording(event, "")
    for address in recipients:
        language = own.get(address, locale)
        subject = translated(f"{name}.{part}subject", language, facts)
        body = translated(f"{name}.{part}body", language, facts)
        message = Message(to=address, event=name, subject=subject, body=body, locale=language)
        journal.add_notification(session, company_id, message)


class Change(NamedTuple):
    """A change as JSON: None for no value before, or after."""

    before: Json = None
    after: Json = None


NOTHING_MORE = Change()


def audit(
    session: Session, actor: Actor, company_id: int | None, action: str, subject: str, change: Change = NOTHING_MORE
) -> int:
    """Record who changed what, from which value to which; returns the id of the entry."""
    return journal.add_audit(session, company_id, AuditEntry(actor.email, action, subject, *change))


def audit_all(
    session: Session, actor: Actor, company_id: int, action: str, entries: Sequence[tuple[str, Change]]
) -> list[int]:
    """Record several changes of one action, each with its subject; returns the ids of the entries, in order."""
    rows = [AuditEntry(actor.email, action, subject, *change) for subject, change in entries]
    return journal.add_audits(session, company_id, rows)


def number_for(session: Session, company_id: int, kind: str, *, k2k: bool = False) -> str:
    """The next number of a kind of document of a company, without gaps."""
    return document_number(kind, next_value(session, company_id, kind) - 1, k2k)


def emit_offers_changed(session: Session, vendor_id: int, vendor: str, codes: Sequence[str]) -> None:
    """Emit `offer.changed` with those of these lots that can be offers, into the vendor's feed, through which its
    buyers read it."""
    offer_changes.note(session, vendor_id, vendor, offer_changes.still_offered(session, vendor_id, codes), edited=True)


def emit_setup_changed(session: Session, vendor_id: int, vendor: str) -> None:
    """Emit `offer.changed` without lots: the company's set-up changed, so any price and visibility may have changed."""
    offer_changes.note_all(session, vendor_id, vendor)
