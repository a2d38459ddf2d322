"""Use cases: check-out and cancelling of what a customer has in its cart (domain section 5, `checkout` and
`cancel`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from k2k_core.domain import parsing
from k2k_core.domain.answers.documents import Document
from k2k_core.domain.orders import (
    CANCELLED,
    CHECKED_OUT,
    DROPPED,
    IN_CART,
    INVOICE_ORDER,
    NEEDED,
    PENDING_APPROVAL,
    PREBOOK,
    PURCHASE_ORDER,
)
from k2k_core.domain.roles import ORDERS, PREBOOKS, PURCHASING
from k2k_core.errors import Conflict, Invalid, InvalidQuantity, K2KError, NotFound
from k2k_core.messages import Message
from k2k_core.services import customer_access
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.documents import charge_terms, document_view
from k2k_core.services.documents.watches import tell_watchers
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.ordering.cart_planning import expired
from k2k_core.services.ordering.order_ends import approved_ends, ended, set_ends_of_own_stock
from k2k_core.services.ordering.order_lines import release
from k2k_core.services.ordering.order_notifications import OrderNotice, notify_order
from k2k_core.services.ordering.ship_day_checks import refusal_now
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.fields import Json
from k2k_core.store.orders import carts, order_writes
from k2k_core.store.orders.document_versions import versions_of
from k2k_core.store.orders.documents import LINE_COLUMN, find_own, get, lines_by, lines_of, remember_lot_codes
from k2k_core.store.orders.line_splits import split_off
from k2k_core.store.orders.order_ends import has_ended_alone
from k2k_core.store.orders.order_writes import EndedLine, LineInCart, LineToCheckOut
from k2k_core.store.orders.rows import DocumentRow

L = TypeVar("L", bound=LineInCart)

LIVE = (IN_CART, CHECKED_OUT, NEEDED)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is checked out or cancelled: exactly one of these. `boxes` are how many of a line, None for all."""

    cart: str | None = None
    line: str | None = None
    purchase_order: str | None = None
    prebook: str | None = None
    boxes: int | None = None

    def as_request(self) -> dict[str, str | int | None]:
        """The request as JSON, for the idempotency record."""
        orders = {"purchase_order": self.purchase_order, "prebook": self.prebook}
        named = {name: value for name, value in {**orders, "boxes": self.boxes}.items() if value is not None}
        return {"cart": self.cart, "line": self.line, **named}


def checkout(
    context: ServiceContext, buyer: str, what: Chosen, key: str | None = None, version: int | None = None
) -> Document:
    """Check out a whole cart, or one line of it; returns the prebook (else the invoice order).

    Raises `NotFound`, `CartExpired`, `Conflict` when there is nothing left to check out; the planner's refusal, or
    `NotVisible`, for what can no longer ship on its date.
    """
    context.actor.require(ORDERS, buyer, context.actor.customer)
    asked = parsing.version(version)
    request = {**_request(context, what), **({} if asked is None else {"version": asked})}
    command = IdempotentCommand(context, buyer, "checkout", key, request)
    with context.store.reading() as session:
        session.remember_rows()
        company = context.snapshots.buyer(session, buyer)
        try:
            seen = _chosen_lines(context, session, company, what)
        except K2KError as refusal:
            done_before: Document = command.answer_instead(session, refusal)
            return document_view.for_reader(context, buyer, done_before)
        remember_lot_codes(session, _lot_codes(seen))
        read = order_writes.documents_by_id(session, _documents_of(seen, *LINE_COLUMN.values()))
        refused = refusal_now(context, session, company, [one for one in seen if one["state"] == IN_CART], read=read)
        companies = session.companies

    def work(session: Session) -> Document:
        session.remember_sequences()  # those that are read with the lines, once these are held
        lines = _held(session, lambda: _chosen_lines(context, session, company, what), seen)
        remember_lot_codes(session, _lot_codes(lines))
        _require_version(session, lines, asked)
        documents = _documents_now(session, lines, read)
        done = _check_out(context, session, company, lines, documents)
        if refused is not None:
            raise refused
        _close_cart(session, done[0]["cart_id"])
        documents |= _agree(context, session, done, documents)
        notify_order(context, session, company, done, OrderNotice("order.checked_out"), documents)
        if any(one["watched"] for one in done):
            tell_watchers(session, _documents_of(done, *LINE_COLUMN.values()))
        shown = documents[_documents_of(done, "prebook_id", "invoice_order_id")[0]]
        attached = any(one["attached"] for one in done)
        return document_view.answer(context, session, company, shown, attached=attached)

    return document_view.for_reader(context, buyer, command.transact(work, companies))


def _lot_codes(lines: Sequence[LineToCheckOut]) -> dict[int, str]:
    return {line["lot_id"]: line["lot_code"] for line in lines if line["lot_code"] is not None}


