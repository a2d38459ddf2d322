"""Use cases: a customer checks out, or cancels, what is in its cart (domain section 5, `checkout` and `cancel`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from k2k_core.domain import wire
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import CANCELLED, CHECKED_OUT, DROPPED, IN_CART, NEEDED
from k2k_core.domain.parties import Customer
from k2k_core.domain.roles import ORDERS, PREBOOKS, PURCHASING
from k2k_core.errors import Conflict, Invalid, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, document_view
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import emit, notify
from k2k_core.services.ordering.carts import expired
from k2k_core.services.ordering.order_lines import release
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts, order_writes
from k2k_core.store.orders.documents import get
from k2k_core.store.orders.order_writes import LineInCart

LIVE = (IN_CART, CHECKED_OUT, NEEDED)


def checkout(
    context: ServiceContext, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None
) -> Document:
    """Check out a whole cart, or one line of it; answers the prebook (else the invoice order).

    Raises `NotFound`, `CartExpired`, `Conflict` when there is nothing left to check out.
    """
    context.actor.require(ORDERS, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)
        customers = company.customers_by_id(session)

    def work(session: Session) -> Document:
        lines = _held(session, company, cart, line)
        done = _check_out(session, lines)
        _close_cart(session, done[0]["cart_id"])
        ids = _documents_of(done, "prebook_id", "invoice_order_id")
        order_writes.check_out_drafts(session, ids)
        charge_terms.freeze(context, session, {*ids, *_documents_of(done, "sales_order_id")})
        _tell(context, session, company, customers[done[0]["customer_id"]], done)
        return _shown(context, session, company, ids[0])

    command = IdempotentCommand(context, buyer, "checkout", key, {"cart": cart, "line": line})
    return document_view.for_reader(context, buyer, command.transact(work))


def cancel(
    context: ServiceContext, buyer: str, cart: str | None = None, line: str | None = None, key: str | None = None
) -> Document:
    """Cancel a cart or a line while the vendor has not confirmed it; the boxes return at once. Whoever buys for the
    company cancels lines of its purchase orders that no customer waits for.

    Raises `NotFound`; `Conflict` when something of it is confirmed, or has ended, already.
    """
    context.actor.require(PREBOOKS if cart is None else ORDERS, buyer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)

    def work(session: Session) -> Document:
        lines = _held(session, company, cart, line)
        for action in sorted({_cancelling(one) for one in lines}):
            context.actor.require(action, buyer)
        live = [one["id"] for one in lines if one["state"] in LIVE]
        _require_unexpired(session, lines, live)
        released = release(session, live, LIVE, reason="cancelled by the buyer")
        if not released or len(released) < len(live) or any(one["state"] not in (*LIVE, *_ENDED) for one in lines):
            raise Conflict(_states(lines), states=[str(one["state"]) for one in lines])
        _close_cart(session, lines[0]["cart_id"])
        ids = _documents_of(lines, "prebook_id", "invoice_order_id", "purchase_order_id")
        return _shown(context, session, company, ids[0])

    command = IdempotentCommand(context, buyer, "cancel", key, {"cart": cart, "line": line})
    return document_view.for_reader(context, buyer, command.transact(work))


_ENDED = (CANCELLED, DROPPED)


def _cancelling(line: LineInCart) -> str:
    """Which action it is to cancel a line: of what the company ordered for itself, of a prebook, or of a cart."""
    if line["customer_id"] is None:
        return PURCHASING
    return PREBOOKS if line["cart_id"] is None else ORDERS


def _require_unexpired(session: Session, lines: list[LineInCart], live: list[int]) -> None:
    """What has ended because its cart ran out of time is refused with that reason."""
    number = None if live else carts.expired_number(session, lines[0]["cart_id"] or 0)
    if number is not None:
        raise expired(number)


def _shown(context: ServiceContext, session: Session, company: CompanySnapshot, document_id: int) -> Document:
    return document_view.answer(context, session, company, get(session, document_id))


def _held(session: Session, company: CompanySnapshot, cart: str | None, line: str | None) -> list[LineInCart]:
    """The lines of a cart, or one line, as they are once their cart and documents are held: nobody who confirms, drops,
    voids, adds or expires can come between."""
    carts.hold(session, {one["cart_id"] for one in _lines_of(session, company, cart, line)} - {None})
    order_writes.hold_documents_of_lines(session, [one["id"] for one in _lines_of(session, company, cart, line)])
    return _lines_of(session, company, cart, line)


def _lines_of(session: Session, company: CompanySnapshot, cart: str | None, line: str | None) -> list[LineInCart]:
    """The lines of a cart, or one line, of this company; `NotFound` like for an unknown one."""
    if (cart is None) == (line is None):
        raise Invalid("Name either a cart or a line, not both.")
    found = order_writes.lines_of_buyer(session, company.id, cart=cart, line_id=wire.line_id(line))
    if not found:
        raise NotFound(f"There is no {'cart' if cart else 'line'} {cart or line} in {company.code}.")
    return found


def _check_out(session: Session, lines: list[LineInCart]) -> list[LineInCart]:
    """Move lines from the cart to checked out; whether they have expired is decided in this one conditional UPDATE."""
    waiting = [one["id"] for one in lines if one["state"] == IN_CART]
    if not waiting and (number := carts.expired_number(session, lines[0]["cart_id"] or 0)) is not None:
        raise expired(number)
    if not waiting:
        raise Conflict(_states(lines), states=[str(one["state"]) for one in lines])
    orders_waiting = {one["purchase_order_id"] for one in lines if one["id"] in waiting} - {None}
    if (number := order_writes.pending_approval(session, orders_waiting)) is not None:
        raise Conflict(f"Purchase order {number} waits for its approval: that checks out its lines.")
    done = order_writes.check_out_lines(session, waiting)
    if len(done) != len(waiting):
        raise expired(carts.cart_number(session, lines[0]["cart_id"]))
    return [one for one in lines if one["id"] in done]


def _close_cart(session: Session, cart_id: int | None) -> None:
    """A cart with nothing left to check out is closed: cancelled when nothing of it was sold."""
    if cart_id is not None and not order_writes.lines_in_cart(session, cart_id):
        carts.close_cart(session, cart_id)


def _documents_of(lines: Iterable[Mapping[str, Any]], *columns: str) -> list[int]:
    """Ids of the documents of some lines, those of the first column first."""
    rows = list(lines)
    return [row[column] for column in columns for row in rows if row[column] is not None]


def _states(lines: list[LineInCart]) -> str:
    states = ", ".join(sorted({str(one["state"]) for one in lines}))
    return f"This is {states} already."


def _tell(
    context: ServiceContext, session: Session, company: CompanySnapshot, customer: Customer, lines: list[LineInCart]
) -> None:
    """The buyer's salesperson and its addresses, and each vendor's salesperson for this buyer (domain section 5)."""
    event = "order.checked_out"
    by_order: dict[int | None, list[LineInCart]] = {}
    for one in lines:
        by_order.setdefault(one["sales_order_id"], []).append(one)
    ids = {one[name] for one in lines for name in ("prebook_id", "invoice_order_id", "sales_order_id") if one[name]}
    papers = order_writes.documents_by_id(session, ids)
    own = next(papers[i] for i in _documents_of(lines, "prebook_id", "invoice_order_id"))
    settings = company.company.settings
    words = {"number": own["number"], "customer": customer.name, "lines": len(lines)}
    words |= {"ship_date": own["ship_date"], "ship_via": Text(f"ship_via.{own['ship_via']}")}
    told = [customer.salesperson_email, *settings.k2k_checkout_notification_to]
    notify(session, company.id, told, event, words, company.company.locale)
    data = {"document": own["number"], "lines": [str(one["id"]) for one in lines]}
    emit(session, event, data, [company.id])
    for order_id, members in by_order.items():
        if order_id is None:
            continue
        order = papers[order_id]
        vendor = context.snapshots.by_id(session, [order["company_id"]])[order["company_id"]]
        record = vendor.customer_for(session, company.code)
        words |= {"number": order["number"], "customer": company.company.name, "lines": len(members)}
        told = [record.salesperson_email] if record else []
        notify(session, vendor.id, told, event, words, vendor.company.locale)
        data = {"document": order["number"], "lines": [str(one["id"]) for one in members]}
        emit(session, event, data, [vendor.id])
