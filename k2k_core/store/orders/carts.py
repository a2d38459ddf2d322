"""The carts of a company. Whether one is still open is decided by a conditional UPDATE, never by reading first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from peewee import ModelSelect

from k2k_core.domain.hidden_vendor_numbers import merge_numbers
from k2k_core.domain.order_ends import DueItem
from k2k_core.domain.orders import CANCELLED, CART_EXPIRED, CART_OPEN, CHECKED_OUT, IN_CART, OPEN_LINE_STATES
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Cart, Company, OrderLine


class CartRow(NamedTuple):
    """A cart in this snapshot."""

    id: int
    number: str
    state: str
    ship_date: dt.date
    ship_via: str
    location: str | None
    carrier: str
    opened_at: dt.datetime
    expires_at: dt.datetime


class NewCart(NamedTuple):
    """A cart to be opened: its header, fixed by its first line, and the moment when it expires."""

    customer_id: int
    ship_date: dt.date
    ship_via: str
    location: str | None
    carrier: str
    expires_at: dt.datetime


def find_cart(session: Session, company_id: int, number: str, customer_id: int | None = None) -> CartRow | None:
    """A cart by number, of one customer if given."""
    whose = () if customer_id is None else ([customer_id],)
    rows = _BY_NUMBER.rows(session, [company_id], [number], *whose)
    return CartRow._make(rows[0]) if rows else None


def _by_number(company: list[int], numbers: list[int], *customer: list[int]) -> ModelSelect[Any]:
    columns = [getattr(Cart, name) for name in CartRow._fields]
    mine = Cart.company_id.in_(company) & Cart.number.in_(numbers)
    for one in customer:
        mine &= Cart.customer_id.in_(one)
    return Cart.select(*columns).where(mine)


_BY_NUMBER = Prepared(_by_number)


def fixed_sources(session: Session, company_id: int, customer_id: int) -> dict[str, dict[str, int]]:
    """How the open carts of a customer number hidden vendors, by goods and line (pricing section 9)."""
    carts = _open_carts(session, company_id, customer_id)
    rows = session.rows(OrderLine.select(OrderLine.explanation).where(_waiting_in(carts)).order_by(OrderLine.id))
    fixed = [explanation["sources"] for (explanation,) in rows if explanation and "sources" in explanation]
    return merge_numbers((one["goods"], one["numbers"]) for one in fixed)


def numbers_fixed_last(
    session: Session, company_id: int, customer_id: int, goods: Sequence[str]
) -> dict[str, dict[str, int]]:
    """The same of some goods alone, as the last line of each fixed it: with all that the lines before it had fixed.
    However many lines the carts have, one is read of each."""
    if not goods:
        return {}
    now = Cart.expires_at.db_value(session.now)
    # Of an explanation that was damaged nothing is read: it holds up no other order.
    parameters = [(customer_id, one, company_id, now) for one in goods]
    statement = " UNION ALL ".join([_FIXED_LAST] * len(goods))
    columns = (None, OrderLine.explanation.python_value)
    rows = session.ready_rows(statement, [value for values in parameters for value in values], columns)
    return {name: dict(explanation["sources"]["numbers"]) for name, explanation in rows}


_FIXED_LAST = f"""
SELECT * FROM (
    SELECT l.goods, l.explanation FROM order_line l JOIN cart c ON c.id = l.cart_id
    WHERE l.customer_id = ? AND l.goods = ? AND l.state = '{IN_CART}'
        AND c.company_id = ? AND c.state = '{CART_OPEN}' AND c.expires_at > ?
        AND l.explanation LIKE '%%"goods":"' || l.goods || '"%%'
    ORDER BY l.id DESC LIMIT 1) AS last
"""
"""The pattern is no parameter: SQLite would prepare the statement anew for each."""


def _open_carts(session: Session, company_id: int, customer_id: int) -> Any:
    """The ids of the open carts of a customer, as a query."""
    mine = (Cart.company_id == company_id) & (Cart.customer_id == customer_id)
    is_open = mine & (Cart.state == CART_OPEN) & (Cart.expires_at > session.now)
    return Cart.select(Cart.id).where(is_open)


def _waiting_in(carts: Any) -> Any:
    """The condition that a line waits in one of some carts."""
    return OrderLine.cart_id.in_(carts) & (OrderLine.state == IN_CART)


COUNTER = "cart"
"""The counter of a company's carts."""


