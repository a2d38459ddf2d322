"""The carts of a company. Whether one is still open is decided by a conditional UPDATE, never by looking first."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from k2k_core.domain.orders import CART_EXPIRED, CART_OPEN
from k2k_core.store.counters import next_value
from k2k_core.store.tables import Cart, OrderLine
from k2k_core.store.work import Session


class CartRow(NamedTuple):
    """A cart as it stands in this snapshot."""

    id: int
    number: str
    state: str
    ship_date: dt.date
    ship_via: str
    location: str | None
    opened_at: dt.datetime
    expires_at: dt.datetime


def find_cart(session: Session, company_id: int, number: str, customer_id: int | None = None) -> CartRow | None:
    """A cart by number, of one customer where one is given."""
    mine = (Cart.company_id == company_id) & (Cart.number == number)
    if customer_id is not None:
        mine &= Cart.customer_id == customer_id
    columns = (
        Cart.id,
        Cart.number,
        Cart.state,
        Cart.ship_date,
        Cart.ship_via,
        Cart.location,
        Cart.opened_at,
        Cart.expires_at,
    )
    row = session.first(Cart.select(*columns).where(mine))
    return None if row is None else CartRow._make(row)


def new_cart(
    session: Session,
    company_id: int,
    customer_id: int,
    *,
    ship_date: dt.date,
    ship_via: str,
    location: str | None,
    carrier: str,
    expires_at: dt.datetime,
) -> tuple[int, str]:
    """Open a cart; its id and number."""
    number = f"C-{1000 + next_value(session, company_id, 'cart')}"
    cart_id = session.insert(
        Cart,
        company_id=company_id,
        number=number,
        customer_id=customer_id,
        ship_date=ship_date,
        ship_via=ship_via,
        location=location,
        carrier=carrier,
        opened_at=session.now,
        expires_at=expires_at,
    )
    return cart_id, number


def hold_cart(session: Session, cart_id: int, expires_at: dt.datetime) -> bool:
    """Hold a cart that is open and in time, and set when it ends, for its lines too; false when it is not."""
    still_open = (Cart.id == cart_id) & (Cart.state == CART_OPEN) & (Cart.expires_at > session.now)
    before = session.value(Cart.select(Cart.expires_at).where(Cart.id == cart_id))
    if session.change(Cart.update(expires_at=expires_at).where(still_open)) != 1:
        return False
    if before != expires_at:
        session.change(OrderLine.update(expires_at=expires_at).where(OrderLine.cart_id == cart_id))
    return True


def close_cart(session: Session, cart_id: int, state: str) -> None:
    """Give an open cart its final state."""
    session.change(Cart.update(state=state).where((Cart.id == cart_id) & (Cart.state == CART_OPEN)))


def expired_number(session: Session, cart_id: int) -> str | None:
    """The number of a cart, if it has expired and was tidied up."""
    gone = (Cart.id == cart_id) & (Cart.state == CART_EXPIRED)
    number: str | None = session.value(Cart.select(Cart.number).where(gone))
    return number


def cart_number(session: Session, cart_id: int) -> str:
    """The number of a cart."""
    return str(session.value(Cart.select(Cart.number).where(Cart.id == cart_id)))


def carts_due(session: Session, at_most: int) -> list[int]:
    """Open carts whose time is over, by id."""
    due = (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now)
    return [row[0] for row in session.rows(Cart.select(Cart.id).where(due).order_by(Cart.id).limit(at_most))]


def expire_cart(session: Session, cart_id: int) -> tuple[int, str] | None:
    """Mark one of them expired, unless somebody was first; the company's id and the cart's number."""
    due = (Cart.id == cart_id) & (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now)
    update = Cart.update(state=CART_EXPIRED).where(due).returning(Cart.company_id, Cart.number)
    changed = session.changed(update)
    return (changed[0][0], changed[0][1]) if changed else None
