"""Use case: the mail of an issued invoice is sent again to its receivers (`send_invoice`; domain section 6)."""

from __future__ import annotations

from k2k_core.domain.answers.documents import InvoiceSent
from k2k_core.domain.money import money
from k2k_core.domain.orders import INVOICE
from k2k_core.domain.roles import CONFIRMING
from k2k_core.errors import Conflict, NotAllowed
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents.invoices import mail_issued
from k2k_core.services.documents.recipients import addresses
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit, of_document
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, invoices


def send_invoice(context: ServiceContext, company: str, invoice: str, key: str | None = None) -> InvoiceSent:
    """Send the mail of an invoice again, over what it comes to now; returns to whom.

    Raises `NotFound`; `NotAllowed` for an invoice that another company issued; `Conflict` where nobody receives it.
    """
    context.actor.require(CONFIRMING, company)
    number = str(invoice)

    def work(session: Session) -> InvoiceSent:
        snapshot = context.snapshots.get(session, company)
        found = documents.find(session, snapshot.id, number, INVOICE)
        if found["vendor_id"] not in (None, snapshot.id):
            raise NotAllowed("{invoice} was issued by the vendor: only its issuer sends it.", invoice=number)
        customer = snapshot.customers_by_id(session).get(found["customer_id"])
        amount = money(invoices.total_of(session, found), found["currency"])
        facts = {"number": found["number"], "total": amount, "currency": found["currency"]}
        to = list(dict.fromkeys(addresses(mail_issued(session, snapshot, customer, facts))))
        if not to:
            raise Conflict("Nobody receives {invoice}: no address of its receivers is set.", invoice=number)
        audit(session, context.actor, snapshot.id, "send_invoice", found["number"], Change(None, {"to": list(to)}))
        told = {"company": snapshot.code, "number": found["number"]}
        emit(session, "invoice.sent", told, [snapshot.id], of_document(found))
        return {"invoice": found["number"], "to": to}

    return IdempotentCommand(context, company, "send_invoice", key, {"invoice": number}).transact(work)
