"""Use case: who is told by mail of a command on a document, before it happens (`who_is_told`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from k2k_core.domain.answers.timeline import ToldRole
from k2k_core.domain.disclosure import disclosed, reader_of, rules_of
from k2k_core.domain.orders import IN_CART, INVOICE
from k2k_core.domain.parties import Customer
from k2k_core.domain.roles import READING
from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import recipients
from k2k_core.services.documents.recipients import Recipients
from k2k_core.store.database.session import Session
from k2k_core.store.orders import documents, invoices
from k2k_core.store.orders.rows import DocumentRow, LineRow


def who_is_told(context: ServiceContext, company: str, verb: str, number: str) -> list[ToldRole]:
    """Whom both companies would notify of a command on a document as it stands now. Of the other company the roles
    alone. Raises `NotFound`, and `Invalid` for a verb that is none of a document's."""
    context.actor.require(READING, company)
    if verb not in VERBS:
        fault = {"path": "verb", "message": Message("is none of the commands on documents")}
        raise Invalid("{verb} is none of the commands on documents.", [fault], verb=verb)
    with context.store.reading() as session:
        snapshot = context.snapshots.get(session, company)
        order = _Order(context, session, snapshot, documents.find(session, snapshot.id, number))
        told = [_row(snapshot, *one) for one in VERBS[verb](order)]
    return disclosed(told, rules_of(ToldRole), reader_of(context.actor))


Told = Iterator[tuple[CompanySnapshot, str, Recipients]]


def _row(asking: CompanySnapshot, company: CompanySnapshot, event: str, found: Recipients) -> ToldRole:
    own = company.id == asking.id
    return {
        "company": company.code,
        "event": event,
        "role": found.role,
        "customer": found.customer if own else None,
        "to": list(dict.fromkeys(found.addresses)) if own else None,
    }


@dataclass
class _Order:
    """A document of a company, its lines that have not ended, and the companies of them."""

    context: ServiceContext
    session: Session
    asking: CompanySnapshot
    document: DocumentRow

    @cached_property
    def lines(self) -> list[LineRow]:
        if self.document["kind"] == INVOICE:
            billed, _ = invoices.goods_on(self.session, self.document)
            return documents.lines_by(self.session, "id", billed)
        found = documents.lines_of(self.session, self.document)
        return [line for line in found if line["state"] not in documents.ENDED]

    @cached_property
    def companies(self) -> Mapping[int, CompanySnapshot]:
        ids = {one for line in self.lines for one in (line["buyer_id"], line["vendor_id"]) if one is not None}
        ids |= {one for one in (self.document["vendor_id"], self.document["buyer_id"]) if one is not None}
        return self.context.snapshots.by_id(self.session, sorted(ids))

    def pairs(self) -> list[tuple[CompanySnapshot, CompanySnapshot | None]]:
        """The buyer and the vendor of the lines: no vendor for own stock."""
        ids = dict.fromkeys((line["buyer_id"], line["vendor_id"]) for line in self.lines)
        return [(self.companies[buyer], self.companies.get(vendor)) for buyer, vendor in ids]

    def buyers(self) -> list[CompanySnapshot]:
        """The buyers of the lines."""
        return [self.companies[one] for one in dict.fromkeys(line["buyer_id"] for line in self.lines)]

    def customers(self, buyer: CompanySnapshot, lines: Sequence[LineRow]) -> list[Customer]:
        known = buyer.customers_by_id(self.session)
        ids = dict.fromkeys(line["customer_id"] for line in lines if line["buyer_id"] == buyer.id)
        return [known[one] for one in ids if one in known]


def _agreed(order: _Order) -> Told:
    for buyer in order.buyers():
        customers: list[Customer | None] = [*order.customers(buyer, order.lines)]
        for customer in customers or [None]:
            yield from ((buyer, "order.checked_out", one) for one in recipients.agreed_at_buyer(buyer, customer))
    for buyer, vendor in order.pairs():
        if vendor is not None:
            found = recipients.agreed_at_vendor(order.session, vendor, buyer)
            yield from ((vendor, "order.checked_out", one) for one in found)


def _confirmed(order: _Order) -> Told:
    pending = [line for line in order.lines if line["state"] == IN_CART]
    for buyer, vendor in order.pairs():
        if vendor is None:
            continue
        if pending:
            for customer in order.customers(buyer, pending):
                found = recipients.seller_and_customer(customer)
                yield from ((buyer, "order_line.dropped", one) for one in found)
            desk = recipients.desk_of_vendor(order.session, vendor, buyer)
            yield from ((vendor, "order_line.dropped", one) for one in desk)
        if len(pending) < len(order.lines):
            issued = recipients.of_invoice(vendor, vendor.customer_for(order.session, buyer.code))
            yield from ((vendor, "invoice.issued", one) for one in issued)


def _at_buyer(event: str) -> Callable[[_Order], Told]:
    def told(order: _Order) -> Told:
        for buyer in order.buyers():
            yield from ((buyer, event, one) for one in recipients.cancelled_at_buyer(buyer))

    return told


def _voided(order: _Order) -> Told:
    yield from _at_buyer("order_line.voided")(order)
    for buyer, vendor in order.pairs():
        if vendor is not None and any(documents.is_settled(line) for line in order.lines):
            credited = recipients.of_invoice(vendor, vendor.customer_for(order.session, buyer.code))
            yield from ((vendor, "invoice.credited", one) for one in credited)


def _released(order: _Order) -> Told:
    for buyer in order.buyers():
        for customer in order.customers(buyer, order.lines):
            yield from ((buyer, "order_line.released", one) for one in recipients.seller_and_customer(customer))
        yield from ((buyer, "order_line.released", one) for one in recipients.cancelled_at_buyer(buyer))


def _missing(order: _Order) -> Told:
    for buyer, vendor in order.pairs():
        if vendor is not None:
            found = recipients.desk_of_vendor(order.session, vendor, buyer)
            yield from ((vendor, "box.missing", one) for one in found)


def _invoiced(event: str) -> Callable[[_Order], Told]:
    """Of an invoice of the asking company, to whoever it is for."""

    def told(order: _Order) -> Told:
        customer = order.asking.customers_by_id(order.session).get(order.document["customer_id"])
        yield from ((order.asking, event, one) for one in recipients.of_invoice(order.asking, customer))

    return told


def _nobody(_order: _Order) -> Told:
    return iter(())


VERBS: Mapping[str, Callable[[_Order], Told]] = {
    "checkout": _agreed,
    "approve": _agreed,
    "accept_order": _agreed,
    "confirm": _confirmed,
    "void": _voided,
    "release": _released,
    "reject": _at_buyer("purchase_order.rejected"),
    "missing": _missing,
    "decline_missing": _at_buyer("box.missing_declined"),
    "bill": _invoiced("invoice.issued"),
    "deliver": _invoiced("invoice.issued"),
    "credit": _invoiced("invoice.credited"),
    "send_invoice": _invoiced("invoice.issued"),
    "cancel": _nobody,
    "transfer": _nobody,
    "fill": _nobody,
}
"""Command → whom it notifies by mail. Programs of both companies are told of everything by events."""
