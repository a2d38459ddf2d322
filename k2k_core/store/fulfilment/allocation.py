"""Allocated boxes: boxes in their buyer's stock that belong to order lines until they are billed or released (domain
section 6).

The box has the line, its lot has the number; both change together, in one unit of work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from peewee import fn

from k2k_core.domain.orders import BILLED, RECEIVED, RELEASED
from k2k_core.errors import Conflict
from k2k_core.store.database.queries import in_chunks
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import IN_STOCK
from k2k_core.store.inventory import free_boxes, stock_ledger
from k2k_core.store.inventory.stock_ledger import WriteOff
from k2k_core.store.orders.rows import LineRow
from k2k_core.store.tables import Box, Lot, OrderLine


class Allocated(NamedTuple):
    """A box in its buyer's stock that is allocated to an order line."""

    id: int
    code: str
    company_id: int
    lot_id: int
    line_id: int


def allocated_to(session: Session, line_ids: Iterable[int]) -> dict[int, list[Allocated]]:
    """The boxes that are allocated to order lines, by line, first in first out. Boxes reported missing are left out:
    they can be neither billed nor released."""
    found: dict[int, list[Allocated]] = defaultdict(list)
    columns = (Box.id, Box.code, Box.company_id, Box.lot_id, Box.line_id)
    for chunk in in_chunks(sorted(set(line_ids))):
        allocated = Box.line_id.in_(chunk) & (Box.state == RECEIVED) & Box.missing.is_null()
        for row in session.rows(Box.select(*columns).where(allocated).order_by(Box.position, Box.id)):
            found[row[-1]].append(Allocated(*row))
    return found


def missing_of(session: Session, line_id: int) -> int:
    """How many boxes that are allocated to a line are reported missing."""
    mine = (Box.line_id == line_id) & (Box.state == RECEIVED) & Box.missing.is_null(False)
    return int(session.value(Box.select(fn.COUNT(Box.id)).where(mine)) or 0)


def end_allocation(session: Session, allocated: Sequence[Allocated], state: str) -> None:
    """Move allocated boxes to an invoice (`billed`) or to free stock (`in_stock`), with the numbers of their lots;
    raises `Conflict` when one of them is no longer allocated."""
    session.lock(Lot, {box.lot_id for box in allocated})
    move_stock = {BILLED: stock_ledger.bill, IN_STOCK: stock_ledger.free}[state]
    numbers = Counter((box.lot_id, box.company_id, box.line_id) for box in allocated)
    for (lot_id, company_id, line_id), count in sorted(numbers.items()):
        move_stock(session, company_id, lot_id, line_id, count)
    moved = 0
    for chunk in in_chunks([box.id for box in allocated]):
        moved += session.change(Box.update(state=state).where(Box.id.in_(chunk) & (Box.state == RECEIVED)))
    for lot_id, company_id in sorted({(box.lot_id, box.company_id) for box in allocated if state == IN_STOCK}):
        free_boxes.match(session, company_id, lot_id)
    if moved != len(allocated):
        raise Conflict("Somebody billed or released some of these boxes at the same time. Nothing was done.")


def free_into(session: Session, allocated: Sequence[Allocated], to: int) -> None:
    """Take boxes that are allocated to one line out of their lot, into the free stock of another one of the same
    company; `Conflict` when one of them is allocated no longer."""
    session.lock(Lot, {to, *(box.lot_id for box in allocated)})
    numbers = Counter((box.lot_id, box.company_id, box.line_id) for box in allocated)
    for (lot_id, company_id, line_id), count in sorted(numbers.items()):
        stock_ledger.write_off(session, company_id, lot_id, line_id, WriteOff(count, RELEASED, allocated=count))
        stock_ledger.receive(session, company_id, to, line_id, count, allocated=0)
    moved = 0
    for chunk in in_chunks([box.id for box in allocated]):
        there = Box.id.in_(chunk) & (Box.state == RECEIVED)
        moved += session.change(Box.update(state=IN_STOCK, lot_id=to).where(there))
    if moved != len(allocated):
        raise Conflict("Somebody billed or released some of these boxes at the same time. Nothing was done.")


def still_owed(session: Session, lines: Sequence[LineRow]) -> dict[int, int]:
    """How many boxes of prebooks' lines are neither billed, nor allocated, nor released yet, by line. 0 for a line
    without a prebook: its boxes are free stock."""
    served: Counter[int] = Counter()
    for chunk in in_chunks([line["id"] for line in lines]):
        theirs = Box.line_id.in_(chunk) & Box.state.in_((BILLED, RECEIVED))
        counted = Box.select(Box.line_id, fn.COUNT(Box.id)).where(theirs).group_by(Box.line_id)
        served.update(dict(session.rows(counted)))
    return {
        line["id"]: 0 if line["prebook_id"] is None else line["boxes"] - line["released"] - served[line["id"]]
        for line in lines
    }


def add_released(session: Session, line: LineRow, number: int) -> None:
    """Add to the number of released boxes of a line; raises `Conflict` when another unit of work did at the same
    time."""
    as_read = (OrderLine.state == line["state"]) & (OrderLine.released == line["released"])
    there = (OrderLine.id == line["id"]) & as_read
    if session.change(OrderLine.update(released=OrderLine.released + number).where(there)) != 1:
        raise Conflict("Somebody changed this line at the same time. Nothing was done.")
