"""Use case: what waits for a person of a company, with how much there is of it, until when, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from typing import Any, NamedTuple

from k2k_core.domain import parsing
from k2k_core.domain.answers.overview import WorkItem
from k2k_core.domain.connection_states import ACCEPTED, PROPOSED
from k2k_core.domain.orders import unbilled_because
from k2k_core.domain.parsing import iso_text
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
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.connections.readiness import is_ready
from k2k_core.services.context import ServiceContext
from k2k_core.services.overview.unmapped import unmapped_offers
from k2k_core.services.overview.unpriced import lots_without_price
from k2k_core.store.database.session import Session
from k2k_core.store.master_data import companies, connections
from k2k_core.store.master_data.parties import connections_of
from k2k_core.store.orders import waiting_work
from k2k_core.store.orders.waiting_work import Waiting, WaitingOrder

ERROR, WARNING, INFO = "error", "warning", "info"
MOST_AWBS = 20

Found = Iterator[WorkItem]


def work(context: ServiceContext, company: str, kinds: Sequence[str] | None = None) -> list[WorkItem]:
    """What the reader can do something about, what is due first; kinds of which nothing waits are left out. With
    `kinds` only these; raises `Invalid` for one that there is not."""
    context.actor.require(READING, company)
    wanted = set(KINDS if kinds is None else [parsing.argument("kinds", parsing.choice, one, KINDS) for one in kinds])

    def asked(action: str, of: Sequence[str]) -> bool:
        return _may(context.actor, action) and not wanted.isdisjoint(of)

    with context.store.reading() as session:
        shown = [(of, find) for action, of, find in _OF_ORDERS if asked(action, of)]
        of_the_set_up = asked(COMPANY_SETUP, _SET_UP)
        read = wanted.intersection(
            kind for of in (*(of for of, _ in shown), _SET_UP if of_the_set_up else ()) for kind in of
        )
        snapshot = context.snapshots.buyer(session, company)
        reader = _Reader(context, session, snapshot, read, waiting_work.waiting(session, snapshot.id, read))
        found = [item for _, find in shown for item in find(reader)]
        if of_the_set_up:
            found += _of_the_set_up(reader)
    if asked(PURCHASING, _OFFERS):
        found += unmapped_offers(context, company)
    found = [item for item in found if item["kind"] in wanted]
    return sorted(found, key=lambda item: (item["due_at"] is None, item["due_at"] or ""))


def _may(actor: Actor, action: str) -> bool:
    return actor.host or (actor.operator and action == COMPANY_SETUP) or actor.has(action)


class _Reader(NamedTuple):
    """Who reads what waits for which company: the kinds that are read, and what waits of them."""

    context: ServiceContext
    session: Session
    company: CompanySnapshot
    kinds: Set[str]
    waiting: Mapping[str, Waiting]

    def orders(self, kind: str, tone: str, action: str) -> Found:
        """One kind of orders that wait, with the first of them."""
        found = self.waiting.get(kind)
        if found is not None:
            facts = {"boxes": found.boxes, "orders": [_order(one) for one in found.first]}
            yield _item(kind, found.orders, tone, action, facts, found.until)

    def counted(self, kind: str) -> int:
        """How many there are of a kind that is only counted."""
        found = self.waiting.get(kind)
        return 0 if found is None else found.orders


def _order(one: WaitingOrder) -> dict[str, Any]:
    named = {name: getattr(one, name) for name in ("number", "customer", "customer_name", "partner", "boxes")}
    return {**named, "until": iso_text(one.until)}


def _item(
    kind: str, count: int, tone: str, action: str, facts: dict[str, Any], until: dt.datetime | None = None
) -> WorkItem:
    due_at = iso_text(until)
    return {"kind": kind, "count": count, "tone": tone, "facts": facts, "due_at": due_at, "action": action}


def _carts(reader: _Reader) -> Found:
    for item in reader.orders("carts", WARNING, "checkout"):
        carts = [{name: fact for name, fact in one.items() if name != "partner"} for one in item["facts"]["orders"]]
        yield {**item, "facts": {"boxes": item["facts"]["boxes"], "carts": carts}}


def _to_approve(reader: _Reader) -> Found:
    yield from reader.orders("to_approve", WARNING, "approve")


def _of_the_vendor(reader: _Reader) -> Found:
    yield from reader.orders("overdue", ERROR, "confirm")
    yield from reader.orders("to_confirm", WARNING, "confirm")
    yield from reader.orders("to_accept", WARNING, "accept_order")
    yield from reader.orders("to_fill", WARNING, "fill")
    missing = reader.counted("missing")
    if missing:
        yield _item("missing", missing, ERROR, "decline_missing", {"boxes": missing})


def _late_at_vendors(reader: _Reader) -> Found:
    yield from reader.orders("overdue_at_vendors", ERROR, "cancel")


def _to_receive(reader: _Reader) -> Found:
    """The staging area, AWB by AWB; `due_at` is none, for the day of arrival stands in the facts."""
    found = waiting_work.staged_awbs(reader.session, reader.company.id, MOST_AWBS)
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


def _to_bill(reader: _Reader) -> Found:
    """Received boxes that nobody has billed, with the reason why they were not billed as they came."""
    for item in reader.orders("to_bill", INFO, "bill"):
        mode = reader.company.company.settings.auto_billing
        reasons = [unbilled_because(mode, credit_hold=one.credit_hold) for one in reader.waiting["to_bill"].first]
        rows = [
            {**{name: value for name, value in row.items() if name != "until"}, "reason": reason}
            for row, reason in zip(item["facts"]["orders"], reasons, strict=True)
        ]
        yield {**item, "facts": {**item["facts"], "orders": rows}, "due_at": None}


_OF_ORDERS: tuple[tuple[str, Sequence[str], Callable[[_Reader], Found]], ...] = (
    (ORDERS, ("carts",), _carts),
    (APPROVING, ("to_approve",), _to_approve),
    (CONFIRMING, ("overdue", "to_confirm", "to_accept", "to_fill", "missing"), _of_the_vendor),
    (PURCHASING, ("overdue_at_vendors",), _late_at_vendors),
    (BOXES, ("to_receive",), _to_receive),
    (PREBOOKS, ("to_bill",), _to_bill),
)
"""What a person needs a role for, its kinds, and what waits of them."""

_OF_CONNECTIONS = ("to_accept_connections", "not_ready")
_SET_UP = ("dead_deliveries", "quarantine", *_OF_CONNECTIONS)
_OFFERS = ("unmapped_offers",)
KINDS = (*(kind for _, kinds, _ in _OF_ORDERS for kind in kinds), *_SET_UP, *_OFFERS)
"""Every kind of waiting work."""


def _of_the_set_up(reader: _Reader) -> Found:
    context, session, snapshot = reader.context, reader.session, reader.company
    company = snapshot.code
    dead = reader.counted("dead_deliveries")
    if dead:
        yield _item("dead_deliveries", dead, ERROR, "replay", {})
    stopped = [offer.label for offer, _ in context.plugins.registry(snapshot.company).quarantined()]
    if stopped:
        facts = {"contributions": stopped, "lots_without_price": lots_without_price(context, session, company)}
        yield _item("quarantine", len(stopped), ERROR, "lift_quarantine", facts)
    if not reader.kinds.isdisjoint(_OF_CONNECTIONS):
        yield from _connections(reader)


def _connections(reader: _Reader) -> Found:
    context, session, own = reader.context, reader.session, reader.company
    every = [one for _, one in connections_of(session, (own.id, own.code))]
    by_state: dict[str, list[tuple[str, str]]] = {PROPOSED: [], ACCEPTED: []}
    for one in every:
        by_state.setdefault(one.state, []).append((one.vendor, one.buyer))
    proposed = [pair for pair in by_state[PROPOSED] if _is_asked(session, pair, own.id)]
    if proposed:
        yield _item("to_accept_connections", len(proposed), INFO, "accept", {"connections": _named(proposed)})
    accepted = [pair for pair in by_state[ACCEPTED] if _lacks(context, session, pair)]
    if accepted:
        yield _item("not_ready", len(accepted), WARNING, "readiness", {"connections": _named(accepted)})


def _is_asked(session: Session, pair: tuple[str, str], company_id: int) -> bool:
    """Whether the other company has proposed the connection."""
    ids = companies.ids(session, pair)
    proposer = connections.proposer(session, connections.Pair(ids[pair[0]], ids[pair[1]]))
    return proposer not in (None, company_id)


def _lacks(context: ServiceContext, session: Session, pair: tuple[str, str]) -> bool:
    vendor, buyer = (context.snapshots.get(session, code) for code in pair)
    return not is_ready(session, vendor, buyer)


def _named(pairs: list[tuple[str, str]]) -> list[str]:
    return [f"{vendor}:{buyer}" for vendor, buyer in pairs]
