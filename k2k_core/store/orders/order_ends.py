"""Order lines that wait for an approval or for their vendor, and when they end (domain section 5).

Whether a line has ended is decided by the command that uses it, in its conditional UPDATE; here the sweep finds lines
to end, and returns their boxes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from peewee import fn

from k2k_core.domain.order_ends import DueItem, OrderEnd
from k2k_core.domain.orders import (
    APPROVED,
    BILLED,
    CHECKED_OUT,
    IN_CART,
    INVOICE_ORDER,
    NEEDED,
    PENDING_APPROVAL,
    RECEIVED,
    STAGED,
)
from k2k_core.store.database.queries import unindexed
from k2k_core.store.database.session import Session
from k2k_core.store.orders.order_writes import check_out_drafts
from k2k_core.store.orders.rows import DocumentRow, LineRow
from k2k_core.store.tables import Company, Document, OrderLine

Line = Mapping[str, Any]
"""Those columns of a line that a question is about."""
ENDING_STATES = (IN_CART, CHECKED_OUT, NEEDED)
"""Lines in these states end when their time is over. Those in a cart end with the cart."""

_GONE_ON = (CHECKED_OUT, STAGED, RECEIVED, BILLED)
_LINE: Any = OrderLine
_OF_CART = (_LINE.state == IN_CART) & _LINE.cart_id.is_null(False)
_ENDS_ALONE = _LINE.state.in_(ENDING_STATES) & ~_OF_CART
UNAPPROVED = ((_LINE.state == IN_CART) & _LINE.cart_id.is_null()) | (
    (_LINE.state == NEEDED) & _LINE.purchase_order_id.is_null(False) & _LINE.overdue_at.is_null()
)


Place = tuple[dt.datetime, int]
"""The place of a line among those that are due: its moment and its id."""


class Anchor(NamedTuple):
    """What lines that end have in common: their purchase order, or else the buyer's own document."""

    purchase_order_id: int | None
    prebook_id: int | None
    invoice_order_id: int | None


def has_ended(line: Line, now: dt.datetime) -> bool:
    """Whether the time of a waiting line is over, swept or not."""
    return line["state"] in ENDING_STATES and line["expires_at"] is not None and line["expires_at"] <= now


def has_ended_alone(line: Line, now: dt.datetime) -> bool:
    """The same for a line that ends by itself; one in a cart ends with the cart."""
    in_cart = line["state"] == IN_CART and line["cart_id"] is not None
    return not in_cart and has_ended(line, now)


def is_overdue(line: Line, now: dt.datetime) -> bool:
    """Whether the vendor should have confirmed a line by now, and still can."""
    late: bool = line["state"] in (CHECKED_OUT, NEEDED) and line["overdue_at"] is not None and line["overdue_at"] <= now
    return late and not has_ended(line, now)


def is_unapproved(line: Line) -> bool:
    """Whether a line waits for the approval of its order."""
    if line["state"] == NEEDED:
        return line["purchase_order_id"] is not None and line["overdue_at"] is None
    return line["state"] == IN_CART and line["cart_id"] is None


def set_end(session: Session, line_ids: Collection[int], end: OrderEnd) -> None:
    """Change the moments at which lines end."""
    if line_ids:
        session.change(OrderLine.update(**end._asdict()).where(OrderLine.id.in_(list(line_ids))))


def approve_lines(session: Session, line_ids: Collection[int]) -> list[LineRow]:
    """Check out lines that wait for their approval and whose time is not over, in one conditional UPDATE; returns those
    with boxes that this unit of work has moved, and moves their prebooks from draft. Lines without boxes are only
    marked as approved."""
    session.lock(OrderLine, line_ids)
    in_time = _LINE.expires_at.is_null() | (_LINE.expires_at > session.now)
    mine = _LINE.id.in_(list(line_ids)) & in_time & (unindexed(_LINE.state) == IN_CART)
    moved = [row[0] for row in session.changed(OrderLine.update(state=CHECKED_OUT).where(mine).returning(_LINE.id))]
    found = session.dicts(OrderLine.select().where(_LINE.id.in_(moved)).order_by(_LINE.id))
    drafts = {line[name] for line in found for name in ("prebook_id", "invoice_order_id")} - {None}
    check_out_drafts(session, drafts)
    return found


def approve_orders(session: Session, order_ids: Collection[int]) -> list[tuple[int, str]]:
    """Approve purchase orders of which some lines were approved and none waits any more; returns ids and numbers of the
    others."""
    still = UNAPPROVED & (_LINE.expires_at.is_null() | (_LINE.expires_at > session.now))
    waiting = OrderLine.select(_LINE.purchase_order_id).where(_LINE.purchase_order_id.in_(list(order_ids)) & still)
    approved = _LINE.state.in_(_GONE_ON) | ((_LINE.state == NEEDED) & _LINE.overdue_at.is_null(False))
    some = OrderLine.select(_LINE.purchase_order_id).where(_LINE.purchase_order_id.in_(list(order_ids)) & approved)
    whole = Document.id.in_(list(order_ids)) & (Document.status == PENDING_APPROVAL)
    whole &= Document.id.not_in(waiting) & Document.id.in_(some)
    update = Document.update(status=APPROVED).where(whole).returning(Document.id, Document.number)
    return [(row[0], row[1]) for row in sorted(session.changed(update))]