def _documents_now(
    session: Session, lines: Sequence[LineToCheckOut], read: Mapping[int, DocumentRow]
) -> dict[int, DocumentRow]:
    """The documents of lines, which are held: those that were `read` before, unless one has changed since."""
    versions: dict[int, int] = {}
    for line in lines:
        held = (
            (line["prebook_id"], line["prebook_version"]),
            (line["purchase_order_id"], line["purchase_order_version"]),
            (line["sales_order_id"], line["sales_order_version"]),
            (line["invoice_order_id"], line["invoice_order_version"]),
        )
        versions.update((document, version) for document, version in held if version is not None)
    if all(one in read and read[one]["version"] == version for one, version in versions.items()):
        return {one: read[one] for one in versions}
    return order_writes.documents_by_id(session, versions)


def _agree(
    context: ServiceContext, session: Session, done: Sequence[LineToCheckOut], documents: Mapping[int, DocumentRow]
) -> dict[int, DocumentRow]:
    """The orders of checked-out lines are agreed, with the terms of their charges: as they are now."""
    agreed = sorted({*_documents_of(done, "prebook_id", "invoice_order_id", "sales_order_id")})
    rows = [documents[one] for one in agreed]
    return order_writes.agree_documents(session, rows, charge_terms.terms_today(context, session, rows))


def _require_version(session: Session, lines: Sequence[LineInCart], asked: int | None) -> None:
    """Raise `VersionMismatch` unless the document that a check-out returns has this version."""
    if asked is not None:
        document = get(session, _documents_of(lines, "prebook_id", "invoice_order_id")[0])
        present = versions_of(session, [document])[document["id"]]
        require_version(f"{document['kind']}s/{document['number']}", present, asked)


def cancel(context: ServiceContext, buyer: str, what: Chosen, key: str | None = None) -> Document:
    """Cancel a cart, a line or some boxes of it, a purchase order or a prebook that the vendor has not confirmed; the
    boxes return at once.
    Procurement staff cancel lines that no customer waits for; a customer cancels its own.

    Raises `NotFound`; `Conflict` when something of it is confirmed, or has ended.
    """
    customer = context.actor.customer
    _require_part_of_a_line(what)
    context.actor.require(PREBOOKS if what.cart is None else ORDERS, buyer, customer)
    with context.store.reading() as session:
        company = context.snapshots.get(session, buyer)

    def work(session: Session) -> Document:
        lines = _held(session, lambda: _lines_of(context, session, company, what))
        for action in sorted({_cancelling(one) for one in lines}):
            context.actor.require(action, buyer, customer)
        lines = _part(session, lines, what.boxes)
        cancelled: list[Json] = [str(one.line_id) for one in _cancel(session, lines)]
        document = get(session, _answered(session, company, what, lines))
        audit(session, context.actor, company.id, "cancel", document["number"], Change(after=cancelled))
        return document_view.answer(context, session, company, document)

    command = IdempotentCommand(context, buyer, "cancel", key, _request(context, what))
    return document_view.for_reader(context, buyer, command.transact(work))


def _request(context: ServiceContext, what: Chosen) -> dict[str, str | int | None]:
    """The request for the idempotency record: another customer's key answers nothing to this one."""
    customer = context.actor.customer
    return {**what.as_request(), **({} if customer is None else {"customer": customer})}


def _cancel(session: Session, lines: Sequence[LineInCart]) -> list[EndedLine]:
    live = [one["id"] for one in lines if one["state"] in LIVE and not has_ended_alone(one, session.now)]
    _require_unexpired(session, lines, live)
    released = release(session, live, LIVE, reason="cancelled by the buyer")
    if not released or len(released) < len(live) or any(one["state"] not in (*LIVE, *_ENDED) for one in lines):
        raise _over(lines)
    for cart_id in sorted({one["cart_id"] for one in lines} - {None}):
        _close_cart(session, cart_id)
    return released


def _require_part_of_a_line(what: Chosen) -> None:
    if what.boxes is not None:
        parsing.box_count(what.boxes)
        if what.line is None:
            raise Invalid("Name the line of which boxes are cancelled.").at("line")


def _part(session: Session, lines: Sequence[LineInCart], boxes: int | None) -> Sequence[LineInCart]:
    """The part of a line that is cancelled, as a line of its own: the rest goes on as it was. The whole line where all
    of its boxes are, or where it has ended, of which the caller says why."""
    if boxes is None or lines[0]["state"] not in LIVE or has_ended_alone(lines[0], session.now):
        return lines
    (line,) = lines_by(session, "id", [lines[0]["id"]])
    if boxes > line["boxes"]:
        raise InvalidQuantity("This line has {has} {has:box|boxes}, not {boxes}.", has=line["boxes"], boxes=boxes)
    return lines if boxes == line["boxes"] else [split_off(session, line, boxes)]


_ENDED = (CANCELLED, DROPPED)


def _cancelling(line: LineInCart) -> str:
    """The action that cancelling a line needs: for what the company ordered for itself, for a prebook, or for a
    cart."""
    if line["customer_id"] is None:
        return PURCHASING
    return PREBOOKS if line["cart_id"] is None else ORDERS


def _require_unexpired(session: Session, lines: Sequence[LineInCart], live: list[int]) -> None:
    """Lines that have ended because their time is over are refused with that reason."""
    if live or not lines:
        return
    number = carts.expired_number(session, lines[0]["cart_id"] or 0)
    if number is not None:
        raise expired(number)
    if any(has_ended_alone(one, session.now) for one in lines):
        raise ended(Message("This order"))


