"""Writes events with their places in the feeds, notifications and audit entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

from k2k_core.domain.audit_chain import HashedEntry, entry_hash
from k2k_core.domain.timeline import SUBJECTS, is_told, stored_facts
from k2k_core.store.database.numbering import FEED, next_values
from k2k_core.store.database.session import Session
from k2k_core.store.events.outbox import new_message_id
from k2k_core.store.fields import Json, JsonText, canonical_json, moment_as_stored
from k2k_core.store.tables import Audit, Delivery, Event, Feed, Notification, TimelineEntry


class Subject(NamedTuple):
    """What an event is about: a row of a table, whose version the event carries, and the `name` by which the facade
    finds it."""

    table: str
    row_id: int
    name: str


class EventLines(NamedTuple):
    """The order lines that an event carries with their facts: as `lines`, or those of the only one beside its other
    data; those of `dropped` ones as such. `of_vendor`: as the vendor may know them."""

    ids: tuple[int, ...]
    of_vendor: bool = False
    only_one: bool = False
    dropped: tuple[int, ...] | None = None


BY_LINE = "by_line"
"""The name, in data that are not complete yet, of more facts of some of the lines, by line."""


class PendingEvent(NamedTuple):
    """An event of this unit of work; its data are completed before the commit (`store.change_events`)."""

    type: str
    data: dict[str, Any]
    companies: list[int]
    subject: Subject | None = None
    lines: EventLines | None = None


def add_event(
    session: Session, event: str, data: Mapping[str, Any], companies: Iterable[int], subject: Subject | None = None
) -> None:
    """An event, and its next place in the feed of each company: written as the last work before the commit."""
    add_pending(session, PendingEvent(event, dict(data), sorted(set(companies)), subject))


def add_pending(session: Session, event: PendingEvent) -> None:
    """The same of an event whose data are completed before the commit.

    All events of a unit of work are numbered together, company by company in ascending order of their ids. Otherwise
    two units of work with events for the same two companies in a different order would deadlock.
    """
    if not session.happened:
        session.before_commit(lambda: _write_events(session))
    session.happened.append(event)


def _write_events(session: Session) -> None:
    counts = Counter(company_id for event in session.happened for company_id in event.companies)
    session.reach(counts)  # an event is written for every company that it is told to
    events = {one: counts[one] for one in sorted(counts)}
    if session.engine == "sqlite":
        _write_on_sqlite(session, events)
    else:
        _write_on_postgresql(session, events)


def _write_on_sqlite(session: Session, counts: Mapping[int, int]) -> None:
    last = next_values(session, {(one, FEED): number for one, number in counts.items()}) if counts else {}
    places = {one: count(last[(one, FEED)] - number + 1) for one, number in counts.items()}
    rows = [{"type": event.type, "data": event.data, "at": session.now} for event in session.happened]
    ids = session.insert_in_order(Event, rows)
    session.insert_many(
        Feed,
        [
            {"company_id": company_id, "seq": next(places[company_id]), "event_id": event_id}
            for event_id, event in zip(ids, session.happened, strict=True)
            for company_id in event.companies
        ],
    )
    session.insert_many(TimelineEntry, list(_timeline_entries(session)))


def _write_on_postgresql(session: Session, counts: Mapping[int, int]) -> None:
    """The same in one statement, which has the same text for any number of events."""
    now, actor = moment_as_stored(session.now), session.actor
    told = {name: list[Any]() for name in _TOLD}
    for entry in _timeline_entries(session):
        for name, column in told.items():
            column.append(entry[name])
    told["facts"] = [canonical_json(facts) for facts in told["facts"]]
    places = {one: count(1 - number) for one, number in counts.items()}
    feed = [
        (company_id, next(places[company_id]), number)
        for number, event in enumerate(session.happened, 1)
        for company_id in event.companies
    ]
    values: tuple[object, ...] = (
        *(list(counts), list(counts.values())),
        *(now, [event.type for event in session.happened], [canonical_json(event.data) for event in session.happened]),
        *(*((None, None) if actor is None else actor), now, *told.values()),
        *([place[part] for place in feed] for part in range(3)),
    )
    session.run(_WRITE_ON_POSTGRESQL, values)


_TOLD = {"company_id": "bigint", "kind": "text", "row_id": "bigint", "event": "text", "facts": "text"}
"""What differs from one entry of the timelines to another, with its type."""

_WRITE_ON_POSTGRESQL = f"""
WITH counted AS (
    INSERT INTO counter (company_id, name, value)
    SELECT company_id, '{FEED}', events FROM unnest(?::bigint[], ?::bigint[]) AS given (company_id, events)
    ORDER BY company_id
    ON CONFLICT (company_id, name) DO UPDATE SET value = counter.value + excluded.value
    RETURNING company_id, value
), written AS (
    INSERT INTO event (type, data, at) SELECT given.type, given.data, ?::bigint
    FROM (SELECT COUNT(*) FROM counted) AS held,
        unnest(?::text[], ?::text[]) WITH ORDINALITY AS given (type, data, number)
    ORDER BY given.number RETURNING id
), numbered AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS number FROM written
), told AS (
    INSERT INTO timeline_entry ({", ".join(_TOLD)}, person, acted_for, at)
    SELECT {", ".join(f"given.{name}" for name in _TOLD)}, ?::text, ?::text, ?::bigint
    FROM unnest({", ".join(f"?::{kind}[]" for kind in _TOLD.values())})
        WITH ORDINALITY AS given ({", ".join(_TOLD)}, number)
    ORDER BY given.number
)
INSERT INTO feed (company_id, seq, event_id)
SELECT given.company_id, counted.value + given.behind, numbered.id
FROM unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS given (company_id, behind, number)
JOIN counted USING (company_id) JOIN numbered USING (number) ORDER BY numbered.id, given.company_id
"""
"""The events get their ids once the counters are held, so that they rise with the places in every feed."""


def _timeline_entries(session: Session) -> Iterator[dict[str, Any]]:
    """What the events say of documents, order lines and AWBs, for the timelines of each company."""
    actor = session.actor
    for event in session.happened:
        subject = event.subject
        if subject is not None and subject.table in SUBJECTS and is_told(event.type, event.data):
            facts = stored_facts(event.data)
            for company_id in event.companies:
                yield {
                    "company_id": company_id,
                    "kind": subject.table,
                    "row_id": subject.row_id,
                    "event": event.type,
                    "facts": facts,
                    "person": None if actor is None else actor.person,
                    "acted_for": None if actor is None else actor.company,
                    "at": session.now,
                }


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
    """Store an entry of the audit with its hash; returns its id."""
    return session.insert(Audit, **_audit_row(session, company_id, entry))


def add_audits(session: Session, company_id: int, entries: Sequence[AuditEntry]) -> list[int]:
    """Store several entries of the audit; returns their ids, in order."""
    return session.insert_in_order(Audit, [_audit_row(session, company_id, entry) for entry in entries])


def _audit_row(session: Session, company_id: int | None, entry: AuditEntry) -> dict[str, Any]:
    person, action, subject = entry.person, entry.action, entry.subject
    before = None if entry.before is None else canonical_json(entry.before)
    after = None if entry.after is None else canonical_json(entry.after)
    hashed = HashedEntry(company_id, person, action, subject, before, after, moment_as_stored(session.now))
    return {
        "company_id": company_id,
        "person": person,
        "action": action,
        "subject": subject,
        "before": None if before is None else JsonText(before),
        "after": None if after is None else JsonText(after),
        "at": session.now,
        "hash": entry_hash(hashed),
    }
