"""Departures: sold boxes leave the stock, on an AWB, by a scan before the shipping, or with the customer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.answers.fulfilment import LeftLot
from k2k_core.domain.orders import SHIPPED
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.inventory.stock_ledger import MovedLot
from k2k_core.store.orders.rows import LineRow
from k2k_core.store.tables import Document, Lot


def leave(session: Session, lines: Sequence[LineRow], boxes: Mapping[int, int], reason: str) -> dict[int, MovedLot]:
    """Boxes of each line leave its lot, which changes its number on hand; returns the lot after it, by line."""
    leaving = [line for line in lines if boxes.get(line["id"])]
    session.lock(Lot, {int(line["lot_id"]) for line in leaving})
    moved = {}
    for line in sorted(leaving, key=lambda line: (int(line["lot_id"]), int(line["id"]))):
        company_id, lot_id, line_id = line["lot_company_id"], line["lot_id"], line["id"]
        moved[line_id] = stock_ledger.leave(session, company_id, lot_id, line_id, boxes[line_id], reason)
    return moved


def left_lots(moved: Mapping[int, MovedLot], boxes: Mapping[int, int]) -> list[LeftLot]:
    """Each lot that boxes of lines have left, as it is afterwards, with the number of boxes that left."""
    counts: Counter[str] = Counter()
    for line_id, lot in moved.items():
        counts[lot.code] += boxes[line_id]
    last = {lot.code: lot for lot in sorted(moved.values(), key=lambda lot: lot.movement)}
    return [
        {"lot": code, "boxes": counts[code], "movement": lot.movement, "on_hand": lot.on_hand}
        for code, lot in sorted(last.items())
    ]


def not_shipped(session: Session, lines: Sequence[LineRow]) -> list[LineRow]:
    """Those of some lines whose order has not been shipped: their boxes are still at the vendor."""
    document: Any = Document
    orders = {int(line["sales_order_id"]) for line in lines if line["sales_order_id"]}
    shipped = (document.id.in_(list(orders))) & (document.status == SHIPPED)
    gone = {order_id for (order_id,) in session.rows(document.select(document.id).where(shipped))} if orders else set()
    return [line for line in lines if line["sales_order_id"] not in gone]


def house_of_lines(session: Session, lines: Sequence[LineRow]) -> dict[int, dict[str, int]]:
    """By line what the house of its vendor holds of its lot now: `on_hand`, with the lot's last `movement`."""
    lot: Any = Lot
    ids = {int(line["lot_id"]) for line in lines}
    found = session.rows(lot.select(lot.id, lot.on_hand, lot.ledger_id).where(lot.id.in_(list(ids)))) if ids else []
    by_lot = {lot_id: {"on_hand": on_hand, "movement": movement} for lot_id, on_hand, movement in found}
    return {line["id"]: by_lot[line["lot_id"]] for line in lines}
