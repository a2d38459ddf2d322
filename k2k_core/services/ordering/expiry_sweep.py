"""Ends expired carts and orders: boxes return, documents close, both companies are notified.

It decides nothing: whether a cart or an order has ended is decided by every command that touches it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TypeVar

from k2k_core.errors import InsufficientStock
from k2k_core.services.context import ServiceContext
from k2k_core.services.ordering import cart_expiry, invoice_order_delivery, order_expiry
from k2k_core.store.orders import order_ends

T = TypeVar("T")


def sweep(context: ServiceContext) -> int:
    """End expired carts, orders that waited, and orders of own stock; how many carts and orders had run out of time."""
    ended = cart_expiry.expire_due(context) + order_expiry.end_due(context)
    invoice_order_delivery.deliver_due(context)
    return ended


def next_moment(context: ServiceContext) -> dt.datetime | None:
    """The next moment at which a sweep will find an order to deal with; None while nothing waits."""
    with context.store.reading() as session:
        return order_ends.next_moment(session)


def with_freed_boxes(context: ServiceContext, work: Callable[[], T]) -> T:
    """Do `work`, and once more where boxes were missing that a sweep brings back."""
    try:
        return work()
    except InsufficientStock:
        if not sweep(context):
            raise
        return work()
