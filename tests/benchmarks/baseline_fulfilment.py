"""The baseline for a confirmation and a scan: the rows that any program writes for them, in one transaction of prepared
statements on the same tables, of orders that were written in the same way (`baseline_orders`).

A confirmation puts the lines on an AWB, claims a box for each, and writes the vendor's invoice. A scan takes the boxes
out of the vendor's lots, and each into a lot of the buyer. Neither checks anything, and nobody is told of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, NamedTuple

from k2k_core.store.database.session import Session
from k2k_core.store.tables import (
    Audit,
    Awb,
    BoxClaim,
    BoxType,
    Document,
    InvoiceLine,
    Lot,
    OrderLine,
    Product,
    ScanEntry,
)
from tests.benchmarks.baseline_orders import BaselineOrders, Insert, Known, connect
from tests.benchmarks.networks import SHIP_DATE

_LEDGER = "lot_id, company_id, delta, available_after, on_hand_delta, on_hand_after, reason, line_id, at"
_STATEMENTS = {
    "free": "SELECT id FROM box WHERE lot_id = ? AND state = 'in_stock' ORDER BY position LIMIT 1",
    "stage": "UPDATE box SET state = 'staged', line_id = ? WHERE id = ?",
    "line": "UPDATE order_line SET state = 'staged', awb_id = ? WHERE id = ?",
    "documents": "UPDATE document SET status = 'confirmed', awb_id = ? WHERE id IN (?, ?, ?)",
    "close": "UPDATE box_claim SET open = FALSE WHERE box_id = ? AND open",
    "leaves": f"INSERT INTO lot_ledger ({_LEDGER})"
    " SELECT id, company_id, 0, available, -1, on_hand - 1, 'received', ?, ? FROM lot WHERE id = ? RETURNING id",
    "gone": "UPDATE lot SET on_hand = on_hand - 1, ledger_id = ? WHERE id = ?",
    "comes": f"INSERT INTO lot_ledger ({_LEDGER}) VALUES (?, ?, 1, 1, 1, 1, 'received', ?, ?) RETURNING id",
    "here": "UPDATE lot SET available = 1, on_hand = 1, boxes = 1, ledger_id = ? WHERE id = ?",
    "receive": "UPDATE box SET state = 'received', company_id = ?, lot_id = ? WHERE id = ?",
    "received": "UPDATE order_line SET state = 'received' WHERE id = ?",
}


class Sold(NamedTuple):
    """An order that was written by hand: its documents by column, and its lines with their lots."""

    documents: dict[str, int]
    lines: list[tuple[int, int]]


class Staged(NamedTuple):
    """The same with the box of each line."""

    lines: list[tuple[int, int, int]]


class BaselineFulfilment:
    """Confirmations and scans of orders of some lines of one box."""

    def __init__(self, url: str, session: Session, known: Known) -> None:
        self._orders, self._known = BaselineOrders(url, known, documents=True), known
        self._driver, mark = connect(url)
        self._begin = "BEGIN IMMEDIATE" if mark == "?" else "BEGIN"
        self._run = {name: text.replace("?", mark) for name, text in _STATEMENTS.items()}
        self._at, self._numbers = OrderLine.created_at.db_value(known.now), count()
        self._inserts = {
            table: Insert(self._driver, mark, table, values) for table, values in _rows(session, known).items()
        }

    def order(self, lot_ids: Sequence[int]) -> Sold:
        """An order of a box of each lot, checked out."""
        return Sold(*self._orders.order_lines(lot_ids))

    def confirm(self, order: Sold) -> Staged:
        """Its confirmation, committed."""
        name = f"HAND-{next(self._numbers)}"
        self._driver.execute(self._begin)
        awb = self._inserts[Awb](number=name)
        invoice = self._inserts[Document](number=name, awb_id=awb)
        staged = [(line, lot, self._stage(line, lot, awb)) for line, lot in order.lines]
        for line, _ in order.lines:
            self._inserts[InvoiceLine](invoice_id=invoice, line_id=line)
        kinds = ("prebook_id", "purchase_order_id", "sales_order_id")
        self._do("documents", awb, *(order.documents[kind] for kind in kinds))
        self._inserts[Audit](subject=name)
        self._driver.execute("COMMIT")
        return Staged(staged)

    def scan(self, order: Staged) -> None:
        """The scan of its boxes, committed."""
        self._driver.execute(self._begin)
        for line, lot, box in order.lines:
            self._do("close", box)
            self._do("gone", self._do("leaves", line, self._at, lot).fetchone()[0], lot)
            mine = self._inserts[Lot](code=f"HAND-{next(self._numbers)}")
            entry = self._do("comes", mine, self._known.buyer_id, line, self._at).fetchone()[0]
            self._do("here", entry, mine)
            self._do("receive", self._known.buyer_id, mine, box)
            self._do("received", line)
            self._inserts[ScanEntry](line_id=line)
        self._driver.execute("COMMIT")

    def close(self) -> None:
        """Close the connections."""
        self._orders.close()
        self._driver.close()

    def _stage(self, line: int, lot: int, awb: int) -> int:
        box = int(self._do("free", lot).fetchone()[0])
        self._inserts[BoxClaim](box_id=box, line_id=line)
        self._do("stage", line, box)
        self._do("line", awb, line)
        return box

    def _do(self, name: str, *values: object) -> Any:
        return self._driver.execute(self._run[name], values)


def _rows(session: Session, known: Known) -> dict[type, dict[str, object]]:
    """What every row of a table has, by table."""
    of_buyer = [session.value(one.select(one.id).where(one.company_id == known.buyer_id)) for one in (Product, BoxType)]
    sides = {"vendor_id": known.vendor_id, "buyer_id": known.buyer_id}
    return {
        Awb: {**sides, "number": "", "ship_date": SHIP_DATE},
        Document: {
            **sides,
            "company_id": known.vendor_id,
            "kind": "invoice",
            "number": "",
            "status": "issued",
            "awb_id": None,
            "ship_date": SHIP_DATE,
            "currency": "USD",
            "created_at": known.now,
        },
        InvoiceLine: {
            "company_id": known.vendor_id,
            "invoice_id": None,
            "line_id": None,
            "description": "Rose Freedom",
            "boxes": 1,
            "units": 100,
            "price": 300_000,
            "total": 30_000_000,
        },
        BoxClaim: {**sides, "box_id": None, "line_id": None, "open": True},
        Audit: {"company_id": known.vendor_id, "at": known.now, "person": "", "action": "confirm", "subject": ""},
        Lot: {
            "company_id": known.buyer_id,
            "code": "",
            "inventory_type": "open_market_boxes",
            "boxes": 0,
            "product_id": of_buyer[0],
            "box_type_id": of_buyer[1],
            "units_per_box": 100,
            "unit_type": "stem",
            "arrival_date": SHIP_DATE,
            "landed_cost": 350_000,
            "components": {},
            "fbe": 500_000,
        },
        ScanEntry: {
            "company_id": known.buyer_id,
            "person": "",
            "how": "scan",
            "box_code": "",
            "outcome": "received",
            "line_id": None,
            "at": known.now,
        },
    }
