"""Reads what happened: a company's feed of events, and the notifications that were written."""

from __future__ import annotations

from typing import Any

from k2k_core.store.tables import Event, Feed, Notification
from k2k_core.store.work import Row, Session


def feed(session: Session, company_id: int, after: int, limit: int | None) -> list[Row]:
    """Events of a company after a place in its feed: place, type, data, moment."""
    query = (
        Feed.select(Feed.seq, Event.type, Event.data, Event.at)
        .join(Event, on=Event.id == Feed.event_id)
        .where((Feed.company_id == company_id) & (Feed.seq > after))
        .order_by(Feed.seq)
    )
    return session.rows(query if limit is None else query.limit(limit))


def notifications(session: Session, company_id: int | None, event: str | None) -> list[dict[str, Any]]:
    """What people were told, oldest first: of one company or all, of one event or all."""
    table = Notification
    query = table.select(table.to, table.event, table.subject, table.body, table.locale).order_by(table.id)
    if company_id is not None:
        query = query.where(table.company_id == company_id)
    if event is not None:
        query = query.where(table.event == event)
    return session.dicts(query)
