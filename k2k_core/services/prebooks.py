"""Use cases of a buyer's own people: a salesperson's prebook, and the approval of its orders (domain section 5).

They reserve boxes like a cart, but nothing expires; the purchase order waits for its approval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.parties import Customer
from k2k_core.domain.roles import ORDERS, PURCHASING
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services import document_view, ordered
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import emit
from k2k_core.services.market import Market
from k2k_core.services.office import Office
from k2k_core.services.order_lines import write_lines
from k2k_core.services.order_papers import Header, address_of
from k2k_core.services.selling import (
    Marks,
    Pick,
    marks_of,
    pick_lot,
    require_boxes,
    twice,
)
from k2k_core.store import documents, orders
from k2k_core.store.fields import Json
from k2k_core.store.idempotency import once, recalled
from k2k_core.store.work import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """What the transaction of a prebook needs; `answer` is set when the key has been answered before."""

    facts: CompanyFacts
    header: Header | None = None
    picks: tuple[Pick, ...] = ()
    marks: Marks | None = None
    answer: dict[str, Any] | None = None


def prebook(
    office: Office,
    buyer: str,
    customer: str,
    lines: Sequence[Mapping[str, Any]],
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
    key: str | None = None,
) -> dict[str, Any]:
    """A salesperson sells `lines` (`{lot, boxes}`) to a customer; the purchase orders wait for approval."""
    office.actor.require(ORDERS, buyer)
    wanted = _wanted(lines)
    request: Json = {
        "customer": customer,
        "lines": [[lot, boxes] for lot, boxes in wanted],
        "ship_date": ship_date.isoformat() if ship_date else None,
        "ship_via": ship_via,
    }

    def plan(session: Session) -> Plan:
        facts = office.facts.get(session, buyer)
        answer = recalled(session, facts.id, "prebook", key, request)
        if answer is not None:
            return Plan(facts, answer=answer)
        whom = facts.customer(session, customer)
        day = ship_date or facts.company.today(session.now)
        return _planned(office, session, facts, whom, wanted, day, ship_via)

    def write(session: Session, made: Plan) -> dict[str, Any]:
        return made.answer or once(session, made.facts.id, "prebook", key, request, lambda: _write(session, made))

    return twice(office, plan, write)


def _planned(
    office: Office,
    session: Session,
    facts: CompanyFacts,
    whom: Customer,
    wanted: Sequence[tuple[str, int]],
    ship_date: dt.date,
    ship_via: str,
) -> Plan:
    refs = [lot for lot, _ in wanted]
    market = Market(office, session, facts, whom, ship_via, ship_date=ship_date, refs=list(dict.fromkeys(refs)))
    picks = [pick for lot, boxes in wanted for pick in pick_lot(market, lot, boxes)]
    vendors = [pick.owner for pick in picks if pick.vendor is not None]
    ship_to = address_of(market.handler, facts, whom) if vendors else {}
    header = Header(facts, whom, ship_date, ship_via, ship_to, approved=False)
    return Plan(facts, header, tuple(picks), marks_of([facts, *vendors]))


def _write(session: Session, plan: Plan) -> dict[str, Any]:
    if plan.header is None:
        raise TypeError("a prebook is planned with its header")
    written = write_lines(session, plan.header, plan.marks or {}, plan.picks)
    ordered.tell(session, plan.facts, written)
    return {"cart": None, "expires_at": None} | ordered.answer(plan.facts, written)


def approve(office: Office, buyer: str, purchase_order: str, key: str | None = None) -> dict[str, Any]:
    """Approve a purchase order that waits for it: its lines are checked out, the vendor may confirm them."""
    office.actor.require(PURCHASING, buyer)
    with office.store.reading() as session:
        facts = office.facts.get(session, buyer)

    def write(session: Session) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            return _approve(office, session, facts, purchase_order)

        return once(session, facts.id, "approve", key, {"purchase_order": purchase_order}, work)

    return office.store.transact(write)


def _approve(office: Office, session: Session, facts: CompanyFacts, number: str) -> dict[str, Any]:
    found = orders.find_purchase_order(session, facts.id, number)
    if found is None:
        raise NotFound(f"There is no purchase order {number} in {facts.code}.", kind="purchase_order")
    document_id, _, vendor_id = found
    if not orders.approve_purchase_order(session, document_id):
        status = documents.reread(session, document_id)["status"]
        raise Conflict(f"Purchase order {number} is {status} already.", status=status)
    emit(session, "purchase_order.approved", {"purchase_order": number}, [facts.id, vendor_id])
    return document_view.answer(office, session, facts, documents.reread(session, document_id))


def _wanted(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    if not lines:
        raise Invalid("Name at least one line: {lot, boxes}.")
    wanted = []
    for line in lines:
        if set(line) != {"lot", "boxes"} or not isinstance(line["lot"], str):
            raise Invalid("Each line is {lot, boxes}.")
        wanted.append((line["lot"], require_boxes(line["boxes"])))
    return wanted
