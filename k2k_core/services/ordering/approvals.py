"""Use case: approval of a purchase order, or of everything in a prebook that waits (domain section 5, `approve`).

Its lines are checked out, and the vendor may confirm them. Own stock that was ordered with a prebook is approved with
it.
"""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import INVOICE_ORDER, NEEDED, PREBOOK, PURCHASE_ORDER
from k2k_core.domain.roles import APPROVING
from k2k_core.errors import CannotSell, Conflict, Invalid
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, document_view
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.ordering.order_ends import ended, give_approved_ends
from k2k_core.services.ordering.order_notifications import OrderNotice, notify_order
from k2k_core.services.ordering.purchase_events import emit_of_purchase
from k2k_core.services.ordering.ship_day_checks import refusal_now
from k2k_core.store.database.session import Session
from k2k_core.store.fields import Json
from k2k_core.store.orders import documents, order_ends
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow, LineRow


def approve(
    context: ServiceContext,
    buyer: str,
    purchase_order: str | None = None,
    prebook: str | None = None,
    key: str | None = None,
) -> Document:
    """Approve a purchase order, or all waiting lines of a prebook, with those of the order of own stock that was placed
    with it (or of such an order alone); returns it.

    Raises `NotFound`; `Conflict` when nothing waits any more, or its time is over; the planner's refusal, or
    `NotVisible`, for what can no longer ship on its date.
    """
    context.actor.require(APPROVING, buyer)
    if (purchase_order is None) == (prebook is None):
        raise Invalid("Name either a purchase order or a prebook.").at("purchase_order")
    request = {"purchase_order": purchase_order} if prebook is None else {"prebook": prebook}
    number, kinds = (purchase_order, (PURCHASE_ORDER,)) if prebook is None else (prebook, (PREBOOK, INVOICE_ORDER))
    command = IdempotentCommand(context, buyer, "approve", key, request)
    done_before: Document | None = command.replayed()
    if done_before is not None:
        return document_view.for_reader(context, buyer, done_before)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        document = documents.find_own(session, company.id, str(number), *kinds)
        waiting = _in_time(session, _waiting(session, document))
        refused = refusal_now(context, session, company, waiting)

    def work(session: Session) -> Document:
        _approve(context, session, company, document["id"], refused)
        return document_view.answer(context, session, company, get(session, document["id"]))

    return document_view.for_reader(context, buyer, command.transact(work))


def _approve(
    context: ServiceContext, session: Session, company: CompanySnapshot, document_id: int, refused: CannotSell | None
) -> None:
    document = get(session, document_id)
    documents.hold_order(session, document, *documents.placed_with(session, document))
    waiting = _waiting(session, document)
    if not waiting:
        status = get(session, document_id)["status"]
        raise Conflict(
            "Nothing of {document} waits for an approval: it is {status:words} already.",
            document=document["number"],
            status=status,
        )
    if all(order_ends.has_ended(line, session.now) for line in waiting):
        raise ended(document["number"])
    if refused is not None:
        raise refused
    approve_waiting(context, session, company, waiting)
    approved: list[Json] = [str(line["id"]) for line in _in_time(session, waiting)]
    audit(session, context.actor, company.id, "approve", document["number"], Change(after=approved))


def approve_waiting(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, lines: Sequence[LineRow]
) -> None:
    """Approve the waiting lines of a buyer whose time is not over, and notify both companies. The caller holds their
    documents."""
    waiting = _in_time(session, [line for line in lines if order_ends.is_unapproved(line)])
    agreed = order_ends.approve_lines(session, [line["id"] for line in waiting if line["state"] != NEEDED])
    charge_terms.freeze(context, session, documents.ids_in(agreed, "prebook_id", "invoice_order_id", "sales_order_id"))
    give_approved_ends(context, session, buyer, waiting)
    for order_id, _ in order_ends.approve_orders(session, documents.ids_in(waiting, "purchase_order_id")):
        emit_of_purchase(session, "purchase_order.approved", get(session, order_id), {})
    notify_order(context, session, buyer, waiting, OrderNotice("order.checked_out", "approved_"))
    tell_watchers(session, documents.ids_in(waiting, *documents.LINE_COLUMN.values()))


def _waiting(session: Session, document: DocumentRow) -> list[LineRow]:
    """The waiting lines of a document, and of the orders of own stock that were placed with it."""
    orders = (document, *documents.placed_with(session, document))
    return [line for one in orders for line in documents.lines_of(session, one) if order_ends.is_unapproved(line)]


def _in_time(session: Session, lines: Sequence[LineRow]) -> list[LineRow]:
    return [line for line in lines if not order_ends.has_ended(line, session.now)]
