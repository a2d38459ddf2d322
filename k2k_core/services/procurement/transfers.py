"""Use cases: a purchase order is transferred to the connected vendor, who accepts or rejects it (domain section 6).

At the vendor a prebook for the buyer is created; accepting turns it into the K2K sales order. The progress of the
transfer is in the order's `transfer`, beside its status.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from k2k_core.domain.answers.documents import Document
from k2k_core.domain.answers.procurement import Transferred
from k2k_core.domain.orders import ACCEPTED, CANCELLED, FILLED, NOT_TRANSFERRED, REJECTED, TRANSFERRED
from k2k_core.domain.roles import CONFIRMING, PURCHASING
from k2k_core.domain.sharing import VENDOR
from k2k_core.domain.typed_confirmation import required_reason
from k2k_core.errors import CannotSell, Conflict, NotFound
from k2k_core.messages import Message
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import document_view
from k2k_core.services.documents.recipients import addresses, cancelled_at_buyer
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.vendor_codes import CARRIER, back, names_of
from k2k_core.services.journal import Change, audit, notify
from k2k_core.services.ordering.approvals import approve_waiting
from k2k_core.services.ordering.order_ends import require_in_time, stop_minutes
from k2k_core.services.ordering.purchase_events import emit_of_purchase
from k2k_core.services.ordering.ship_day_checks import refusal_now
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.master_data.parties import connection_between
from k2k_core.store.orders import documents, order_ends, procurement
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.rows import DocumentRow, LineRow

T = TypeVar("T")
_REJECTABLE = (TRANSFERRED, ACCEPTED, FILLED)


def transfer(context: ServiceContext, buyer: str, purchase_order: str, key: str | None = None) -> Transferred:
    """Send an order to its vendor: `{purchase_order, vendor_document}`, the number of the vendor's prebook.

    Raises `NotFound`; `Conflict` when it was sent before, has nothing to send, or there is no active connection.
    """
    context.actor.require(PURCHASING, buyer)
    number = str(purchase_order)

    def work(session: Session, company: CompanySnapshot) -> Transferred:
        order = _own_order(session, company, number)
        vendor = context.snapshots.by_id(session, [order["vendor_id"]])[order["vendor_id"]]
        _require_sendable(session, company, vendor, order)
        record = vendor.customer_for(session, company.code)
        products = products_at(session, vendor, company, procurement.waiting_lines(session, order["id"]))
        carrier = back(names_of(session, company, vendor, CARRIER), order["carrier"])
        sent = procurement.open_at_vendor(session, order, record.id if record else None, products, carrier)
        stop_minutes(session, company, vendor, order, procurement.lines_of(session, order["id"]))
        _moved(session, order, procurement.move_transfer(session, order["id"], (NOT_TRANSFERRED,), TRANSFERRED))
        data = {"vendor": vendor.code, "buyer": company.code, "vendor_document": sent}
        emit_of_purchase(session, "purchase_order.transferred", order, data)
        audit(session, context.actor, company.id, "transfer", number, Change(NOT_TRANSFERRED, TRANSFERRED))
        return {"purchase_order": number, "vendor_document": sent}

    return _done(context, buyer, "transfer", key, {"purchase_order": number}, work)


def accept_order(context: ServiceContext, vendor: str, purchase_order: str, key: str | None = None) -> Document:
    """Accept a buyer's order, which approves it: the vendor's prebook becomes its sales order; returns the purchase
    order.

    Raises `NotFound`; `Conflict` for one that was accepted before or has ended; the planner's refusal, or `NotVisible`,
    if what waits for its approval can no longer ship on its date (domain section 5).
    """
    context.actor.require(CONFIRMING, vendor)
    number = str(purchase_order)
    command = IdempotentCommand(context, vendor, "accept_order", key, {"purchase_order": number})
    done_before: Document | None = command.replayed()
    if done_before is not None:
        return done_before
    with context.store.reading() as session:
        company = context.snapshots.get(session, vendor)
        refused = _refusal_now(context, session, order_at(session, company, number, TRANSFERRED))
    return command.transact(lambda session: _accept(context, session, vendor, number, refused))


def _refusal_now(context: ServiceContext, session: Session, order: DocumentRow) -> CannotSell | None:
    """Why what waits for its approval cannot be approved; what was approved before is not checked again."""
    lines = [line for line in procurement.lines_of(session, order["id"]) if order_ends.is_unapproved(line)]
    in_time = [line for line in lines if not order_ends.has_ended(line, session.now)]
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    return refusal_now(context, session, buyer, in_time, VENDOR)


def _accept(
    context: ServiceContext, session: Session, vendor: str, number: str, refused: CannotSell | None
) -> Document:
    company = context.snapshots.get(session, vendor)
    order = order_at(session, company, number, TRANSFERRED)
    document = document_of(session, order)
    documents.hold_order(session, order)
    lines = procurement.lines_of(session, order["id"])
    require_in_time(session, lines, _named(number))
    if refused is not None and any(order_ends.is_unapproved(line) for line in lines):
        raise refused
    _moved(session, order, procurement.move_transfer(session, order["id"], (TRANSFERRED,), ACCEPTED))
    sales_order = procurement.turn_into_sales_order(session, company.id, document["id"])
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    approve_waiting(context, session, buyer, lines)
    _emit(context, session, company, order, "accepted", {"sales_order": sales_order})
    return document_view.answer(context, session, company, get(session, order["id"]))


def reject(
    context: ServiceContext, vendor: str, purchase_order: str, reason: str = "", key: str | None = None
) -> Document:
    """Reject a buyer's order with a reason, until it is confirmed; returns it. What was needed is needed again."""
    context.actor.require(CONFIRMING, vendor)
    number, why = str(purchase_order), required_reason(reason, "A rejection needs a reason.")

    def work(session: Session, company: CompanySnapshot) -> Document:
        order = order_at(session, company, number, *_REJECTABLE)
        document = document_of(session, order)
        found = procurement.lines_of(session, order["id"])
        prebooks = {line["prebook_id"] for line in found}
        procurement.hold(session, order["id"], document["id"], *prebooks)
        require_in_time(session, procurement.lines_of(session, order["id"]), _named(number))
        _moved(session, order, procurement.move_transfer(session, order["id"], _REJECTABLE, REJECTED))
        ended = procurement.end_rejected(session, order, document, why)
        for line in sorted(ended, key=lambda line: line["lot_id"] or 0):
            if line["lot_id"] is not None:
                stock_ledger.give_back(
                    session, line["lot_company_id"], line["lot_id"], line["boxes"], "rejected", line["id"]
                )
            procurement.need_again(session, line, f"{number} was rejected")
        documents.update_statuses(session, prebooks - {None}, [])
        _emit(context, session, company, order, "rejected", {"reason": why})
        snapshot = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
        buyer = snapshot.company
        words: dict[str, str | Text] = {"number": order["number"], "vendor": company.company.name, "reason": why}
        words["before"] = Text(f"transfer.{order['transfer']}")
        to = addresses(cancelled_at_buyer(snapshot))
        notify(session, order["buyer_id"], to, "purchase_order.rejected", words, buyer.locale)
        tell_watchers(session, documents.ids_in(found, *documents.LINE_COLUMN.values()))
        return document_view.answer(context, session, company, get(session, order["id"]))

    return _done(context, vendor, "reject", key, {"purchase_order": number, "reason": why}, work)


