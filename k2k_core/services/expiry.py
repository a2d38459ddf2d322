"""Carts that ran out of time: tidied up here, decided elsewhere.

Whether a cart has expired is decided by every state change itself, which asks for `expires_at > now`; the sweep only
gives the boxes back (domain section 5).
"""

from __future__ import annotations

from functools import partial

from k2k_core.domain.orders import CART_EXPIRED, CART_OPEN, IN_CART
from k2k_core.services.journal import emit
from k2k_core.services.office import Office
from k2k_core.services.releasing import in_cart_of, release
from k2k_core.store.fields import Json
from k2k_core.store.tables import Cart, OrderLine
from k2k_core.store.work import Session

AT_ONCE = 200
"""Carts in one round of a sweep."""


def expire_due(office: Office) -> int:
    """Give back the boxes of every cart whose time is over; how many carts that were."""
    swept = 0
    while True:
        with office.store.reading() as session:
            due = (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now)
            query = Cart.select(Cart.id).where(due).order_by(Cart.id).limit(AT_ONCE)
            carts = [cart_id for (cart_id,) in session.rows(query)]
        swept += sum(office.store.transact(partial(_expire, cart_id=cart_id)) for cart_id in carts)
        if len(carts) < AT_ONCE:
            return swept


def _expire(session: Session, cart_id: int) -> int:
    due = (Cart.id == cart_id) & (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now)
    if session.change(Cart.update(state=CART_EXPIRED).where(due)) != 1:
        return 0
    lines = [line for (line,) in session.rows(OrderLine.select(OrderLine.id).where(in_cart_of(cart_id)))]
    released = release(session, lines, (IN_CART,), reason="the cart expired")
    company_id, number = session.first(Cart.select(Cart.company_id, Cart.number).where(Cart.id == cart_id)) or (0, "")
    data: dict[str, Json] = {"cart": number, "lines": [str(one.line_id) for one in released]}
    emit(session, "cart.expired", data, [company_id, *{one.vendor_id for one in released}])
    return 1
