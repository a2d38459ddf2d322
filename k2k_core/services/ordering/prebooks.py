"""Use cases of a buyer's own people: a salesperson's prebook, and the approval of its orders (domain section 5).

They reserve boxes like a cart, but nothing expires; the purchase order waits for its approval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.orders import CHECKED_OUT
from k2k_core.domain.parties import Customer
from k2k_core.domain.roles import ORDERS, PURCHASING
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, document_view
from k2k_core.services.journal import emit
from k2k_core.services.ordering.order_documents import Header, address_of
from k2k_core.services.ordering.order_lines import emit_lines_added, placed_order, write_lines
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    plan_and_write,
    plan_lot,
    require_boxes,
    versions_of,
)
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.idempotency import run_once, stored_answer
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.orders import documents, order_writes
from k2k_core.store.orders.documents import get


@dataclass(frozen=True, slots=True)
class PrebookPlan:
    """What the transaction of a prebook needs; `answer` is set when the key has been answered before."""

    snapshot: CompanySnapshot
    header: Header | None = None
    picks: tuple[PlannedLine, ...] = ()
    marks: Versions | None = None
    answer: PlacedOrder | None = None


def prebook(
    context: ServiceContext,
    buyer: str,
    customer: str,
    lines: Sequence[Mapping[str, Any]],
    ship_date: dt.date | None = None,
    ship_via: str = "warehouse",
    key: str | None = None,
) -> PlacedOrder:
    """A salesperson sells `lines` (`{lot, boxes}`) to a customer; the purchase orders wait for approval."""
    context.actor.require(ORDERS, buyer)
    wanted = _wanted(lines)
    request: Json = {
        "customer": customer,
        "lines": [[lot, boxes] for lot, boxes in wanted],
        "ship_date": ship_date.isoformat() if ship_date else None,
        "ship_via": ship_via,
    }

    def plan(session: Session) -> PrebookPlan:
        company = context.snapshots.get(session, buyer)
        answer = stored_answer(session, company.id, "prebook", key, request)
        if answer is not None:
            return PrebookPlan(company, answer=answer)
        whom = company.customer(session, customer)
        day = ship_date or company.company.today(session.now)
        return _planned(context, session, company, whom, wanted, day, ship_via)

    def write(session: Session, made: PrebookPlan) -> PlacedOrder:
        return made.answer or run_once(
            session, made.snapshot.id, "prebook", key, request, lambda: _write(session, made)
        )

    return plan_and_write(context, plan, write)


def _planned(
    context: ServiceContext,
    session: Session,
    company: CompanySnapshot,
    whom: Customer,
    wanted: Sequence[tuple[str, int]],
    ship_date: dt.date,
    ship_via: str,
) -> PrebookPlan:
    refs = list(dict.fromkeys(lot for lot, _ in wanted))
    sale = Sale(whom, ship_via, ship_date=ship_date)
    assortment = Assortment(context, session, company, sale, LotSelection(refs))
    picks = [pick for lot, boxes in wanted for pick in plan_lot(assortment, lot, boxes)]
    vendors = [pick.owner for pick in picks if pick.vendor is not None]
    ship_to = address_of(assortment.handler, company, whom) if vendors else {}
    header = Header(company, whom, ship_date, ship_via, ship_to, approved=False)
    return PrebookPlan(company, header, tuple(picks), versions_of([company, *vendors]))


def _write(session: Session, plan: PrebookPlan) -> PlacedOrder:
    if plan.header is None:
        raise TypeError("a prebook is planned with its header")
    written = write_lines(session, plan.header, plan.marks or {}, plan.picks)
    emit_lines_added(session, plan.snapshot, written)
    return placed_order(plan.snapshot, written)


def approve(context: ServiceContext, buyer: str, purchase_order: str, key: str | None = None) -> Document:
    """Approve a purchase order that waits for it: its lines are checked out, the vendor may confirm them."""
    context.actor.require(PURCHASING, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)

    def write(session: Session) -> Document:
        def work() -> Document:
            return _approve(context, session, company, purchase_order)

        return run_once(session, company.id, "approve", key, {"purchase_order": purchase_order}, work)

    return context.store.transact(write)


def _approve(context: ServiceContext, session: Session, company: CompanySnapshot, number: str) -> Document:
    found = order_writes.find_purchase_order(session, company.id, number)
    if found is None:
        raise NotFound(f"There is no purchase order {number} in {company.code}.", kind="purchase_order")
    document_id, _, vendor_id = found
    if not order_writes.approve_purchase_order(session, document_id):
        status = get(session, document_id)["status"]
        raise Conflict(f"Purchase order {number} is {status} already.", status=status)
    lines = documents.lines_by(session, "purchase_order_id", [document_id])
    agreed = [line for line in lines if line["state"] == CHECKED_OUT]
    charge_terms.freeze(context, session, documents.ids_in(agreed, "prebook_id", "sales_order_id"))
    emit(session, "purchase_order.approved", {"purchase_order": number}, [company.id, vendor_id])
    return document_view.answer(context, session, company, get(session, document_id))


def _wanted(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    if not lines:
        raise Invalid("Name at least one line: {lot, boxes}.")
    wanted = []
    for line in lines:
        if set(line) != {"lot", "boxes"} or not isinstance(line["lot"], str):
            raise Invalid("Each line is {lot, boxes}.")
        wanted.append((line["lot"], require_boxes(line["boxes"])))
    return wanted