def _named(number: str) -> Message:
    return Message("Purchase order {purchase_order}", purchase_order=number)


def order_at(session: Session, vendor: CompanySnapshot, number: str, *states: str) -> DocumentRow:
    """The order with that number that waits at a vendor in one of some states of its transfer.

    Two buyers may use the same number: then the one that waits is meant, and if both do, the vendor's own number of it
    decides. Raises `NotFound` for an unknown one, `Conflict` for one in another state.
    """
    found = procurement.at_vendor(session, vendor.id, number)
    if not found:
        raise NotFound(
            "No buyer has transferred a purchase order {purchase_order} to {vendor}.",
            purchase_order=number,
            vendor=vendor.code,
            kind="purchase_order",
        )
    waiting = [order for order in found if order["transfer"] in states]
    if not waiting:
        raise Conflict(
            "Purchase order {purchase_order} is {transfer:words} already.",
            purchase_order=number,
            transfer=found[0]["transfer"],
        )
    if len(waiting) > 1:
        raise Conflict(
            "Several buyers have a purchase order {purchase_order}: name your own document instead.",
            purchase_order=number,
        )
    return waiting[0]


def document_of(session: Session, order: DocumentRow) -> DocumentRow:
    """The vendor's document of a transferred order; it always exists."""
    found = procurement.vendor_document(session, order["id"])
    if found is None:
        raise Conflict(
            "Nothing of purchase order {purchase_order} waits at its vendor any more.", purchase_order=order["number"]
        )
    return found


