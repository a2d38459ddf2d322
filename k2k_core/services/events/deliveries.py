"""Use cases: list deliveries to other systems, and replay those that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.events import Deliveries, Delivery, DeliveryHealth
from k2k_core.domain.deliveries import STATES
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.lists import filters as of
from k2k_core.services.lists.page_request import LIMIT, PageRequest
from k2k_core.services.lists.pages import PagedList, Rows, page
from k2k_core.store.database.session import Session
from k2k_core.store.events import delivery_status, webhook_endpoints
from k2k_core.store.events.delivery_status import ListedDelivery
from k2k_core.store.lists.messages import DELIVERIES


def deliveries(context: ServiceContext, company: str | None = None, state: str | None = None) -> list[Delivery]:
    """Deliveries, newest first: `{id, company, event, endpoint | to, state, attempts, error, ...}`.

    Those of a company are for its admins and set-up staff; those of the network for its operators.
    """
    _require(context, company)
    wanted = None if state is None else parsing.argument("state", parsing.choice, state, STATES)
    with context.reading_of(company) as session:
        company_id = None if company is None else context.snapshots.get(session, company).id
        return [_shown(row) for row in delivery_status.listed(session, company_id, wanted, LIMIT)]


def page_of_deliveries(context: ServiceContext, company: str | None, request: PageRequest) -> Deliveries:
    """The same, page by page: the last one queued first unless `queued` sorts them."""
    _require(context, company)
    with context.reading_of(company) as session:
        company_id = None if company is None else context.snapshots.get(session, company).id
        return cast(Deliveries, page(context, session, company_id, DELIVERIES_LISTED, request))


def replay(
    context: ServiceContext,
    company: str,
    endpoint: str | None = None,
    messages: Sequence[str] | None = None,
    key: str | None = None,
) -> list[str]:
    """Queue dead deliveries of a company again: all, those of an endpoint, or some ids; returns their ids.

    They keep their ids. A receiver gets them after later events: their `seq` gives their place.
    """
    context.actor.require(COMPANY_SETUP, company)
    chosen = None if messages is None else [parsing.argument("messages", parsing.text, one) for one in messages]

    def work(session: Session) -> list[str]:
        company_id = context.snapshots.get(session, company).id
        if endpoint is not None:
            webhook_endpoints.found(session, company_id, endpoint)
        again = delivery_status.replay(session, company_id, endpoint, chosen)
        if again:
            audit(
                session, context.actor, company_id, "deliveries.replayed", endpoint or "", Change(after={"ids": again})
            )
        return again

    request = {"endpoint": endpoint, "messages": chosen}
    return IdempotentCommand(context, company, "replay", key, request).transact(work)


def health(context: ServiceContext) -> DeliveryHealth:
    """How many deliveries of the whole network wait or are dead, for operators: `{waiting, oldest_seconds, dead}`."""
    _require(context, None)
    with context.store.whole_network.reading() as session:
        found = delivery_status.health(session)
        age = (session.now - found.oldest).total_seconds() if found.oldest else 0
    return {"waiting": found.waiting, "oldest_seconds": max(0, int(age)), "dead": found.dead}


def _require(context: ServiceContext, company: str | None) -> None:
    if company is not None:
        context.actor.require(COMPANY_SETUP, company)
    elif not (context.actor.host or context.actor.operator):
        raise NotAllowed("Name your company: the whole network is for its operators.", action=COMPANY_SETUP)


def _shown(row: ListedDelivery) -> Delivery:
    return {
        "id": row.message_id,
        "company": row.company,
        "event": row.event,
        "endpoint": row.endpoint,
        "to": row.to,
        "state": row.state,
        "attempts": row.attempts,
        "error": row.error,
        "seq": row.seq,
        "since": moment_text(row.since),
        "next_at": moment_text(row.next_at),
        "leased_until": parsing.iso_text(row.leased_until),
        "done_at": parsing.iso_text(row.done_at),
    }


def _as_rows(rows: Rows) -> Rows:
    return [dict(_shown(ListedDelivery(**row))) for row in rows]


DELIVERIES_LISTED = PagedList(
    "deliveries",
    DELIVERIES,
    Delivery,
    _as_rows,
    {
        "state": lambda value: parsing.choice(value, STATES),
        "endpoint": of.word,
        "to": of.word,
        "event": of.word,
    },
    default_sort="-queued",
)
