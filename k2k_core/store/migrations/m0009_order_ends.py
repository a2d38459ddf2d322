"""When order lines end that wait for somebody, and when orders of a company's own stock do.

What is there already gets its minutes and days from the moment of this step on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.fields import DayField, MomentField
from k2k_core.store.migrations.scripts import run_script

_HELD, _HELD_FUTURE = timedelta(minutes=1440), timedelta(minutes=10080)
_OVERDUE = timedelta(days=3)
_DAY, _MOMENT = DayField(), MomentField()


def up(database: Database) -> None:
    """Add the columns and their indexes."""
    run_script(database, "m0009_order_ends")


def backfill(database: Database, now: datetime) -> None:
    """Give the orders that are there their ends, with the defaults of the settings: nobody can have set others yet."""
    for line_id, inventory_type, lot_id, leaves, timezone in execute(database, _WAITING).fetchall():
        held = _HELD_FUTURE if inventory_type in ("future_sales", "vendor_availability") else _HELD
        ends = now + held if lot_id is not None else max(now + held, _after(leaves, timezone))
        _set_line(database, line_id, ends, ends - (ends - now) / 4, None)
    for line_id, leaves, timezone in execute(database, _APPROVED).fetchall():
        late = _after(leaves, timezone)
        _set_line(database, line_id, max(now, late) + _OVERDUE, max(now, late), max(now, late))
    execute(database, _NOBODY_CONFIRMS)
    for document_id, ship_date, timezone in execute(database, _OF_OWN_STOCK).fetchall():
        ends = _after(ship_date, timezone)
        if ends > now:  # what should have left before was delivered and invoiced by other means, or never will be
            execute(database, "UPDATE document SET ends_at = ? WHERE id = ?", (_MOMENT.db_value(ends), document_id))


def _set_line(database: Database, line_id: int, ends: datetime, notice: datetime, late: datetime | None) -> None:
    values = (*(_MOMENT.db_value(moment) for moment in (ends, notice, late)), line_id)
    execute(database, "UPDATE order_line SET expires_at = ?, notice_at = ?, overdue_at = ? WHERE id = ?", values)


def _after(day: Any, timezone: str) -> datetime:
    """The end of a day in a time zone."""
    read: date = _DAY.python_value(day) or date(1970, 1, 1)
    return datetime.combine(read + timedelta(days=1), datetime.min.time(), ZoneInfo(timezone))


_WAITING = """
SELECT l.id, lot.inventory_type, l.lot_id, COALESCE(d.vendor_ship_date, d.ship_date), c.timezone
FROM order_line l JOIN document d ON d.id = COALESCE(l.purchase_order_id, l.invoice_order_id, l.prebook_id)
JOIN company c ON c.id = COALESCE(d.vendor_id, d.company_id) LEFT JOIN lot ON lot.id = l.lot_id
WHERE (l.state = 'in_cart' AND l.cart_id IS NULL)
OR (l.state = 'needed' AND l.purchase_order_id IS NOT NULL AND d.status = 'pending_approval'
    AND d.transfer IN ('none', 'transferred'))
"""
_APPROVED = """
SELECT l.id, COALESCE(d.vendor_ship_date, d.ship_date), c.timezone
FROM order_line l JOIN document d ON d.id = l.purchase_order_id JOIN company c ON c.id = d.vendor_id
WHERE l.state = 'checked_out'
OR (l.state = 'needed' AND (d.status <> 'pending_approval' OR d.transfer NOT IN ('none', 'transferred')))
"""
_NOBODY_CONFIRMS = """
UPDATE order_line SET expires_at = NULL WHERE state = 'checked_out' AND purchase_order_id IS NULL
"""
_OF_OWN_STOCK = """
SELECT d.id, d.ship_date, c.timezone FROM document d JOIN company c ON c.id = d.company_id
WHERE d.kind = 'invoice_order' AND d.status = 'checked_out' AND d.ship_date IS NOT NULL
"""
