"""Deliveries: leased by one sender at a time, and their outcomes.

A sender that crashes blocks nobody: its lease expires, and another sender takes the delivery, with the same message id.
Rows are locked in this order: endpoints by id, then deliveries by id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, fn

from k2k_core.domain.deliveries import ACTIVE, DELIVERED, DISABLED, WAITING
from k2k_core.domain.retry_policy import Outcome, RetryPolicy, after_attempt
from k2k_core.domain.secrets import UNREADABLE
from k2k_core.store import tables
from k2k_core.store.database.session import Session

_ENDPOINT: Any = tables.Endpoint
_DELIVERY: Any = tables.Delivery
_TURN: Any = tables.DeliveryTurn
_EVENT: Any = tables.Event
_NOTIFICATION: Any = tables.Notification
_COMPANY: Any = tables.Company

FIRST_OF_EVERY_LINE = """
SELECT id FROM delivery WHERE state = 'waiting' AND endpoint_id = ? AND next_at <= ? AND NOT EXISTS (
    SELECT 1 FROM delivery_turn AS mine JOIN delivery_turn AS before
    ON before.endpoint_id = mine.endpoint_id AND before.document = mine.document AND before.seq < mine.seq
    WHERE mine.delivery_id = delivery.id)
ORDER BY seq LIMIT ?
"""
"""A delivery goes once everything earlier about each of its documents has been delivered or is dead."""

NEXT_MAILS = """
SELECT id FROM delivery WHERE state = 'waiting' AND endpoint_id IS NULL AND next_at <= ? ORDER BY id LIMIT ?
"""

Chance = Callable[[], int]


class Due(NamedTuple):
    """A recipient with waiting deliveries; `endpoint_id` is None for the mail."""

    endpoint_id: int | None
    failures: int


class Leased(NamedTuple):
    """A leased delivery."""

    id: int
    company_id: int
    endpoint_id: int | None
    message_id: str
    attempts: int
    since: dt.datetime
    lease: str


class Webhook(NamedTuple):
    """The content of a webhook: a delivery with its event and its endpoint. `keys` are the secrets to sign with."""

    taken: Leased
    company: str
    url: str
    keys: tuple[str, ...]
    type: str
    data: Mapping[str, Any]
    at: dt.datetime
    seq: int


class Mail(NamedTuple):
    """The content of a mail."""

    taken: Leased
    company: str
    to: str
    subject: str
    body: str
    locale: str
    at: dt.datetime


def due(session: Session) -> list[Due]:
    """The recipients to which something could be sent now. What is for an endpoint whose secret cannot be decrypted
    waits, without an attempt, until there is its key."""
    ready = _ENDPOINT.rests_until.is_null() | (_ENDPOINT.rests_until <= session.now)
    open_for_it = _ENDPOINT.id.is_null() | ((_ENDPOINT.state == ACTIVE) & ready)
    query = (
        _DELIVERY.select(_DELIVERY.endpoint_id, _ENDPOINT.failures, _ENDPOINT.secret)
        .join(_ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id)
        .where((_DELIVERY.state == WAITING) & (_DELIVERY.next_at <= session.now) & open_for_it)
        .distinct()
    )
    return [
        Due(endpoint_id, failures or 0)
        for endpoint_id, failures, secret in session.rows(query)
        if secret is None or session.encryption.state(secret) != UNREADABLE
    ]


def take(session: Session, endpoint_id: int | None, most: int, lease: str, time: dt.timedelta) -> list[int]:
    """Lease up to `most` deliveries, for an endpoint or, with None, for the mail; returns their ids.

    Two senders get different ones: on PostgreSQL locked rows are skipped, on SQLite there is one writer at a time. The
    UPDATE checks again, so that a delivery is never leased twice.
    """
    now = _stored(session.now)
    text, values = (NEXT_MAILS, (now, most)) if endpoint_id is None else (FIRST_OF_EVERY_LINE, (endpoint_id, now, most))
    held = "" if session.engine == "sqlite" else "FOR UPDATE SKIP LOCKED"
    ids = sorted(one for (one,) in session.run(text + held, values).fetchall())
    if not ids:
        return []
    until = session.now + time
    leased = {"lease": lease, "leased_until": until, "next_at": until, "attempts": _DELIVERY.attempts + 1}
    free = _DELIVERY.id.in_(ids) & (_DELIVERY.state == WAITING) & (_DELIVERY.next_at <= session.now)
    taken = session.changed(_DELIVERY.update(leased).where(free).returning(_DELIVERY.id))
    return sorted(one for (one,) in taken)


def webhooks(session: Session, ids: Sequence[int]) -> list[Webhook]:
    """The contents of these deliveries as webhooks."""
    columns = (_COMPANY.code, _ENDPOINT.url, _ENDPOINT.secret, _ENDPOINT.old_secret, _ENDPOINT.old_secret_until)
    query = (
        _DELIVERY.select(*_taken_columns(), *columns, _EVENT.type, _EVENT.data, _EVENT.at, _DELIVERY.seq)
        .join(_ENDPOINT, on=_ENDPOINT.id == _DELIVERY.endpoint_id)
        .switch(_DELIVERY)
        .join(_EVENT, on=_EVENT.id == _DELIVERY.event_id)
        .switch(_DELIVERY)
        .join(_COMPANY, on=_COMPANY.id == _DELIVERY.company_id)
        .where(_DELIVERY.id.in_(list(ids)))
        .order_by(_DELIVERY.id)
    )
    found = []
    for row in session.rows(query):
        company, url, secret, old, until, kind, data, at, seq = row[len(Leased._fields) :]
        stored = (secret, old) if old and until and until > session.now else (secret,)
        keys = tuple(session.encryption.decrypted(one) for one in stored if session.encryption.state(one) != UNREADABLE)
        found.append(Webhook(Leased(*row[: len(Leased._fields)]), company, url, keys, kind, data, at, seq))
    return found


def mails(session: Session, ids: Sequence[int]) -> list[Mail]:
    """The contents of these deliveries as mails."""
    mail = (_NOTIFICATION.to, _NOTIFICATION.subject, _NOTIFICATION.body, _NOTIFICATION.locale, _NOTIFICATION.at)
    columns = (_COMPANY.name, *mail)
    query = (
        _DELIVERY.select(*_taken_columns(), *columns)
        .join(_NOTIFICATION, on=_NOTIFICATION.id == _DELIVERY.notification_id)
        .switch(_DELIVERY)
        .join(_COMPANY, on=_COMPANY.id == _DELIVERY.company_id)
        .where(_DELIVERY.id.in_(list(ids)))
        .order_by(_DELIVERY.id)
    )
    size = len(Leased._fields)
    return [Mail(Leased(*row[:size]), *row[size:]) for row in session.rows(query)]


def _taken_columns() -> list[Any]:
    return [getattr(_DELIVERY, name) for name in Leased._fields]


def settle(session: Session, tried: Sequence[tuple[Leased, Outcome]], policy: RetryPolicy, chance: Chance) -> list[str]:
    """Store the outcomes of attempts; returns the new state of each delivery, empty if another sender has it by now.

    A success counts even if the lease had expired; a failure counts only while the delivery is leased by this sender.
    """
    session.lock(tables.Endpoint, {taken.endpoint_id for taken, _ in tried if taken.endpoint_id is not None})
    states = [_settle_one(session, *one, policy, chance) for one in sorted(tried, key=lambda one: one[0].id)]
    _update_endpoints(session, tried, policy, chance)
    return states


def _settle_one(session: Session, taken: Leased, outcome: Outcome, policy: RetryPolicy, chance: Chance) -> str:
    state, next_at, error = after_attempt(outcome, taken.attempts, taken.since, session.now, policy, chance())
    ours = (_DELIVERY.id == taken.id) & (_DELIVERY.state == WAITING)
    if not outcome.delivered:
        ours &= _DELIVERY.lease == taken.lease
    values = {"state": state, "next_at": next_at, "error": error, "lease": None, "leased_until": None}
    done_at = None if state == WAITING else session.now
    if session.change(_DELIVERY.update({**values, "done_at": done_at}).where(ours)) == 0:
        return ""
    if state != WAITING:
        session.change(_TURN.delete().where(_TURN.delivery_id == taken.id))
    if state == DELIVERED and taken.endpoint_id is None:
        ids = _DELIVERY.select(_DELIVERY.notification_id).where(_DELIVERY.id == taken.id)
        session.change(_NOTIFICATION.update(sent_at=session.now).where(_NOTIFICATION.id.in_(ids)))
    return state


def _update_endpoints(
    session: Session, tried: Sequence[tuple[Leased, Outcome]], policy: RetryPolicy, chance: Chance
) -> None:
    """Update the failure counts of endpoints: one that keeps failing, or asks for it, is paused; one that answered 410
    Gone is disabled."""
    by_endpoint: dict[int, list[Outcome]] = {}
    for taken, outcome in tried:
        if taken.endpoint_id is not None:
            by_endpoint.setdefault(taken.endpoint_id, []).append(outcome)
    for endpoint_id, outcomes in sorted(by_endpoint.items()):
        mine = _ENDPOINT.id == endpoint_id
        before = int(session.value(_ENDPOINT.select(_ENDPOINT.failures).where(mine)) or 0)
        failures, rest = _failures_after(outcomes, before, policy, chance)
        values: dict[str, Any] = {"failures": failures, "rests_until": session.now + rest if rest else None}
        if any(outcome.gone for outcome in outcomes):
            values |= {"state": DISABLED, "why": "the receiver answered 410 Gone"}
        if failures or before:
            session.change(_ENDPOINT.update(values).where(mine))


def _failures_after(
    outcomes: Sequence[Outcome], failures: int, policy: RetryPolicy, chance: Chance
) -> tuple[int, dt.timedelta | None]:
    """The number of failed attempts in a row after these, and the pause of the endpoint."""
    rest: dt.timedelta | None = None
    for outcome in outcomes:
        failures = 0 if outcome.delivered else failures + 1
        asked = (policy.asked_to_wait(outcome), policy.backoff(failures, chance()))
        rest = None if outcome.delivered else max((one for one in (rest, *asked) if one), default=None)
    return failures, rest


def waiting(session: Session) -> int:
    """How many deliveries are waiting, for active endpoints and for the mail."""
    query = _DELIVERY.select(fn.COUNT(_DELIVERY.id)).join(
        _ENDPOINT, JOIN.LEFT_OUTER, on=_ENDPOINT.id == _DELIVERY.endpoint_id
    )
    sent_to = _ENDPOINT.id.is_null() | (_ENDPOINT.state == ACTIVE)
    return int(session.value(query.where((_DELIVERY.state == WAITING) & sent_to)))


def forget_delivered(session: Session, before: dt.datetime, most: int) -> int:
    """Delete up to `most` deliveries that arrived before a moment; returns how many. Dead ones stay."""
    old = _DELIVERY.select(_DELIVERY.id).where((_DELIVERY.state == DELIVERED) & (_DELIVERY.done_at < before))
    ids = [one for (one,) in session.rows(old.order_by(_DELIVERY.id).limit(most))]
    return session.change(_DELIVERY.delete().where(_DELIVERY.id.in_(ids))) if ids else 0


def _stored(moment: dt.datetime) -> int:
    stored: int = _DELIVERY.next_at.db_value(moment)
    return stored
