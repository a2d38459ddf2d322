"""Use case: delivery of an invoice order of the company's own stock (domain section 5, the verb `deliver`).

Its boxes have left, its invoice is issued: by a person or the host, or by itself at the end of its ship date.
"""

from __future__ import annotations

from functools import partial

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import BILLED, CHECKED_OUT, DELIVERED, INVOICE_ORDER
from k2k_core.domain.roles import HOST, ORDERS, Actor
from k2k_core.errors import Conflict
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view, invoices
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_document
from k2k_core.services.ordering.due_work import DueWork, do_each
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes, departures
from k2k_core.store.orders import documents, order_ends
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow, LineRow


def deliver(context: ServiceContext, company: str, invoice_order: str, key: str | None = None) -> Document:
    """Deliver an invoice order; returns it.

    Raises `NotFound`; `Conflict` for one that was delivered or cancelled, or of which something waits for its check-out
    or approval.
    """
    context.actor.require(ORDERS, company)
    number = str(invoice_order)

    def work(session: Session) -> Document:
        snapshot = context.snapshots.get(session, company)
        order = documents.find(session, snapshot.id, number, INVOICE_ORDER)
        _deliver(session, snapshot, order, context.actor)
        return document_view.answer(context, session, snapshot, get(session, order["id"]))

    command = IdempotentCommand(context, company, "deliver", key, {"invoice_order": number})
    return document_view.for_reader(context, company, command.transact(work))


def deliver_due(context: ServiceContext) -> None:
    """Deliver every invoice order whose ship date is over."""
    work = partial(_deliver_late, context)
    do_each(context, DueWork("delivery", order_ends.orders_to_deliver, work, order_ends.due_item))


def _deliver_late(context: ServiceContext, session: Session, order_id: int) -> bool:
    documents.hold_order(session, get(session, order_id))
    order = get(session, order_id)
    if order["status"] != CHECKED_OUT or order["ends_at"] is None or order["ends_at"] > session.now:
        return False
    if _not_checked_out(session, documents.lines_of(session, order)):
        return False  # the rest of its cart ends by itself, or is checked out
    company_id = order["company_id"]
    # Whoever's command happens to sweep has not delivered it.
    _deliver(session, context.snapshots.by_id(session, [company_id])[company_id], order, HOST)
    return True


def _deliver(session: Session, company: CompanySnapshot, found: DocumentRow, actor: Actor) -> None:
    documents.hold_order(session, found)
    order = get(session, found["id"])
    every = documents.lines_of(session, order)
    documents.hold(session, lots=documents.ids_in(every, "lot_id"), lines=[line["id"] for line in every])
    lines = [line for line in documents.lines_of(session, order) if line["state"] == CHECKED_OUT]
    _require_ready(session, order, every, lines)
    boxes.hand_out(session, lines)
    counts = {line["id"]: line["boxes"] for line in lines}
    lots = departures.left_lots(departures.leave(session, lines, counts, DELIVERED), counts)
    documents.move_lines(session, lines, CHECKED_OUT, state=BILLED)
    documents.move_document(session, order["id"], CHECKED_OUT, DELIVERED, ends_at=None)
    customer = company.customers_by_id(session)[order["customer_id"]]
    number = invoices.bill(session, company, order, customer, [(line, line["boxes"]) for line in lines])
    data = {"document": order["number"], "lines": [str(one) for one in counts], "invoice": number, "lots": lots}
    emit(session, "order.delivered", data, [company.id], of_document(order))
    audit(session, actor, company.id, "deliver", order["number"], Change(CHECKED_OUT, DELIVERED))


def _require_ready(session: Session, order: DocumentRow, every: list[LineRow], lines: list[LineRow]) -> None:
    number, status = order["number"], order["status"]
    waiting = _not_checked_out(session, every)
    if waiting:
        raise Conflict(
            "{count} line(s) of {order} are not checked out yet.", count=len(waiting), order=number, status=status
        )
    if status != CHECKED_OUT or not lines:
        raise Conflict("{order} is {status:words}: there is nothing to deliver.", order=number, status=status)


def _not_checked_out(session: Session, lines: list[LineRow]) -> list[LineRow]:
    return [line for line in lines if documents.is_pending(line, session)]
