"""What is on hand of a lot, and what is short of it: numbers that the ledger explains (domain section 1).

What is on hand of lots that exist is what is not shipped, received or billed of their boxes. A ledger row states it at
the moment of the migration, so that every number of a lot is the sum of its ledger.
"""

from __future__ import annotations

from datetime import datetime

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.fields import MomentField
from k2k_core.store.migrations.guards import guard_quantities
from k2k_core.store.migrations.scripts import run_script

_LEFT_BY_LINES = """
    SELECT COALESCE(SUM(CASE WHEN d.status = 'shipped' THEN l.boxes ELSE l.boxes - (
        SELECT COUNT(*) FROM box_claim c WHERE c.line_id = l.id AND c.open) END), 0)
    FROM order_line l LEFT JOIN document d ON d.id = l.sales_order_id
    WHERE l.lot_id = lot.id AND l.state IN ('staged', 'received', 'billed')
"""
_BILLED_AT_BUYERS = """
    SELECT COUNT(*) FROM box b JOIN order_line l ON l.id = b.line_id
    WHERE b.lot_id = lot.id AND b.state = 'billed' AND l.lot_id <> b.lot_id
"""
_ENTRIES = f"""
    INSERT INTO lot_ledger (company_id, lot_id, delta, available_after, allocated_delta, allocated_after, on_hand_delta,
        on_hand_after, stated, reason, at)
    SELECT company_id, id, 0, available, 0, allocated, counted, counted, TRUE, 'on_hand', CAST(? AS BIGINT) FROM (
        SELECT company_id, id, available, allocated, boxes - ({_LEFT_BY_LINES}) - ({_BILLED_AT_BUYERS}) AS counted
        FROM lot) AS lots
    WHERE counted <> 0 ORDER BY id
"""
_LOTS = """
    UPDATE lot SET on_hand = entry.on_hand_after, ledger_id = entry.id FROM lot_ledger AS entry
    WHERE entry.lot_id = lot.id AND entry.reason = 'on_hand' AND entry.stated
"""


def up(database: Database) -> None:
    """Add the numbers to lots and their ledger, with the guards."""
    run_script(database, "m0018_quantities")
    guard_quantities(database)


def backfill(database: Database, now: datetime) -> None:
    """State what is on hand of every lot that has boxes in the house."""
    execute(database, _ENTRIES, (MomentField().db_value(now),))
    execute(database, _LOTS)
