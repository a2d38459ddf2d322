"""What was agreed is stored with orders and invoices, received lots keep their cost, and an AWB is identified by
number, vendor and buyer together.

What is there already is filled from what the master data say now. Of AWBs that shared a number, and with it their real
costs, each gets its part by the full-box equivalents on it, so that no box costs more than before; who typed them, and
when, stands with each.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from peewee import Database

from k2k_core.store.database.queries import execute
from k2k_core.store.fields import MomentField, canonical_json
from k2k_core.store.migrations.scripts import run_script

Rows = list[tuple[Any, ...]]

_LOADS = """
    SELECT a.buyer_id, a.number, a.id, a.freight, a.handling, COALESCE(SUM(l.boxes * l.fbe), 0)
    FROM awb a LEFT JOIN order_line l ON l.awb_id = a.id AND l.state IN ('staged', 'received', 'billed')
    WHERE a.freight IS NOT NULL OR a.handling IS NOT NULL
    GROUP BY a.buyer_id, a.number, a.id, a.freight, a.handling ORDER BY a.id
"""
_TYPED = "SELECT id, freight, handling FROM awb_cost WHERE awb_id = ?"
_COMPANIES = "SELECT id, code, name, locale, timezone FROM company"
_CUSTOMERS = "SELECT id, name, ship_to, company FROM customer"
_DOCUMENTS = """
    SELECT id, kind, company_id, vendor_id, buyer_id, customer_id, created_at FROM document
    WHERE kind IN ('sales_order', 'purchase_order', 'invoice')
"""


class _Share(NamedTuple):
    """A part of a whole, between two marks on it: all parts add up to the whole."""

    begin: int
    end: int
    whole: int

    def of(self, amount: int | None) -> int | None:
        """This part of an amount in micros; None of None."""
        if amount is None:
            return None
        return amount * self.end // self.whole - amount * self.begin // self.whole


def up(database: Database) -> None:
    """Add the columns and fill them."""
    run_script(database, "m0010_frozen_terms")
    _divide_shared_costs(database)
    _note_parties(database)


def _divide_shared_costs(database: Database) -> None:
    sharing: dict[tuple[int, str], Rows] = defaultdict(list)
    for buyer_id, number, awb_id, freight, handling, load in execute(database, _LOADS).fetchall():
        sharing[buyer_id, number].append((awb_id, freight, handling, int(load)))
    for found in sharing.values():
        total = sum(load for *_, load in found)
        if len(found) == 1 or not total:
            continue
        done = 0
        for awb_id, freight, handling, load in found:
            share = _Share(done, done + load, total)
            parts = (share.of(freight), share.of(handling))
            execute(database, "UPDATE awb SET freight = ?, handling = ? WHERE id = ?", (*parts, awb_id))
            _divide_typed(database, awb_id, share)
            done += load


def _divide_typed(database: Database, awb_id: int, share: _Share) -> None:
    for typed_id, freight, handling in execute(database, _TYPED, (awb_id,)).fetchall():
        parts = (share.of(freight), share.of(handling))
        execute(database, "UPDATE awb_cost SET freight = ?, handling = ? WHERE id = ?", (*parts, typed_id))


def _note_parties(database: Database) -> None:
    companies = {row[0]: row for row in execute(database, _COMPANIES).fetchall()}
    locales = {row[1]: row[3] for row in companies.values()}
    customers = {row[0]: row for row in execute(database, _CUSTOMERS).fetchall()}
    for document_id, kind, owner, vendor, buyer, customer, created_at in execute(database, _DOCUMENTS).fetchall():
        ids = [one for one in (owner, vendor, buyer) if one is not None]
        parties: dict[str, Any] = {"names": {companies[one][1]: companies[one][2] for one in ids}}
        if kind == "invoice":
            record = customers.get(customer)
            theirs = locales.get(record[3]) if vendor is None and record is not None and record[3] else None
            parties["locale"] = theirs or companies[buyer if buyer is not None else owner][3]
            moment = MomentField().python_value(created_at)
            zone = ZoneInfo(companies[owner][4])
            parties["issued_on"] = None if moment is None else moment.astimezone(zone).date().isoformat()
            whom = None if record is None else {"name": record[1], "ship_to": json.loads(record[2])}
            parties["bill_to"] = whom
        execute(database, "UPDATE document SET parties = ? WHERE id = ?", (canonical_json(parties), document_id))
