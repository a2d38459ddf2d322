"""The sweep of expired carts and orders: boxes return, documents close, both companies are notified.

It decides nothing: whether a cart or an order has ended is decided by every command that uses it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import TypeVar

from k2k_core.errors import InsufficientStock, StoreUnavailable
from k2k_core.services.context import ServiceContext
from k2k_core.services.ordering import cart_expiry, invoice_order_delivery, order_expiry
from k2k_core.store.orders import order_ends

log = logging.getLogger("k2k.sweep")

T = TypeVar("T")


def sweep(context: ServiceContext) -> int:
    """End expired carts, waiting orders and orders of own stock; returns how many carts and orders had run out of
    time."""
    ended = cart_expiry.expire_due(context) + order_expiry.end_due(context)
    invoice_order_delivery.deliver_due(context)
    return ended


def next_moment(context: ServiceContext) -> dt.datetime | None:
    """The next moment at which a sweep will find an order to end; None if nothing waits."""
    with context.store.whole_network.reading() as session:
        return order_ends.next_moment(session)


def with_freed_boxes(context: ServiceContext, work: Callable[[], T]) -> T:
    """Do `work`, and repeat it after a sweep if boxes were missing.

    Failures with other customers' orders are not reported to whoever wants boxes: the boxes are missing.
    """
    try:
        return work()
    except InsufficientStock:
        if not _swept(context):
            raise
        return work()


def _swept(context: ServiceContext) -> int:
    try:
        return sweep(context)
    except StoreUnavailable as error:
        log.warning("the database is away, what has ended waits for it: %s", error.message)
        return 0
