"""Boxes that were received for a prebook stay that prebook's (domain section 6).

Boxes of live prebooks that were received and not billed stood in their buyers' lots as free stock. They become
allocated, as far as nobody has bought them, or taken them out of the lot, since: `verify` names the lines that lack
boxes, until somebody releases these. A vendor's invoice to a buyer's customer is the buyer's from now on, unless boxes
on it are billed by it already.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.fields import MomentField
from k2k_core.store.migrations.guards import guard_allocation
from k2k_core.store.migrations.scripts import run_script

_RECEIVED = """
    SELECT b.lot_id, b.id, l.id
    FROM box b
    JOIN box_claim c ON c.id = (
        SELECT MAX(own.id) FROM box_claim own JOIN order_line mine ON mine.id = own.line_id
        WHERE own.box_id = b.id AND mine.buyer_id = b.company_id)
    JOIN order_line l ON l.id = c.line_id
    WHERE b.state = 'in_stock' AND b.lot_id <> l.lot_id AND l.vendor_id IS NOT NULL AND l.prebook_id IS NOT NULL
        AND l.state IN ('staged', 'received')
        AND NOT EXISTS (SELECT 1 FROM box_claim other WHERE other.box_id = b.id AND other.open)
    ORDER BY b.lot_id, b.position, b.id
"""
_ENTRY = """
    INSERT INTO lot_ledger
        (company_id, lot_id, delta, available_after, allocated_delta, allocated_after, reason, line_id, at)
    SELECT company_id, id, ?, available + ?, ?, ?, 'allocated', ?, ? FROM lot WHERE id = ?
"""
_LOT = """
    UPDATE lot SET available = available + ?, allocated = ?,
        ledger_id = (SELECT MAX(id) FROM lot_ledger WHERE lot_id = lot.id) WHERE id = ?
"""
_INVOICES = """
    UPDATE document SET customer_id = (
        SELECT MAX(c.id) FROM customer c JOIN company b ON b.code = c.company
        WHERE c.company_id = document.company_id AND b.id = document.buyer_id)
    WHERE kind = 'invoice' AND vendor_id = company_id AND customer_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM invoice_line i JOIN order_line l ON l.id = i.line_id
        WHERE i.invoice_id = document.id AND l.state = 'billed')
"""


def up(database: Database) -> None:
    """Add what is allocated of a lot, with its ledger and guards, and what was released of a line."""
    run_script(database, "m0008_allocation")
    guard_allocation(database)


def backfill(database: Database, now: datetime) -> None:
    """Allocate what was received, at the moment of the migration; a vendor's invoice to a buyer's customer becomes the
    buyer's."""
    _allocate(database, MomentField().db_value(now))
    execute(database, _INVOICES)


def _allocate(database: Database, at: Any) -> None:
    received: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for lot_id, box_id, line_id in execute(database, _RECEIVED).fetchall():
        received[lot_id].append((box_id, line_id))
    for lot_id, boxes in received.items():
        ((available,),) = execute(database, "SELECT available FROM lot WHERE id = ?", (lot_id,)).fetchall()
        _allocate_of(database, lot_id, boxes[:available], at)


def _allocate_of(database: Database, lot_id: int, boxes: list[tuple[int, int]], at: Any) -> None:
    """A lot of received boxes is one line's."""
    if not boxes:
        return
    count, line_id = len(boxes), boxes[0][1]
    execute(database, _ENTRY, (-count, -count, count, count, line_id, at, lot_id))
    execute(database, _LOT, (-count, count, lot_id))
    for box_id, _ in boxes:
        execute(database, "UPDATE box SET state = 'received', line_id = ? WHERE id = ?", (line_id, box_id))