def new_cart(session: Session, company_id: int, place: int, new: NewCart) -> tuple[int, str]:
    """Open a cart under the next place of the company's counter; returns its id and number."""
    number = f"C-{1000 + place}"
    cart_id = session.insert(Cart, company_id=company_id, number=number, opened_at=session.now, **new._asdict())
    return cart_id, number


def hold(session: Session, cart_ids: Iterable[int]) -> None:
    """Lock carts, before anything else of them, so that nobody adds lines or closes them meanwhile."""
    session.lock(Cart, cart_ids)


def hold_open(session: Session, cart_id: int, expires_at: dt.datetime) -> dt.datetime | None:
    """Lock a cart that is open and not expired, and return when it ends now: at `expires_at`, or earlier if a line was
    added meanwhile that ends it earlier. None when it is not open any more. One conditional UPDATE."""
    ends, now = Cart.expires_at.db_value(expires_at), Cart.expires_at.db_value(session.now)
    found = session.run(_HOLD_OPEN, (ends, ends, cart_id, CART_OPEN, now)).fetchall()
    return Cart.expires_at.python_value(found[0][0]) if found else None


_HOLD_OPEN = """
UPDATE cart SET expires_at = CASE WHEN expires_at > ? THEN ? ELSE expires_at END
WHERE id = ? AND state = ? AND expires_at > ? RETURNING expires_at
"""


def shorten_lines(session: Session, cart_id: int, expires_at: dt.datetime) -> None:
    """Make the lines of a cart end no later than the cart."""
    later = (OrderLine.cart_id == cart_id) & (OrderLine.state == IN_CART) & (OrderLine.expires_at > expires_at)
    lines = [row[0] for row in session.rows(OrderLine.select(OrderLine.id).where(later))]
    if lines:
        session.lock(OrderLine, lines)
        session.change(OrderLine.update(expires_at=expires_at).where(OrderLine.id.in_(lines) & later))


def close_cart(session: Session, cart_id: int) -> None:
    """Give an open cart of which no line waits its final state: cancelled when each of its lines has ended, else
    checked out."""
    session.run(_CLOSE, (cart_id,))


_OPEN = ", ".join(f"'{state}'" for state in OPEN_LINE_STATES)
_CLOSE = f"""
UPDATE cart SET state = CASE WHEN EXISTS (
    SELECT 1 FROM order_line l WHERE l.cart_id = cart.id AND l.state IN ({_OPEN})
) THEN '{CHECKED_OUT}' ELSE '{CANCELLED}' END
WHERE id = ? AND state = '{CART_OPEN}'
    AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.cart_id = cart.id AND l.state = '{IN_CART}')
"""


def expired_number(session: Session, cart_id: int) -> str | None:
    """The number of a cart, if it has expired and was swept."""
    gone = (Cart.id == cart_id) & (Cart.state == CART_EXPIRED)
    number: str | None = session.value(Cart.select(Cart.number).where(gone))
    return number


def cart_number(session: Session, cart_id: int) -> str:
    """The number of a cart."""
    return str(session.value(Cart.select(Cart.number).where(Cart.id == cart_id)))


def carts_due(session: Session, at_most: int, behind: int | None = None) -> list[tuple[int, int]]:
    """Open carts whose time is over, by id, after a given one; each after its place among them."""
    due = (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now) & (Cart.id > (behind or 0))
    return [(row[0], row[0]) for row in session.rows(Cart.select(Cart.id).where(due).order_by(Cart.id).limit(at_most))]


def due_item(session: Session, cart_id: int) -> DueItem:
    """A cart by its company and its number."""
    query = Company.select(Company.id, Company.code, Cart.number).join(Cart, on=Cart.company_id == Company.id)
    return DueItem(*session.rows(query.where(Cart.id == cart_id))[0])


def expire_cart(session: Session, cart_id: int) -> tuple[int, str] | None:
    """Mark a cart expired, unless it is closed already; returns the company's id and the cart's number."""
    due = (Cart.id == cart_id) & (Cart.state == CART_OPEN) & (Cart.expires_at <= session.now)
    update = Cart.update(state=CART_EXPIRED).where(due).returning(Cart.company_id, Cart.number)
    changed = session.changed(update)
    return (changed[0][0], changed[0][1]) if changed else None
