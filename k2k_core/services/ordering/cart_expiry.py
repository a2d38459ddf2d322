"""When a cart ends; and the sweep that returns the boxes of expired carts.

Whether a cart has expired is decided by every state change itself, with the condition `expires_at > now`; the sweep
only returns the boxes (domain section 5).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from k2k_core.domain.dates import next_cut_off
from k2k_core.domain.orders import IN_CART
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import vendor_cut_offs
from k2k_core.services.journal import emit_with_lines, of_document
from k2k_core.services.ordering.due_work import DueWork, do_each
from k2k_core.services.ordering.order_lines import release
from k2k_core.services.ordering.order_planning import PlannedLine
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import EventLines, Subject
from k2k_core.store.orders import carts, documents, order_writes
from k2k_core.store.orders.carts import CartRow
from k2k_core.store.orders.order_writes import EndedLine


def cart_end(
    session: Session, assortment: Assortment, lines: Sequence[PlannedLine], cart: CartRow | None
) -> dt.datetime:
    """`cart_minutes` after the first line, or earlier at the cut-off of one of the vendors."""
    minutes = assortment.buyer.company.settings.cart_minutes
    limits = [cart.expires_at if cart else session.now + dt.timedelta(minutes=minutes)]
    for code in sorted({one.vendor.code for one in lines if one.vendor is not None}):
        partner = assortment.partners[code]
        cut_off = next_cut_off(
            vendor_cut_offs(session, partner.vendor, partner.buyer), partner.vendor.company.timezone, session.now
        )
        if cut_off is not None:
            limits.append(cut_off)
    return min(limits)


def expire_due(context: ServiceContext) -> int:
    """Return the boxes of every cart whose time is over; returns how many carts that were."""
    return do_each(context, DueWork("cart", carts.carts_due, _expire, carts.due_item))


def _expire(session: Session, cart_id: int) -> bool:
    expired = carts.expire_cart(session, cart_id)
    if expired is None:
        return False
    company_id, number = expired
    released = release(session, order_writes.lines_in_cart(session, cart_id), (IN_CART,), reason="the cart expired")
    lines = EventLines(tuple(one.line_id for one in released))
    emit_with_lines(session, "cart.expired", {"cart": number}, company_id, Subject("cart", cart_id, number), lines)
    _tell_vendors(session, released)
    return True


def _tell_vendors(session: Session, released: Sequence[EndedLine]) -> None:
    """A vendor knows no cart of its buyer: it reads which lines of each of its orders are gone."""
    by_order: dict[int, list[int]] = defaultdict(list)
    for one in released:
        if one.vendor_id is not None and one.sales_order_id is not None:
            by_order[one.sales_order_id].append(one.line_id)
    for order_id, lines in by_order.items():
        order = documents.get(session, order_id)
        carried = EventLines(tuple(lines), of_vendor=True)
        emit_with_lines(session, "cart.expired", {"cart": None}, order["company_id"], of_document(order), carried)
