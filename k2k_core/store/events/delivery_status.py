"""Reads the state of deliveries, and queues dead ones again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

from peewee import JOIN, fn

from k2k_core.domain.deliveries import ACTIVE, DEAD, WAITING
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.events import outbox

_ENDPOINT: Any = tables.Endpoint
_DELIVERY: Any = tables.Delivery
_EVENT: Any = tables.Event
_NOTIFICATION: Any = tables.Notification
_COMPANY: Any = tables.Company
_FEED: Any = tables.Feed
_COUNTER: Any = tables.Counter


class ListedDelivery(NamedTuple):
    """A delivery: its event, its recipient, its state."""

    message_id: str
    company: str
    event: str
    endpoint: str | None
    to: str | None
    state: str
    attempts: int
    error: str
    seq: int
    since: dt.datetime
    next_at: dt.datetime
    leased_until: dt.datetime | None
    done_at: dt.datetime | None


class Health(NamedTuple):
    """The deliveries of the whole network: how many wait, since when the oldest has waited, how many are dead."""

    waiting: int
    oldest: dt.datetime | None
    dead: int


def listed(session: Session, company_id: int | None, state: str | None, limit: int) -> list[ListedDelivery]:
    """The newest deliveries of a company or of all."""
    what = (
        _DELIVERY.message_id,
        _COMPANY.code,
        fn.COALESCE(_EVENT.type, _NOTIFICATION.event),
        _ENDPOINT.code,
        _NOTIFICATION.to,
    )
    how_far = (_DELIVERY.state, _DELIVERY.attempts, _DELIVERY.error, _DELIVERY.seq)
    moments = (_DELIVERY.since, _DELIVERY.next_at, _DELIVERY.leased_until, _DELIVERY.done_at)
    query = (
        _DELIVERY.select(*what, *how_far, *moments)
        .join(_COMPANY, on=_COMPANY.id == _DELIVERY.company_id)
        .switch(_DELIVERY)
        .join(_ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id)
        .switch(_DELIVERY)
        .join(_EVENT, JOIN.LEFT_OUTER, on=_EVENT.id == _DELIVERY.event_id)
        .switch(_DELIVERY)
        .join(_NOTIFICATION, JOIN.LEFT_OUTER, on=_NOTIFICATION.id == _DELIVERY.notification_id)
        .order_by(_DELIVERY.id.desc())
        .limit(limit)
    )
    if company_id is not None:
        query = query.where(_DELIVERY.company_id == company_id)
    if state is not None:
        query = query.where(_DELIVERY.state == state)
    return [ListedDelivery(*row) for row in session.rows(query)]


def health(session: Session) -> Health:
    """How many deliveries wait or are dead. Events that are not taken out of a feed yet count as waiting."""
    sent_to = _ENDPOINT.id.is_null() | (_ENDPOINT.state == ACTIVE)
    with_endpoint = _DELIVERY.select(fn.COUNT(_DELIVERY.id), fn.MIN(_DELIVERY.since)).join(
        _ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id
    )
    waiting, oldest = session.rows(with_endpoint.where((_DELIVERY.state == WAITING) & sent_to))[0]
    behind = _behind(session)
    dead = session.value(_DELIVERY.select(fn.COUNT(_DELIVERY.id)).where(_DELIVERY.state == DEAD))
    moments = [one for one in (oldest, *(first for _, first in behind)) if one is not None]
    return Health(waiting + sum(count for count, _ in behind), min(moments, default=None), int(dead))


def _behind(session: Session) -> list[tuple[int, dt.datetime | None]]:
    """For each endpoint whose feed has grown: by how many events, and when the first of them happened."""
    mine = (_COUNTER.company_id == _ENDPOINT.company_id) & (_COUNTER.name == "feed")
    query = _ENDPOINT.select(_ENDPOINT.company_id, _ENDPOINT.place, _COUNTER.value).join(_COUNTER, on=mine)
    rows = session.rows(query.where((_ENDPOINT.state == ACTIVE) & (_COUNTER.value > _ENDPOINT.place)))
    return [(last - place, _happened(session, company_id, place + 1)) for company_id, place, last in rows]


def _happened(session: Session, company_id: int, place: int) -> dt.datetime | None:
    there = (_FEED.company_id == company_id) & (_FEED.seq == place)
    found: dt.datetime | None = session.value(
        _FEED.select(_EVENT.at).join(_EVENT, on=_EVENT.id == _FEED.event_id).where(there)
    )
    return found


def replay(session: Session, company_id: int, endpoint: str | None, messages: Collection[str] | None) -> list[str]:
    """Queue dead deliveries of a company again, with the same message ids; returns these ids.

    They are queued by their places in the feed: what waits for the same document goes after them.
    """
    dead = (_DELIVERY.company_id == company_id) & (_DELIVERY.state == DEAD)
    if messages is not None:
        dead &= _DELIVERY.message_id.in_(sorted(messages))
    query = (
        _DELIVERY.select(
            _DELIVERY.id, _DELIVERY.message_id, _DELIVERY.endpoint_id, _DELIVERY.seq, _EVENT.data, _ENDPOINT.code
        )
        .join(_ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id)
        .switch(_DELIVERY)
        .join(_EVENT, JOIN.LEFT_OUTER, on=_EVENT.id == _DELIVERY.event_id)
        .where(dead)
        .order_by(_DELIVERY.id)
    )
    rows = [row for row in session.rows(query) if endpoint is None or row[5] == endpoint]
    session.lock(tables.Endpoint, {row[2] for row in rows if row[2] is not None})
    fresh = {"state": WAITING, "attempts": 0, "next_at": session.now, "since": session.now, "done_at": None}
    chosen = _DELIVERY.id.in_([row[0] for row in rows]) & (_DELIVERY.state == DEAD)
    again = {one for (one,) in session.changed(_DELIVERY.update(fresh).where(chosen).returning(_DELIVERY.id))}
    by_endpoint: dict[int, list[tuple[int, int, Any]]] = {}
    for one, _, endpoint_id, seq, data, _ in rows:
        if one in again and endpoint_id is not None:
            by_endpoint.setdefault(endpoint_id, []).append((one, seq, data))
    for endpoint_id, queued in by_endpoint.items():
        outbox.take_turns(session, company_id, endpoint_id, queued)
    return [row[1] for row in rows if row[0] in again]
