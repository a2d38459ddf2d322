"""What happened, written down: events with their places in the feeds, notifications, audit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.store.counters import next_value
from k2k_core.store.fields import Json
from k2k_core.store.tables import Audit, Event, Feed, Notification
from k2k_core.store.work import Session


def add_event(session: Session, event: str, data: Mapping[str, Any], companies: Iterable[int]) -> None:
    """An event, and its next place in the feed of each company (ids in ascending order, so that nobody deadlocks)."""
    event_id = session.insert(Event, type=event, data=dict(data), at=session.now)
    for company_id in companies:
        seq = next_value(session, company_id, "feed")
        session.insert(Feed, company_id=company_id, seq=seq, event_id=event_id)


def add_notification(
    session: Session, company_id: int, *, to: str, event: str, subject: str, body: str, locale: str
) -> None:
    """A message to one address."""
    session.insert(
        Notification,
        company_id=company_id,
        to=to,
        event=event,
        subject=subject,
        body=body,
        locale=locale,
        at=session.now,
    )


def add_audit(
    session: Session, company_id: int | None, *, person: str, action: str, subject: str, before: Json, after: Json
) -> None:
    """Who changed what, from what to what."""
    session.insert(
        Audit,
        company_id=company_id,
        person=person,
        action=action,
        subject=subject,
        before=before,
        after=after,
        at=session.now,
    )
