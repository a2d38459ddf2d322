"""When order lines end that wait for somebody, and when orders of a company's own stock do.

What is there already gets its minutes and days from the moment of this step on, at the latest until the last moment at
which its day can still be reached: by the cut-offs, the carriers and the offset that the companies have stored.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from peewee import Database

from k2k_core.domain.dates import effective_cut_offs
from k2k_core.domain.order_ends import last_moment
from k2k_core.domain.parties import Carrier
from k2k_core.store.database.queries import execute
from k2k_core.store.fields import DayField, JsonField, MomentField
from k2k_core.store.migrations.scripts import run_script

_MINUTES, _FUTURE = timedelta(minutes=1440), timedelta(minutes=10080)
_HELD = {"future_sales": _FUTURE, "vendor_availability": _FUTURE}
_OVERDUE = timedelta(days=3)
_DAY, _MOMENT, _JSON = DayField(), MomentField(), JsonField()


def up(database: Database) -> None:
    """Add the columns and their indexes."""
    run_script(database, "m0009_order_ends")


def backfill(database: Database, now: datetime) -> None:
    """Give the orders that are there their ends, with the defaults of the settings: nobody can have set others yet."""
    cut_offs = _CutOffs(database)
    for line_id, inventory_type, leaves, timezone, *parties in execute(database, _WAITING).fetchall():
        latest = cut_offs.last_moment(_Parties(*parties), _day(leaves), timezone)
        ends = latest if inventory_type is None else min(latest, now + _HELD.get(inventory_type, _MINUTES))
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


class _Parties(NamedTuple):
    """Who ships an order, and for whom: the buyer of a vendor's boxes, or the customer of a company's own."""

    shipper_id: int
    buyer: str | None
    customer_id: int | None


class _CutOffs:
    """The effective cut-offs of what companies ship."""

    def __init__(self, database: Database) -> None:
        def read(query: str) -> list[Any]:
            return list(execute(database, query).fetchall())

        self._settings = {(company, name): _JSON.python_value(value) for company, name, value in read(_SETTINGS)}
        self._carriers: dict[int, dict[str, Carrier]] = defaultdict(dict)
        for company, code, name, cut_offs in read("SELECT company_id, code, name, cut_offs FROM carrier"):
            self._carriers[company][code] = Carrier(code, name, _JSON.python_value(cut_offs))
        self._served: dict[tuple[int, int | str], dict[str, str]] = {}
        for company, customer_id, buyer, archived, days in read(_CUSTOMERS):
            self._served[company, customer_id] = _JSON.python_value(days)
            if buyer is not None and not archived:
                self._served.setdefault((company, buyer), _JSON.python_value(days))

    def last_moment(self, parties: _Parties, leaves: date, timezone: str) -> datetime:
        """Until when what leaves on a day could be ordered."""
        shipper, buyer, customer_id = parties
        served = self._served.get((shipper, customer_id or 0 if buyer is None else buyer), {})
        offset = (self._settings.get((shipper, "ship_days_offset")) or 0) if buyer is not None else 0
        ecommerce = self._settings.get((shipper, "cut_offs")) or {}
        return last_moment(effective_cut_offs(ecommerce, served, self._carriers[shipper]), offset, timezone, leaves)


def _day(stored: Any) -> date:
    return _DAY.python_value(stored) or date(1970, 1, 1)


def _after(day: Any, timezone: str) -> datetime:
    """The end of a day in a time zone."""
    return datetime.combine(_day(day) + timedelta(days=1), datetime.min.time(), ZoneInfo(timezone))


_WAITING = """
SELECT l.id, lot.inventory_type, COALESCE(d.vendor_ship_date, d.ship_date), c.timezone,
    c.id, CASE WHEN d.vendor_id IS NOT NULL THEN b.code END, l.customer_id
FROM order_line l JOIN document d ON d.id = COALESCE(l.purchase_order_id, l.invoice_order_id, l.prebook_id)
JOIN company c ON c.id = COALESCE(d.vendor_id, d.company_id) JOIN company b ON b.id = l.buyer_id
LEFT JOIN lot ON lot.id = l.lot_id
WHERE (l.state = 'in_cart' AND l.cart_id IS NULL)
OR (l.state = 'needed' AND l.purchase_order_id IS NOT NULL AND d.status = 'pending_approval'
    AND d.transfer IN ('none', 'transferred'))
"""
_SETTINGS = "SELECT company_id, name, value FROM setting WHERE name IN ('cut_offs', 'ship_days_offset')"
_CUSTOMERS = "SELECT company_id, id, company, archived, days_of_service FROM customer ORDER BY id"
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
