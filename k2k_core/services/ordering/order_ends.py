"""When the lines of an order end, by the set-up of both companies (domain section 5)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from k2k_core.domain.items import Lot
from k2k_core.domain.order_ends import (
    NO_END,
    OrderEnd,
    approved_end,
    end_of_day,
    last_moment,
    minutes_held,
    waiting_end,
)
from k2k_core.domain.parties import Customer
from k2k_core.errors import Conflict
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import own_cut_offs, vendor_cut_offs
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, order_ends, order_writes
from k2k_core.store.orders.documents import ids_in
from k2k_core.store.orders.order_ends import Line
from k2k_core.store.orders.rows import DocumentRow


def end_at_vendor(
    session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, leaves: dt.date, lot: Lot | None = None
) -> OrderEnd:
    """When a line ends that waits for its approval; one without boxes (`lot` None) has only the latest moment."""
    company = vendor.company
    cut_offs = vendor_cut_offs(session, vendor, buyer)
    latest = last_moment(cut_offs, company.settings.ship_days_offset, company.timezone, leaves)
    return waiting_end(session.now, minutes_held(buyer.company.settings, lot) if lot else None, latest)


def end_of_own_stock(
    session: Session, buyer: CompanySnapshot, customer: Customer, ship_date: dt.date, lot: Lot
) -> OrderEnd:
    """The same for boxes of the company's own."""
    company = buyer.company
    latest = last_moment(own_cut_offs(session, buyer, customer), 0, company.timezone, ship_date)
    return waiting_end(session.now, minutes_held(company.settings, lot), latest)


def give_approved_ends(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[Line],
) -> None:
    """Set the ends of lines that were approved: from now on they wait for their vendor. Nobody confirms own stock: an
    invoice order ends with its ship date."""
    orders = order_writes.documents_by_id(session, ids_in(lines, "purchase_order_id", "invoice_order_id"))
    for end, ids in approved_ends(context, session, buyer, lines, orders):
        order_ends.set_end(session, ids, end)
    set_ends_of_own_stock(session, buyer, lines, orders)


def approved_ends(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    lines: Sequence[Line],
    orders: Mapping[int, DocumentRow],
) -> list[tuple[OrderEnd, list[int]]]:
    """When lines of these orders end that are checked out or approved now, with the ids of the lines of each end."""
    bought = [orders[order_id] for order_id in ids_in(lines, "purchase_order_id")]
    vendors = context.snapshots.by_id(session, {buyer.id, *(order["vendor_id"] for order in bought)} - {None})
    found = []
    by_order: dict[int | None, list[int]] = defaultdict(list)
    for line in lines:
        by_order[line["purchase_order_id"]].append(line["id"])
    for order_id, ids in sorted(by_order.items(), key=lambda one: one[0] or 0):
        end = NO_END
        if order_id is not None:
            order = orders[order_id]
            timezone = vendors[order["vendor_id"]].company.timezone
            _, leaves = documents.ship_days(order)
            end = approved_end(leaves, timezone, buyer.company.settings.overdue_days)
        found.append((end, ids))
    return found


def set_ends_of_own_stock(
    session: Session, buyer: CompanySnapshot, lines: Sequence[Line], orders: Mapping[int, DocumentRow]
) -> None:
    """Set the ends of the invoice orders of lines that are checked out or approved now."""
    for document in (orders[order_id] for order_id in ids_in(lines, "invoice_order_id")):
        order_writes.set_end_of_order(
            session, document["id"], end_of_day(documents.ship_days(document)[0], buyer.company.timezone)
        )


def stop_minutes(
    session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, order: DocumentRow, lines: Iterable[Line]
) -> None:
    """An order was transferred: its lines that wait for approval have only the latest moment left."""
    _, leaves = documents.ship_days(order)
    waiting = [line["id"] for line in lines if order_ends.is_unapproved(line)]
    order_ends.set_end(session, waiting, end_at_vendor(session, buyer, vendor, leaves))


def require_in_time(session: Session, lines: Sequence[Line], what: str) -> None:
    """Raise `Conflict` when all lines that could still be changed have ended, swept or not."""
    waiting = [line for line in lines if line["state"] in order_ends.ENDING_STATES]
    if waiting and all(order_ends.has_ended(line, session.now) for line in waiting):
        raise ended(what)


def ended(what: str) -> Conflict:
    """The refusal for an order whose time is over."""
    return Conflict(
        "{what} has ended: its time was over before this was asked. Its boxes went back.", what=what, ended=True
    )
