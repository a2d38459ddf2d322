"""Releases the boxes of expired carts.

Whether a cart has expired is decided by every state change itself, which asks for `expires_at > now`; the sweep only
gives the boxes back (domain section 5).
"""

from __future__ import annotations

from functools import partial

from k2k_core.domain.orders import IN_CART
from k2k_core.services.context import ServiceContext
from k2k_core.services.journal import emit
from k2k_core.services.ordering.order_lines import release
from k2k_core.store.database.session import Session
from k2k_core.store.orders import carts, order_writes

AT_ONCE = 200
"""Carts in one round of a sweep."""


def expire_due(context: ServiceContext) -> int:
    """Give back the boxes of every cart whose time is over; how many carts that were."""
    swept = 0
    while True:
        with context.store.reading() as session:
            due = carts.carts_due(session, AT_ONCE)
        swept += sum(context.store.transact(partial(_expire, cart_id=cart_id)) for cart_id in due)
        if len(due) < AT_ONCE:
            return swept


def _expire(session: Session, cart_id: int) -> int:
    expired = carts.expire_cart(session, cart_id)
    if expired is None:
        return 0
    company_id, number = expired
    released = release(session, order_writes.lines_in_cart(session, cart_id), (IN_CART,), reason="the cart expired")
    data = {"cart": number, "lines": [str(one.line_id) for one in released]}
    emit(session, "cart.expired", data, [company_id, *{one.vendor_id for one in released}])
    return 1
