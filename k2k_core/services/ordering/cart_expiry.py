"""When a cart ends; and the sweep that returns the boxes of expired carts.

Whether a cart has expired is decided by every state change itself, with the condition `expires_at > now`; the sweep
only returns the boxes (domain section 5).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from k2k_core.domain.dates import next_cut_off
from k2k_core.domain.orders import IN_CART
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.context import ServiceContext
from k2k_core.services.dates.planners import vendor_cut_offs
from k2k_core.services.journal import emit_with_lines
from k2k_core.services.ordering.due_work import DueWork, do_each
from k2k_core.services.ordering.order_lines import release
from k2k_core.services.ordering.order_planning import PlannedLine
from k2k_core.store.database.session import Session
from k2k_core.store.events.journal import EventLines, Subject
from k2k_core.store.orders import carts, order_writes
from k2k_core.store.orders.carts import CartRow


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
    about = Subject("cart", cart_id, number)
    for owner in dict.fromkeys([company_id, *(one.vendor_id for one in released if one.vendor_id is not None)]):
        mine = [one.line_id for one in released if owner in (company_id, one.vendor_id)]
        lines = EventLines(tuple(mine), of_vendor=owner != company_id)
        emit_with_lines(session, "cart.expired", {"cart": number}, owner, about, lines)
    return True