def due(session: Session, at_most: int, behind: Place | None = None) -> list[tuple[Place, Anchor]]:
    """Orders with lines whose time is over, oldest first, each after its place among them; one page."""
    return _anchors(session, _LINE.expires_at, _ENDS_ALONE & (_LINE.expires_at <= session.now), at_most, behind)


def due_lines(session: Session, anchor: Anchor) -> list[LineRow]:
    """The lines of an order whose time is over."""
    mine = _on(anchor) & _ENDS_ALONE & (_LINE.expires_at <= session.now)
    return session.dicts(OrderLine.select().where(mine).order_by(_LINE.id))


def with_notice(session: Session, at_most: int, behind: Place | None = None) -> list[tuple[Place, Anchor]]:
    """Orders of which both companies must be notified that a line ends soon, or is overdue."""
    return _anchors(session, _LINE.notice_at, _noticed(session), at_most, behind)


def lines_with_notice(session: Session, anchor: Anchor) -> list[LineRow]:
    """The lines of an order of which both companies must be notified."""
    return session.dicts(OrderLine.select().where(_on(anchor) & _noticed(session)).order_by(_LINE.id))


def next_moment(session: Session) -> dt.datetime | None:
    """The next moment at which a line ends, or both companies must be notified of one, or an order of own stock
    ends."""
    now = session.now
    queries = (
        OrderLine.select(fn.MIN(_LINE.expires_at)).where(_ENDS_ALONE & (_LINE.expires_at > now)),
        OrderLine.select(fn.MIN(_LINE.notice_at)).where(_ENDS_ALONE & (_LINE.notice_at > now)),
        Document.select(fn.MIN(Document.ends_at)).where(_of_own_stock(session) & (Document.ends_at > now)),
    )
    found = [session.value(query) for query in queries]
    moments = [OrderLine.expires_at.python_value(value) if isinstance(value, int) else value for value in found]
    return min((moment for moment in moments if moment is not None), default=None)


def orders_to_deliver(session: Session, at_most: int, behind: int | None = None) -> list[tuple[int, int]]:
    """Invoice orders of own stock whose ship date is over, without those with an open cart, by id; each after its place
    among them."""
    over = _of_own_stock(session) & (Document.ends_at <= session.now) & (Document.id > (behind or 0))
    return [
        (row[0], row[0])
        for row in session.rows(Document.select(Document.id).where(over).order_by(Document.id).limit(at_most))
    ]


def due_item(session: Session, order_id: int) -> DueItem:
    """An order by its company and its number."""
    columns = (Company.id, Company.code, Document.number)
    query = Company.select(*columns).join(Document, on=Document.company_id == Company.id)
    return DueItem(*session.rows(query.where(Document.id == order_id))[0])


def due_item_of_anchor(session: Session, anchor: Anchor) -> DueItem:
    """The same for the order of lines that end."""
    return due_item(session, next(one for one in anchor if one is not None))


def overdue_of(session: Session, company_id: int) -> list[DocumentRow]:
    """A company's documents that should have left and that their vendor has not confirmed, oldest first."""
    late = _LINE.state.in_((CHECKED_OUT, NEEDED)) & (_LINE.expires_at > session.now)
    late &= (_LINE.overdue_at <= session.now) & ((_LINE.buyer_id == company_id) | (_LINE.vendor_id == company_id))
    columns = (_LINE.prebook_id, _LINE.purchase_order_id, _LINE.sales_order_id)
    ids = {one for row in session.rows(OrderLine.select(*columns).where(late)) for one in row} - {None}
    mine = (Document.company_id == company_id) & Document.id.in_(sorted(ids))
    return session.dicts(Document.select().where(mine).order_by(Document.id))


def _of_own_stock(session: Session) -> Any:
    """Orders that can be delivered: something of them is checked out, nothing waits in a cart."""
    in_cart = (_LINE.state == IN_CART) & _LINE.invoice_order_id.is_null(False) & (_LINE.expires_at > session.now)
    waiting = OrderLine.select(_LINE.invoice_order_id).where(in_cart)
    ready = (Document.kind == INVOICE_ORDER) & (Document.status == CHECKED_OUT) & Document.ends_at.is_null(False)
    return ready & Document.id.not_in(waiting)


def _noticed(session: Session) -> Any:
    return _ENDS_ALONE & (_LINE.notice_at <= session.now) & (_LINE.expires_at > session.now)


def _anchors(
    session: Session, moment: Any, wanted: Any, at_most: int, behind: Place | None
) -> list[tuple[Place, Anchor]]:
    if behind is not None:
        wanted &= (moment > behind[0]) | ((moment == behind[0]) & (_LINE.id > behind[1]))
    columns = (_LINE.purchase_order_id, _LINE.prebook_id, _LINE.invoice_order_id)
    query = OrderLine.select(moment, _LINE.id, *columns).where(wanted).order_by(moment, _LINE.id).limit(at_most)
    return [((at, line), _anchor(*ids)) for at, line, *ids in session.rows(query)]


def _anchor(purchase_order: int | None, prebook: int | None, invoice_order: int | None) -> Anchor:
    return Anchor(None, prebook, invoice_order) if purchase_order is None else Anchor(purchase_order, None, None)


def _on(anchor: Anchor) -> Any:
    if anchor.purchase_order_id is not None:
        return _LINE.purchase_order_id == anchor.purchase_order_id
    own = _LINE.prebook_id == anchor.prebook_id
    if anchor.invoice_order_id is not None:
        own = _LINE.invoice_order_id == anchor.invoice_order_id
    return own & _LINE.purchase_order_id.is_null()
