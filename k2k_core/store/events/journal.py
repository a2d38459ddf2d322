"""Writes events with their places in the feeds, notifications and audit entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from k2k_core.store.database.numbering import next_values
from k2k_core.store.database.session import Session
from k2k_core.store.events.outbox import new_message_id
from k2k_core.store.fields import Json
from k2k_core.store.tables import Audit, Delivery, Event, Feed, Notification


def add_event(session: Session, event: str, data: Mapping[str, Any], companies: Iterable[int]) -> None:
    """Add an event, and its place in the feed of each company: written as the last work before the commit.

    All events of a unit of work are numbered together, company by company in ascending order of their ids. Otherwise
    two units of work with events for the same two companies in a different order would deadlock.
    """
    if not session.happened:
        session.before_commit(lambda: _write_events(session))
    session.happened.append((event, dict(data), sorted(set(companies))))


def _write_events(session: Session) -> None:
    counts = Counter(company_id for _, _, companies in session.happened for company_id in companies)
    last = next_values(session, {(one, "feed"): counts[one] for one in sorted(counts)}) if counts else {}
    places = {one: count(last[(one, "feed")] - counts[one] + 1) for one in counts}
    rows = [{"type": event, "data": data, "at": session.now} for event, data, _ in session.happened]
    ids = session.insert_in_order(Event, rows)
    session.insert_many(
        Feed,
        [
            {"company_id": company_id, "seq": next(places[company_id]), "event_id": event_id}
            for event_id, (_, _, companies) in zip(ids, session.happened, strict=True)
            for company_id in companies
        ],
    )


class Message(NamedTuple):
    """One message to one address, about an event, in a language."""

    to: str
    event: str
    subject: str
    body: str
    locale: str


def add_notification(session: Session, company_id: int, message: Message) -> None:
    """Store a message and its delivery by mail."""
    values = {"company_id": company_id, "at": session.now, **message._asdict()}
    notification_id = session.insert(Notification, **values)
    session.insert(
        Delivery,
        company_id=company_id,
        notification_id=notification_id,
        message_id=new_message_id(),
        next_at=session.now,
        since=session.now,
    )


class AuditEntry(NamedTuple):
    """Who changed what, from which value to which."""

    person: str
    action: str
    subject: str
    before: Json
    after: Json


def add_audit(session: Session, company_id: int | None, entry: AuditEntry) -> int:
    """Store an entry of the audit; returns its id."""
    return session.insert(Audit, company_id=company_id, at=session.now, **entry._asdict())


def add_audits(session: Session, company_id: int, entries: Sequence[AuditEntry]) -> list[int]:
    """Store several entries of the audit; returns their ids, in order."""
    rows = [{"company_id": company_id, "at": session.now, **entry._asdict()} for entry in entries]
    return session.insert_in_order(Audit, rows)
