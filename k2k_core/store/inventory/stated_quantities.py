"""Statements and adjustments of a lot's quantity, under the rule that subtracts nothing twice (domain section 1).

`new = stated + movements after as_of`: sales, shipping and adjustments, not statements.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import fn

from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import free_boxes, stock_ledger
from k2k_core.store.inventory.stock_ledger import Count

_LOT: Any = tables.Lot
_LEDGER: Any = tables.LotLedger
ON_HAND, AVAILABLE = "on_hand", "available"


class CountedLot(NamedTuple):
    """A lot as it is now, locked until the end of the unit of work."""

    id: int
    code: str
    boxes: int
    on_hand: int
    available: int
    short: int
    movement: int
    counted_at: dt.datetime | None
    inventory_type: str

    @property
    def net(self) -> int:
        """The available number, below zero if boxes are short."""
        return self.available - self.short


def held(session: Session, company_id: int, codes: Sequence[str]) -> dict[str, CountedLot]:
    """Those of a company's lots that exist, by code, locked in the order of their ids."""
    mine = (_LOT.company_id == company_id) & _LOT.code.in_(list(codes))
    session.lock(tables.Lot, [lot_id for (lot_id,) in session.rows(_LOT.select(_LOT.id).where(mine))])
    columns = (_LOT.id, _LOT.code, _LOT.boxes, _LOT.on_hand, _LOT.available, _LOT.short)
    rows = session.rows(_LOT.select(*columns, _LOT.ledger_id, _LOT.counted_at, _LOT.inventory_type).where(mine))
    return {row[1]: CountedLot(*row) for row in rows}


class Statement(NamedTuple):
    """The stated number `on_hand`, or `available`, by somebody whose books have the movements up to `as_of`."""

    number: str
    value: int
    as_of: int
    counted_at: dt.datetime | None
    reference: str | None


def state(session: Session, company_id: int, lot: CountedLot, stated: Statement) -> bool:
    """Bring a lot to the stated number and the movements since; returns whether that changed anything.

    A statement from old books may count departed boxes twice: then the lot has no boxes, and not less than none.
    """
    number, value, as_of, counted_at, reference = stated
    wanted = value + _moved_since(session, lot.id, number, as_of)
    delta = max(wanted - (lot.on_hand if number == ON_HAND else lot.net), -lot.boxes)
    if counted_at is not None:
        session.change(_LOT.update(counted_at=counted_at).where(_LOT.id == lot.id), touches=())
    if delta == 0:
        return False
    stock_ledger.count(session, company_id, lot.id, Count(delta, "stated", True, True, reference))
    free_boxes.match(session, company_id, lot.id)
    return True


def _moved_since(session: Session, lot_id: int, number: str, as_of: int) -> int:
    """By how much the movements after `as_of` changed a number of a lot, without statements."""
    moved = _LEDGER.on_hand_delta if number == ON_HAND else _LEDGER.delta - _LEDGER.short_delta
    later = (_LEDGER.lot_id == lot_id) & (_LEDGER.id > as_of) & ~_LEDGER.stated
    return int(session.value(_LEDGER.select(fn.COALESCE(fn.SUM(moved), 0)).where(later)))


class Adjustment(NamedTuple):
    """Boxes that came to a lot, or left it, at their own company."""

    delta: int
    reason: str
    reference: str
    codes: Sequence[str]
    may_be_short: bool


class Adjusted(NamedTuple):
    """An adjustment that was made before."""

    lot_id: int
    delta: int
    reason: str


def adjusted(session: Session, company_id: int, reference: str) -> Adjusted | None:
    """The adjustment of a company with a reference."""
    named = (_LEDGER.company_id == company_id) & (_LEDGER.reference == reference) & ~_LEDGER.stated
    found = session.first(_LEDGER.select(_LEDGER.lot_id, _LEDGER.on_hand_delta, _LEDGER.reason).where(named))
    return None if found is None else Adjusted(*found)


def adjust(session: Session, company_id: int, lot: CountedLot, wanted: Adjustment) -> None:
    """Adjust a lot, with the boxes of the given codes; raises `InsufficientStock` if it may not be short."""
    delta, reason, reference, codes, may_be_short = wanted
    stock_ledger.count(session, company_id, lot.id, Count(delta, reason, False, may_be_short, reference))
    if codes and delta < 0:
        free_boxes.take(session, lot.id, codes)
    elif codes:
        free_boxes.put(session, company_id, lot.id, codes)
    free_boxes.match(session, company_id, lot.id)
