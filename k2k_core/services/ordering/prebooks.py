"""Use case: a salesperson's prebook (domain section 5).

It reserves boxes like a cart; they wait for approval instead of a check-out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.ordering import PlacedOrder
from k2k_core.domain.disclosure import CART, disclosed, reader_of
from k2k_core.domain.pricing import SALES
from k2k_core.domain.roles import PREBOOKS
from k2k_core.errors import Invalid
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.ordering.expiry_sweep import with_freed_boxes
from k2k_core.services.ordering.order_documents import Header, address_of
from k2k_core.services.ordering.order_lines import emit_lines_added, placed_order, write_lines
from k2k_core.services.ordering.order_notifications import OrderNotice, notify_order
from k2k_core.services.ordering.order_planning import (
    PlannedLine,
    Versions,
    plan_and_write,
    plan_lot,
    versions_of,
)
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import lines_by


@dataclass(frozen=True, slots=True)
class PrebookRequest:
    """The lines of a prebook: `lines` of `{lot, boxes}` for a customer of the buyer, at the prices of a `location`."""

    customer: str
    lines: Sequence[Mapping[str, Any]]
    ship_date: dt.date | None
    ship_via: str
    location: str | None = None


@dataclass(frozen=True, slots=True)
class PrebookPlan:
    """What the transaction of a prebook needs."""

    snapshot: CompanySnapshot
    header: Header
    lines: tuple[PlannedLine, ...]
    versions: Versions


def prebook(context: ServiceContext, buyer: str, request: PrebookRequest, key: str | None = None) -> PlacedOrder:
    """Sell some lots to a customer; the purchase orders wait for approval."""
    context.actor.require(PREBOOKS, buyer)
    wanted = _wanted(request.lines)
    asked: dict[str, Any] = {
        "customer": request.customer,
        "lines": wanted,
        "ship_date": request.ship_date,
        "ship_via": request.ship_via,
    }
    if request.location is not None:  # without it a request is the one that was stored before there were places
        asked["location"] = request.location
    command = IdempotentCommand(context, buyer, "prebook", key, asked)

    def once() -> PlacedOrder:
        return plan_and_write(
            command,
            lambda session: _plan(context, session, buyer, request, wanted),
            lambda session, plan: _write(context, session, plan),
        )

    return disclosed(with_freed_boxes(context, once), CART, reader_of(context.actor))


def _plan(
    context: ServiceContext,
    session: Session,
    buyer: str,
    request: PrebookRequest,
    wanted: Sequence[tuple[str, int]],
) -> PrebookPlan:
    company = context.snapshots.buyer(session, buyer)
    customer = company.customer(session, request.customer)
    day = request.ship_date or company.company.today(session.now)
    refs = list(dict.fromkeys(lot for lot, _ in wanted))
    sale = Sale(customer, request.ship_via, ship_date=day, location=request.location, channel=SALES)
    assortment = Assortment(context, session, company, sale, LotSelection(refs))
    lines = [one for lot, boxes in wanted for one in plan_lot(assortment, lot, boxes)]
    vendors = [one.owner for one in lines if one.vendor is not None]
    ship_to = address_of(assortment.handler, company, customer) if vendors else {}
    header = Header(company, customer, day, request.ship_via, ship_to, approved=False)
    return PrebookPlan(company, header, tuple(lines), versions_of([company, *vendors]))


def _write(context: ServiceContext, session: Session, plan: PrebookPlan) -> PlacedOrder:
    written = write_lines(session, plan.header, plan.versions, plan.lines)
    emit_lines_added(session, plan.snapshot, written)
    lines = lines_by(session, "id", [one.line_id for one in written])
    notify_order(context, session, plan.snapshot, lines, OrderNotice("order.placed"))
    return placed_order(plan.snapshot, written)


def _wanted(lines: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    if not lines:
        raise Invalid("Name at least one line: {lot, boxes}.").at("lines")
    wanted = []
    for row, line in enumerate(lines):
        if set(line) != {"lot", "boxes"} or not isinstance(line["lot"], str):
            raise Invalid("Each line is {lot, boxes}.").at(f"lines[{row}]")
        wanted.append((line["lot"], parsing.argument(f"lines[{row}]", parsing.box_count, line["boxes"])))
    return wanted