def products_at(
    session: Session, vendor: CompanySnapshot, buyer: CompanySnapshot, lines: list[LineRow]
) -> dict[int, int]:
    """The vendor's product of each line, by a mapping or an identical description; by line id."""
    mapped = procurement.mapped_at_vendor(session, buyer.id, vendor.id)
    named = vendor.products_described(session)
    mine = buyer.products(session)
    found: dict[int, int] = {}
    for line in lines:
        product_id = line["product_id"]
        words = mine[product_id].description if product_id in mine else line["description"]
        theirs = mapped.get(product_id) or named.get(described(words))
        if theirs is not None:
            found[line["id"]] = theirs
    return found


def _own_order(session: Session, company: CompanySnapshot, number: str) -> DocumentRow:
    order = procurement.purchase_order(session, company.id, number)
    if order is None:
        raise NotFound(
            "There is no purchase order {purchase_order} in {company}.",
            purchase_order=number,
            company=company.code,
            kind="purchase_order",
        )
    procurement.hold(session, order["id"])
    return get(session, order["id"])


def _require_sendable(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, order: DocumentRow) -> None:
    number = order["number"]
    if order["transfer"] != NOT_TRANSFERRED:
        raise Conflict(
            "Purchase order {purchase_order} is {transfer:words} already.",
            purchase_order=number,
            transfer=order["transfer"],
        )
    if order["status"] == CANCELLED:
        raise Conflict("Purchase order {purchase_order} is cancelled.", purchase_order=number)
    connection = connection_between(session, vendor.company, buyer.company)
    if connection is None or not connection.active:
        raise Conflict("{buyer} has no active connection with {vendor}.", buyer=buyer.code, vendor=vendor.code)
    require_in_time(session, procurement.lines_of(session, order["id"]), _named(number))
    if not procurement.waiting_lines(session, order["id"]):
        raise Conflict(
            "{vendor} has every line of {purchase_order} already: its boxes are reserved.",
            vendor=vendor.code,
            purchase_order=number,
        )


def _emit(
    context: ServiceContext,
    session: Session,
    vendor: CompanySnapshot,
    order: DocumentRow,
    what: str,
    more: dict[str, Any],
) -> None:
    buyer = context.snapshots.by_id(session, [order["buyer_id"]])[order["buyer_id"]]
    emit_of_purchase(session, f"purchase_order.{what}", order, {"vendor": vendor.code, "buyer": buyer.code, **more})
    audit(session, context.actor, vendor.id, what, order["number"], Change(order["transfer"], what))


def _moved(session: Session, order: DocumentRow, done: bool) -> None:
    """The `Conflict` for a transfer in another state, with its present state."""
    if not done:
        now = get(session, order["id"])["transfer"]
        raise Conflict(
            "Purchase order {purchase_order} is {transfer:words} already.", purchase_order=order["number"], transfer=now
        )


def _done(
    context: ServiceContext,
    company: str,
    operation: str,
    key: str | None,
    request: Mapping[str, object],
    work: Callable[[Session, CompanySnapshot], T],
) -> T:
    command = IdempotentCommand(context, company, operation, key, request)
    return command.transact(lambda session: work(session, context.snapshots.get(session, company)))
