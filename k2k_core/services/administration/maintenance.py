"""Use cases: verification of what is stored (architecture section 3, `k2k verify`), and deletion of what is old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial

from k2k_core.clock import moment_text
from k2k_core.domain import parsing
from k2k_core.domain.answers.administration import StoredFault, SweepFailure
from k2k_core.domain.roles import READING
from k2k_core.errors import NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.store import sweep_failures, verification
from k2k_core.store.database.session import Session
from k2k_core.store.events import feeds
from k2k_core.store.events.deliveries import forget_delivered
from k2k_core.store.jobs import forget_ended
from k2k_core.store.master_data.api_keys import forget_tokens
from k2k_core.store.master_data.user_sessions import forget_expired


def verify(
    context: ServiceContext, since: str | None = None, progress: verification.Progress | None = None
) -> list[StoredFault]:
    """Every fault: `{check, subject, message}`; empty for a consistent network. For the host and for operators.

    `since` is a moment: rows that were not touched since are not looked at. `progress` is told how far it is.
    """
    moment = None if since is None else parsing.argument("since", parsing.moment, since)
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("The whole network is verified by its operators.", action=READING)
    return verification.faults(context.store, moment, progress)


def failing_sweeps(context: ServiceContext) -> list[SweepFailure]:
    """What sweeps of the network cannot end, the longest first. For the host and for operators."""
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("The failures of the whole network are for whoever runs it.", action=READING)
    with context.store.whole_network.reading() as session:
        return [_shown(one) for one in sweep_failures.listed(session)]


def _shown(failure: sweep_failures.Failure) -> SweepFailure:
    return {
        "company": failure.company,
        "work": failure.work,
        "number": failure.number,
        "code": failure.code,
        "attempts": failure.attempts,
        "since": moment_text(failure.since),
        "last_at": moment_text(failure.last_at),
        "retry_at": moment_text(failure.retry_at),
    }


DELIVERIES_FOR = dt.timedelta(days=30)
"""Retention of deliveries that arrived. Notifications themselves are not deleted."""

EVENTS_FOR = dt.timedelta(days=90)
"""Retention of events in the feeds; then whoever has not read them is answered `feed_gone`."""

JOBS_FOR = dt.timedelta(days=7)
"""Retention of jobs that have ended, with their results."""

AT_ONCE = 1_000


def tidy(context: ServiceContext) -> int:
    """Delete events, deliveries that arrived, and jobs that ended, after their retention periods, and sessions whose
    time is over, in batches; returns how many deliveries and jobs. For whoever runs the network."""
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("Deleting old deliveries is for whoever runs the network.")
    _forget_events(context)
    deliveries = _forget(context, lambda session: forget_delivered(session, session.now - DELIVERIES_FOR, AT_ONCE))
    _forget(context, lambda session: forget_expired(session, AT_ONCE))
    _forget(context, lambda session: forget_tokens(session, AT_ONCE))
    return deliveries + _forget(context, lambda session: forget_ended(session, session.now - JOBS_FOR, AT_ONCE))


def _forget_events(context: ServiceContext) -> None:
    with context.store.whole_network.reading() as session:
        companies, moment = feeds.with_feeds(session), session.now - EVENTS_FOR
    for company_id in companies:
        _forget(context, partial(feeds.forget_before, company_id=company_id, moment=moment, at_most=AT_ONCE))
    _forget(context, lambda session: feeds.forget_events(session, moment, AT_ONCE))


def _forget(context: ServiceContext, some: Callable[[Session], int]) -> int:
    forgotten = 0
    while True:
        count = context.store.whole_network.transact(some)
        forgotten += count
        if count < AT_ONCE:
            return forgotten
