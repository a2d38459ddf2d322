"""Use case: the vendor gives an order the reference number that becomes its AWB, before it is confirmed."""

from __future__ import annotations

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import PENDING, SALES_ORDER
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Conflict
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.services.fulfilment import air_waybills
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, order_writes
from k2k_core.store.orders.documents import get


def set_reference(
    context: ServiceContext, vendor: str, sales_order: str, reference_number: str | None, key: str | None = None
) -> Document:
    """Store the reference number of an order that waits for its confirmation; None or blank takes it away. Returns the
    order. Raises `Conflict` for an order that was confirmed or voided, or has ended."""
    context.actor.require(CONFIRMING, vendor)
    number, reference = str(sales_order), air_waybills.read_number(reference_number)
    asked = {"sales_order": number, "reference_number": reference}

    def work(session: Session) -> Document:
        company = context.snapshots.get(session, vendor)
        found = documents.find(session, company.id, number, SALES_ORDER)
        documents.hold_order(session, found)
        order = get(session, found["id"])
        if order["status"] != PENDING:
            raise Conflict(
                "{order} is {status:words}: its reference number is that of its AWB.",
                order=number,
                status=order["status"],
            )
        if order["reference_number"] != reference:
            order_writes.set_reference(session, order["id"], reference)
            change = Change({"reference_number": order["reference_number"]}, {"reference_number": reference})
            audit(session, context.actor, company.id, "set_reference", order["number"], change)
        return document_view.answer(context, session, company, get(session, order["id"]))

    return IdempotentCommand(context, vendor, "set_reference", key, asked).transact(work)
