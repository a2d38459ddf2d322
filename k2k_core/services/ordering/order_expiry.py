"""Ends orders whose time is over, and notifies beforehand (domain section 5).

Whether a line has ended is decided by every command that uses it; the sweep only returns the boxes and notifies.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from k2k_core.domain.order_ends import OrderEnd, after_notice
from k2k_core.domain.orders import NEEDED
from k2k_core.services.context import ServiceContext
from k2k_core.services.ordering.due_work import DueWork, do_each
from k2k_core.services.ordering.order_lines import release
from k2k_core.services.ordering.order_notifications import OrderNotice, notify_order
from k2k_core.services.translations import Text
from k2k_core.store.database.session import Session
from k2k_core.store.orders import order_ends, order_writes, procurement
from k2k_core.store.orders.order_ends import Anchor
from k2k_core.store.orders.rows import LineRow

NOT_APPROVED, NOT_CONFIRMED = "nobody approved it in time", "the vendor did not confirm it in time"


def end_due(context: ServiceContext) -> int:
    """End every order whose time is over, and notify of those that end soon or are overdue; returns how many ended."""
    do_each(
        context,
        DueWork("notice", order_ends.with_notice, partial(_give_notice, context), order_ends.due_item_of_anchor),
    )
    return do_each(context, DueWork("end", order_ends.due, partial(_end, context), order_ends.due_item_of_anchor))


def _end(context: ServiceContext, session: Session, anchor: Anchor) -> bool:
    order_writes.hold_documents_of_lines(session, [line["id"] for line in order_ends.due_lines(session, anchor)])
    due = order_ends.due_lines(session, anchor)
    if not due:
        return False
    unapproved = [line for line in due if line["overdue_at"] is None]
    unconfirmed = [line for line in due if line["overdue_at"] is not None]
    for lines, why, reason in (
        (unapproved, "not_approved", NOT_APPROVED),
        (unconfirmed, "not_confirmed", NOT_CONFIRMED),
    ):
        if lines:
            _end_lines(session, lines, reason)
            _notify(context, session, lines, OrderNotice("order.expired", why=Text(f"order.expired.{why}")))
    return True


def _end_lines(session: Session, lines: Sequence[LineRow], reason: str) -> None:
    """Cancel lines and return their boxes. What a customer's prebook needs, and no vendor has promised, becomes
    needed."""
    for line in lines:
        if line["state"] == NEEDED and line["prebook_id"] is not None:
            procurement.need_again(session, line, reason)
    release(session, [line["id"] for line in lines], order_ends.ENDING_STATES, reason=reason)


def _give_notice(context: ServiceContext, session: Session, anchor: Anchor) -> bool:
    """Notify both companies once that an order is overdue, and once that it will end."""
    order_writes.hold_documents_of_lines(
        session, [line["id"] for line in order_ends.lines_with_notice(session, anchor)]
    )
    lines = order_ends.lines_with_notice(session, anchor)
    overdue = [line for line in lines if line["notice_at"] == line["overdue_at"]]
    expiring = [line for line in lines if line["notice_at"] != line["overdue_at"]]
    by_end: dict[OrderEnd, list[int]] = defaultdict(list)
    for line in lines:
        by_end[OrderEnd(line["expires_at"], line["notice_at"], line["overdue_at"])].append(line["id"])
    for end, line_ids in by_end.items():
        order_ends.set_end(session, line_ids, end._replace(notice_at=after_notice(end)))
    for found, event in ((overdue, "order.overdue"), (expiring, "order.expiring")):
        if found:
            _notify(
                context,
                session,
                found,
                OrderNotice(event, until=min(line["expires_at"] for line in found if line["expires_at"])),
            )
    return bool(lines)


def _notify(context: ServiceContext, session: Session, lines: Sequence[LineRow], notice: OrderNotice) -> None:
    buyer_id = lines[0]["buyer_id"]
    buyer = context.snapshots.by_id(session, [buyer_id])[buyer_id]
    notify_order(context, session, buyer, lines, notice)