def _answered(session: Session, company: CompanySnapshot, what: Chosen, lines: Sequence[LineInCart]) -> int:
    """The document that is returned after cancelling: the named one, else the buyer's own document of the lines."""
    if what.purchase_order is not None or what.prebook is not None:
        return int(_named(session, company, what)["id"])
    return _documents_of(lines, "prebook_id", "invoice_order_id", "purchase_order_id")[0]


def _named(session: Session, company: CompanySnapshot, what: Chosen) -> DocumentRow:
    if what.purchase_order is not None:
        return find_own(session, company.id, what.purchase_order, PURCHASE_ORDER)
    return find_own(session, company.id, what.prebook or "", PREBOOK, INVOICE_ORDER)


def _held(session: Session, read: Callable[[], Sequence[L]], seen: Sequence[L] | None = None) -> Sequence[L]:
    """The lines that `read` finds once their carts and documents are locked: no confirmation, drop, void, addition or
    expiry can come between. `seen` are those of an earlier snapshot. Repeated until no document is added: a line may
    come onto a document of its vendor, or onto an order, while the others are waited for."""
    lines = read() if seen is None else seen
    carts.hold(session, {one["cart_id"] for one in lines} - {None})
    held: set[int] = set()
    while True:
        wanted = set(_documents_of(lines, *LINE_COLUMN.values())) - held
        again = order_writes.hold_documents(session, wanted)
        if not again and (held or seen is None):
            return lines
        lines, held, seen = read(), held | wanted, None


def _lines_of(
    context: ServiceContext, session: Session, company: CompanySnapshot, what: Chosen
) -> Sequence[LineInCart]:
    """The named lines of this company; raises `NotFound` for another company's as for unknown ones."""
    if what.cart is None and what.line is None and (what.purchase_order is None) != (what.prebook is None):
        document = _named(session, company, what)
        customer_access.require_own_document(context.actor, session, company, document)
        return lines_of(session, document)
    return _chosen_lines(context, session, company, what)


def _chosen_lines(
    context: ServiceContext, session: Session, company: CompanySnapshot, what: Chosen
) -> Sequence[LineToCheckOut]:
    """The same of a cart, or one line; for a customer its own."""
    given = [value for value in (what.cart, what.line, what.purchase_order, what.prebook) if value is not None]
    if len(given) != 1:
        raise Invalid("Name one thing alone: a cart, a line, a purchase order or a prebook.").at("cart")
    found = order_writes.lines_of_buyer(session, company.id, cart=what.cart, line_id=parsing.row_id(what.line))
    if not found or not customer_access.are_own(context.actor, session, company, [one["customer_id"] for one in found]):
        raise _unknown(what, company.code)
    return found


def _unknown(what: Chosen, company: str) -> NotFound:
    if what.cart:
        return NotFound("There is no cart {cart} in {company}.", cart=what.cart, company=company)
    return NotFound("There is no line {line} in {company}.", line=what.line, company=company)


def _check_out(
    context: ServiceContext,
    session: Session,
    company: CompanySnapshot,
    lines: Sequence[LineToCheckOut],
    documents: Mapping[int, DocumentRow],
) -> Sequence[LineToCheckOut]:
    """Move lines from the cart to checked out, where they wait for their vendor; whether they have expired is decided
    in this one conditional UPDATE."""
    waiting = [one["id"] for one in lines if one["state"] == IN_CART]
    if not waiting and (number := carts.expired_number(session, lines[0]["cart_id"] or 0)) is not None:
        raise expired(number)
    if not waiting:
        raise _over(lines)
    orders = {one["purchase_order_id"] for one in lines if one["id"] in waiting} - {None}
    pending = [order for order in sorted(orders) if documents[order]["status"] == PENDING_APPROVAL]
    if pending:
        raise Conflict(
            "Purchase order {purchase_order} waits for its approval: that checks out its lines.",
            purchase_order=documents[pending[0]]["number"],
        )
    moving = [one for one in lines if one["id"] in waiting]
    done = order_writes.check_out_lines(session, approved_ends(context, session, company, moving, documents))
    if len(done) != len(waiting) and lines[0]["cart_id"] is None:
        raise ended(Message("This order"))
    if len(done) != len(waiting):
        raise expired(carts.cart_number(session, lines[0]["cart_id"]))
    set_ends_of_own_stock(session, company, moving, documents)
    return moving


def _close_cart(session: Session, cart_id: int | None) -> None:
    """Close a cart with nothing left to check out; it is cancelled if nothing of it was sold."""
    if cart_id is not None:
        carts.close_cart(session, cart_id)


def _documents_of(lines: Iterable[Mapping[str, Any]], *columns: str) -> list[int]:
    """Ids of the documents of some lines, those of the first column first."""
    rows = list(lines)
    return [row[column] for column in columns for row in rows if row[column] is not None]


def _over(lines: Sequence[LineInCart]) -> Conflict:
    states = [str(one["state"]) for one in lines]
    return Conflict("This is {state:words} already.", state=sorted(set(states)), states=states)
