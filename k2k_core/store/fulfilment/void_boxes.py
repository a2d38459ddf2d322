"""Boxes that are voided: those that a line was given, and where shipped ones go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.orders import RECEIVED, STAGED
from k2k_core.errors import Conflict
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import IN_STOCK
from k2k_core.store.inventory import free_boxes, stock_ledger
from k2k_core.store.inventory.stock_ledger import Count, WriteOff
from k2k_core.store.tables import Box, BoxClaim, Lot

RETURNED, LOST = "returned", "lost"
WITHDRAWN = "withdrawn"
_OWN = frozenset(
    (
        *("id", "code", "boxes", "available", "allocated", "ledger_id", "mark", "on_hold"),
        *("on_hand", "short", "counted_at"),
    )
)
"""Columns that a lot of returned boxes does not take over from the lot that they came from."""


class AssignedBox(NamedTuple):
    """A box that a line was given, with its lot and state; `open` while it waits to be received, `missing` why it is
    reported missing."""

    line_id: int
    box_id: int
    code: str
    open: bool
    missing: str | None
    state: str
    company_id: int
    lot_id: int


def given_to(session: Session, line_ids: Collection[int]) -> list[AssignedBox]:
    """The boxes of some lines, in the order of allocation."""
    columns = (Box.id, Box.code, BoxClaim.open, Box.missing, Box.state, Box.company_id, Box.lot_id)
    query = (
        BoxClaim.select(BoxClaim.line_id, *columns)
        .join(Box, on=Box.id == BoxClaim.box_id)
        .where(BoxClaim.line_id.in_(list(line_ids)))
        .order_by(BoxClaim.id)
    )
    return [AssignedBox(*row) for row in session.rows(query)]


def write_off(session: Session, company_id: int, lot_id: int, line_id: int, boxes: Sequence[AssignedBox]) -> None:
    """Shipped boxes that never came are written off: they leave the lot that they were sold from."""
    _write_off(session, company_id, lot_id, line_id, WriteOff(len(boxes), LOST))
    _take_off(session, boxes, state=WITHDRAWN, line_id=None, missing=None)


def come_back(session: Session, company_id: int, lot_id: int, line_id: int, boxes: Sequence[AssignedBox]) -> str:
    """Shipped boxes that are back at the vendor make a lot of their own, on hold until they are checked; returns its
    code."""
    _write_off(session, company_id, lot_id, line_id, WriteOff(len(boxes), RETURNED))
    (lot,) = session.dicts(Lot.select().where(Lot.id == lot_id))
    code = _free_code(session, company_id, str(lot["code"]))
    columns = {name: value for name, value in lot.items() if name not in _OWN}
    new_id = session.insert(Lot, **columns, code=code, boxes=0, on_hold=True)
    stock_ledger.adjust(session, company_id, new_id, len(boxes), RETURNED, line_id)
    _take_off(session, boxes, state=IN_STOCK, lot_id=new_id, company_id=company_id, line_id=None, missing=None)
    session.change(Box.update(printed=0).where(Box.id.in_([box.box_id for box in boxes])))
    return code


def leave_buyers_lots(session: Session, sold_from: int, line_id: int, boxes: Sequence[AssignedBox]) -> None:
    """Boxes that never came, and were counted in lots of their buyer, allocated or billed, leave these lots."""
    numbers = Counter((box.company_id, box.lot_id, box.state) for box in boxes if box.lot_id != sold_from)
    session.lock(Lot, {lot_id for _, lot_id, _ in numbers})
    for (company_id, lot_id, state), number in sorted(numbers.items()):
        taken = number if state == RECEIVED else 0
        _write_off(session, company_id, lot_id, line_id, WriteOff(number, LOST, taken))


def _write_off(session: Session, company_id: int, lot_id: int, line_id: int, lost: WriteOff) -> None:
    """Where a lot was stated to have fewer boxes than have left it, the statement was wrong by these: nothing that was
    sold is kept from being voided."""
    lacking = lost.boxes - int(session.value(Lot.select(Lot.boxes).where(Lot.id == lot_id)))
    if lacking > 0:
        stock_ledger.count(session, company_id, lot_id, Count(lacking, "stated", stated=True, may_be_short=True))
        free_boxes.match(session, company_id, lot_id)
    stock_ledger.write_off(session, company_id, lot_id, line_id, lost)


def _take_off(session: Session, boxes: Sequence[AssignedBox], **changes: object) -> None:
    ids = [box.box_id for box in boxes]
    session.lock(Box, ids)
    session.change(BoxClaim.update(open=False).where(BoxClaim.box_id.in_(ids) & BoxClaim.open))
    there: Any = Box.id.in_(ids) & ((Box.state == STAGED) | Box.missing.is_null(False))
    if session.change(Box.update(**changes).where(there)) != len(ids):
        raise Conflict("Somebody received some of these boxes at the same time. Nothing was done.")


def _free_code(session: Session, company_id: int, code: str) -> str:
    """The first code for a lot of returned boxes that the company has not used."""
    number = 1
    while True:
        ending = f"-R{number}"
        wanted = code[: 40 - len(ending)] + ending
        mine = (Lot.company_id == company_id) & (Lot.code == wanted)
        if session.value(Lot.select(Lot.id).where(mine)) is None:
            return wanted
        number += 1
