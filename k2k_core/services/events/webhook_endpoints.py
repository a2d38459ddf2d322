"""Use cases: the webhook endpoints of a company, for its admins and set-up staff.

A secret is returned once, to whoever creates it, and is nowhere else: not in the audit, an event, a list, a log or the
stored answer of an idempotency key. That has its digest, by which a repeat finds the secret on the endpoint.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from k2k_core.clock import moment_text
from k2k_core.delivery.signing import new_secret
from k2k_core.delivery.target_address import read_target
from k2k_core.domain import parsing
from k2k_core.domain.answers.events import (
    ChangedEndpoint,
    Endpoint,
    Endpoints,
    EndpointTest,
    NewEndpoint,
    RotatedSecret,
)
from k2k_core.domain.deliveries import ACTIVE, DISABLED
from k2k_core.domain.retry_policy import RetryPolicy
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Fault, Invalid
from k2k_core.schemas.record import record_fault, refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.events import outbound_messages
from k2k_core.services.events.feed_request import event_types
from k2k_core.services.events.feeds import catch_up
from k2k_core.services.events.outbound_messages import open_transports
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.events import webhook_endpoints as stored
from k2k_core.store.events.feeds import last_place
from k2k_core.store.events.outbox import new_message_id
from k2k_core.store.events.webhook_endpoints import EndpointRow, ListedEndpoint
from k2k_core.store.lists.messages import ENDPOINTS

T = TypeVar("T")
TEST = "webhook.test"
"""The event type of a test message. It is in no feed."""

LONGEST_OVERLAP = 7 * 24
"""Hours for which an old secret may still sign."""


class EndpointRequest(NamedTuple):
    """A new endpoint: its code, web address and types of events; none means all."""

    code: str
    url: str
    events: Sequence[str] = ()


class EndpointChange(NamedTuple):
    """The changes of an endpoint; None for unchanged."""

    url: str | None = None
    events: Sequence[str] | None = None
    active: bool | None = None


def add_endpoint(context: ServiceContext, company: str, asked: EndpointRequest, key: str | None = None) -> NewEndpoint:
    """Post events from now on to `url`: every event, or those of some types. Returns the secret, only once.

    Raises `Invalid` for a web address that may not be called and for unknown types, `Conflict` for a code in use.
    """
    context.actor.require(COMPANY_SETUP, company)
    values = _read(context, asked._asdict())
    secret = new_secret()
    command = IdempotentCommand(context, company, "add_endpoint", key, values)
    company_id = catch_up(context, company)

    def work(session: Session) -> dict[str, Any]:
        stored.add(session, company_id, {**values, "secret": secret})
        audit(session, context.actor, company_id, "endpoint.added", values["code"], Change(after=values))
        return {
            "code": values["code"],
            "url": values["url"],
            "events": values["events"],
            "state": ACTIVE,
            "secret": digest(secret),
        }

    return cast(NewEndpoint, _with_secret(context, company, command.transact(work)))


def endpoints(context: ServiceContext, company: str) -> list[Endpoint]:
    """A company's endpoints: `{code, url, events, state, why, failures, rests_until, behind, at, old_secret_until}`.

    `behind` counts the events of the feed that are not queued for it yet; `rests_until` is the end of a current pause.
    """
    context.actor.require(COMPANY_SETUP, company)
    with context.store.reading() as session:
        rows = stored.of_company(session, context.snapshots.get(session, company).id)
    return [_shown(row, session.now) for row in rows]


def page_of_endpoints(context: ServiceContext, company: str, request: PageRequest) -> Endpoints:
    """The same, page by page."""
    context.actor.require(COMPANY_SETUP, company)
    with context.store.reading() as session:
        company_id = context.snapshots.get(session, company).id
        last = last_place(session, company_id)

        def as_rows(rows: Rows) -> Rows:
            found = [cast(ListedEndpoint, {**row, "behind": last - row["place"]}) for row in rows]
            return [dict(_shown(one, session.now)) for one in found]

        readers = {"code": of.codes, "state": lambda value: parsing.choice(value, (ACTIVE, DISABLED))}
        listed = PagedList("endpoints", ENDPOINTS, Endpoint, as_rows, readers)
        return cast(Endpoints, page(context, session, company_id, listed, request))


def change_endpoint(
    context: ServiceContext, company: str, code: str, change: EndpointChange, key: str | None = None
) -> ChangedEndpoint:
    """Change the web address of an endpoint or its types of events, disable it (`active=False`), or enable it, so that
    it continues where it stopped.

    No event of a disabled one is lost: its company's feed has them. `active=True` also ends the pause of a failing one.
    """
    active = change.active
    given = {name: value for name, value in change._asdict().items() if value is not None and name != "active"}
    values = _read(context, given)

    def work(session: Session, found: EndpointRow) -> ChangedEndpoint:
        stored.change(session, found["id"], values) if values else None
        if active:
            stored.enable(session, found["id"])
        elif active is not None and found["state"] == ACTIVE:
            stored.disable(session, found["id"], "by hand")
        now = stored.found(session, found["company_id"], code)
        before, after = ({name: each[name] for name in ("url", "events", "state")} for each in (found, now))
        audit(session, context.actor, found["company_id"], "endpoint.changed", code, Change(before, after))
        return {"code": code, "url": now["url"], "events": now["events"], "state": now["state"]}

    command = IdempotentCommand(context, company, "change_endpoint", key, {"code": code, "active": active, **values})
    return _with(command, company, code, work)


def rotate_secret(
    context: ServiceContext, company: str, code: str, hours: int = 24, key: str | None = None
) -> RotatedSecret:
    """Make a new secret, and return it, only once. For `hours` every message is signed with both, so that the receiver
    can change over without losing one."""
    overlap = parsing.argument("hours", parsing.whole, hours, 0, LONGEST_OVERLAP)
    secret = new_secret()

    def work(session: Session, found: EndpointRow) -> dict[str, Any]:
        until = session.now + dt.timedelta(hours=overlap)
        stored.rotate(session, found["id"], secret, until)
        audit(
            session,
            context.actor,
            found["company_id"],
            "endpoint.secret_rotated",
            code,
            Change(after={"hours": overlap}),
        )
        return {"code": code, "secret": digest(secret), "old_secret_until": moment_text(until)}

    command = IdempotentCommand(context, company, "rotate_secret", key, {"code": code, "hours": overlap})
    return cast(RotatedSecret, _with_secret(context, company, _with(command, company, code, work)))


def digest(secret: str) -> str:
    """The digest of a secret, stored in the answer of an idempotency key: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _with_secret(context: ServiceContext, company: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with the secret itself in place of its digest, while the endpoint has it; None if it has another
    one."""
    with context.store.reading() as session:
        found = stored.found(session, context.snapshots.get(session, company).id, answer["code"])
        known = stored.secrets_of(session, found)
    return {**answer, "secret": next((one for one in known if digest(one) == answer["secret"]), None)}


def try_endpoint(context: ServiceContext, company: str, code: str, key: str | None = None) -> EndpointTest:
    """Post a message of type `webhook.test` at once, one attempt: `{delivered, error, milliseconds}`. A repeat with the
    same key, after the answer, posts nothing."""
    context.actor.require(COMPANY_SETUP, company)
    command = IdempotentCommand(context, company, "try_endpoint", key, {"code": code})
    answered: EndpointTest | None = command.replayed()
    if answered is not None:
        return answered
    with context.store.reading() as session:
        found = stored.found(session, context.snapshots.get(session, company).id, code)
        secret, now = stored.secrets_of(session, found)[0], session.now
    message = outbound_messages.Message(new_message_id(), TEST, {"endpoint": code}, now, 0, company)
    outside = open_transports(context.delivery_settings(), RetryPolicy())
    outcome = outside.post(
        found["url"], outbound_messages.signed(message, [secret], now), outbound_messages.body_of(message)
    )
    took = outcome.took // dt.timedelta(milliseconds=1)
    answer: EndpointTest = {"delivered": outcome.delivered, "error": outcome.error, "milliseconds": took}
    return answer if key is None else command.transact(lambda _: answer)


def _with(command: IdempotentCommand, company: str, code: str, work: Callable[[Session, EndpointRow], T]) -> T:
    """Do `work` with an endpoint, in one transaction; `NotFound`."""
    context = command.context
    context.actor.require(COMPANY_SETUP, company)
    return command.transact(
        lambda session: work(session, stored.found(session, context.snapshots.get(session, company).id, code))
    )


def _read(context: ServiceContext, given: dict[str, Any]) -> dict[str, Any]:
    """What is given of an endpoint, checked. Raises `Invalid` with every fault."""
    found: list[Fault] = []
    values: dict[str, Any] = {}
    readers = {"code": parsing.code, "url": lambda url: _url(context, url), "events": event_types}
    for name, value in given.items():
        try:
            values[name] = readers[name](value)
        except Invalid as error:
            found.append(record_fault(name, error.message))
    refuse(found, "The endpoint is not valid: {first}")
    return values


def _url(context: ServiceContext, url: object) -> str:
    read_target(url, local=context.delivery_settings().local_targets)
    return str(url)


def _shown(row: ListedEndpoint, now: dt.datetime) -> Endpoint:
    rests = row["rests_until"] is not None and row["rests_until"] > now
    return {
        "code": row["code"],
        "url": row["url"],
        "events": row["events"],
        "state": row["state"],
        "why": row["why"],
        "failures": row["failures"],
        "rests_until": parsing.iso_text(row["rests_until"]) if rests else None,
        "at": moment_text(row["at"]),
        "old_secret_until": parsing.iso_text(row["old_secret_until"]),
        "behind": row["behind"],
    }
