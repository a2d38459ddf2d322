"""Use case: what waits for a person of a company, with how much there is of it, until when, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from k2k_core.domain.answers.overview import WorkItem
from k2k_core.domain.roles import (
    APPROVING,
    BOXES,
    COMPANY_SETUP,
    CONFIRMING,
    ORDERS,
    PREBOOKS,
    PURCHASING,
    READING,
    Actor,
)
from k2k_core.services.connections.readiness import open_points
from k2k_core.services.context import ServiceContext
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies, connections
from k2k_core.store.orders import waiting_work
from k2k_core.store.orders.waiting_work import Waiting

ERROR, WARNING, INFO = "error", "warning", "info"
MOST_AWBS = 20

Found = Iterator[WorkItem]


def work(context: ServiceContext, company: str) -> list[WorkItem]:
    """What the reader can do something about, what is due first; kinds of which nothing waits are left out."""
    context.actor.require(READING, company)
    with context.store.reading() as session:
        company_id, _ = companies.found(session, company)
        found = [item for action, of in _OF_ORDERS if _may(context.actor, action) for item in of(session, company_id)]
        if _may(context.actor, COMPANY_SETUP):
            found += _of_the_set_up(context, session, company, company_id)
    return sorted(found, key=lambda item: (item["due_at"] is None, item["due_at"] or ""))


def _may(actor: Actor, action: str) -> bool:
    return actor.host or (actor.operator and action == COMPANY_SETUP) or actor.has(action)


def _orders(kind: str, tone: str, action: str, found: Waiting) -> Found:
    if found.orders:
        yield _item(kind, found.orders, tone, action, {"boxes": found.boxes}, found.until)


def _item(
    kind: str, count: int, tone: str, action: str, facts: dict[str, Any], until: dt.datetime | None = None
) -> WorkItem:
    due_at = None if until is None else until.isoformat()
    return {"kind": kind, "count": count, "tone": tone, "facts": facts, "due_at": due_at, "action": action}


def _carts(session: Session, company_id: int) -> Found:
    yield from _orders("carts", WARNING, "checkout", waiting_work.open_carts(session, company_id))


def _to_approve(session: Session, company_id: int) -> Found:
    yield from _orders("to_approve", WARNING, "approve", waiting_work.unapproved(session, company_id))


def _of_the_vendor(session: Session, company_id: int) -> Found:
    overdue = waiting_work.unconfirmed(session, company_id, overdue=True)
    yield from _orders("overdue", ERROR, "confirm", overdue)
    waiting = waiting_work.unconfirmed(session, company_id, overdue=False)
    yield from _orders("to_confirm", WARNING, "confirm", waiting)
    sent = waiting_work.transferred(session, company_id, accepted=False)
    yield from _orders("to_accept", WARNING, "accept_order", sent)
    yield from _orders("to_fill", WARNING, "fill", waiting_work.transferred(session, company_id, accepted=True))
    missing = waiting_work.reported_missing(session, company_id)
    if missing:
        yield _item("missing", missing, ERROR, "decline_missing", {"boxes": missing})


def _late_at_vendors(session: Session, company_id: int) -> Found:
    late = waiting_work.overdue_at_vendors(session, company_id)
    yield from _orders("overdue_at_vendors", ERROR, "cancel", late)


def _to_receive(session: Session, company_id: int) -> Found:
    """The staging area, AWB by AWB; `due_at` is none, for the day of arrival stands in the facts."""
    found = waiting_work.staged_awbs(session, company_id, MOST_AWBS)
    if found:
        awbs = [
            {
                "awb": one.number,
                "expected": one.expected,
                "scanned": one.scanned,
                "arrival_date": one.arrival_date and one.arrival_date.isoformat(),
            }
            for one in found
        ]
        boxes = sum(one.waiting for one in found)
        yield _item("to_receive", len(found), INFO, "scan", {"boxes": boxes, "awbs": awbs})


def _to_bill(session: Session, company_id: int) -> Found:
    yield from _orders("to_bill", INFO, "bill", waiting_work.unbilled(session, company_id)._replace(until=None))


_OF_ORDERS: tuple[tuple[str, Callable[[Session, int], Found]], ...] = (
    (ORDERS, _carts),
    (APPROVING, _to_approve),
    (CONFIRMING, _of_the_vendor),
    (PURCHASING, _late_at_vendors),
    (BOXES, _to_receive),
    (PREBOOKS, _to_bill),
)
"""What a person needs a role for, and what waits of it."""


def _of_the_set_up(context: ServiceContext, session: Session, company: str, company_id: int) -> Found:
    dead = waiting_work.dead_deliveries(session, company_id)
    if dead:
        yield _item("dead_deliveries", dead, ERROR, "replay", {})
    stopped = [
        one.contribution
        for plugin in context.plugins.report()
        for one in plugin.contributions
        if company in one.quarantined_for
    ]
    if stopped:
        yield _item("quarantine", len(stopped), ERROR, "lift_quarantine", {"contributions": stopped})
    proposed = [
        pair for pair in connections.in_state(session, company, "proposed") if _is_asked(session, pair, company_id)
    ]
    if proposed:
        yield _item("to_accept_connections", len(proposed), INFO, "accept", {"connections": _named(proposed)})
    accepted = [pair for pair in connections.in_state(session, company, "accepted") if _lacks(context, session, pair)]
    if accepted:
        yield _item("not_ready", len(accepted), WARNING, "readiness", {"connections": _named(accepted)})


def _is_asked(session: Session, pair: tuple[str, str], company_id: int) -> bool:
    """Whether the other company has proposed the connection."""
    ids = companies.ids(session, pair)
    steps = connections.steps(session, connections.Pair(ids[pair[0]], ids[pair[1]]))
    return bool(steps) and steps[-1].by != company_id


def _lacks(context: ServiceContext, session: Session, pair: tuple[str, str]) -> bool:
    vendor, buyer = (context.snapshots.get(session, code) for code in pair)
    return any(not point.warning for point in open_points(session, vendor, buyer))


def _named(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{vendor}:{buyer}" for vendor, buyer in pairs]
