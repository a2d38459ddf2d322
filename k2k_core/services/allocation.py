"""Which boxes a confirmed line holds: first in, first out, each box held by one line at most (domain section 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.orders import STAGED
from k2k_core.errors import Conflict
from k2k_core.services.documents import BOX, CLAIM, Row
from k2k_core.store import tables
from k2k_core.store.work import Session

IN_STOCK = "in_stock"


def allocate(session: Session, lines: Sequence[Row]) -> dict[int, list[str]]:
    """Give each line its boxes, lowest positions first, and stage them; box codes by line.

    The lots are locked by the caller: of two orders for one lot the first gets the first boxes.
    """
    boxed = [line for line in lines if line["inventory_type"] != OPEN_MARKET_UNITS]
    by_lot: dict[int, list[Row]] = defaultdict(list)
    for line in boxed:
        by_lot[line["lot_id"]].append(line)
    given: dict[int, list[str]] = {}
    for lot_id, wanted in sorted(by_lot.items()):
        free = _free_boxes(session, lot_id, sum(line["boxes"] for line in wanted))
        for line in wanted:
            mine, free = free[: line["boxes"]], free[line["boxes"] :]
            _claim(session, line["id"], [box_id for box_id, _ in mine])
            given[line["id"]] = [code for _, code in mine]
    return given


def release(session: Session, line_ids: Iterable[int]) -> None:
    """Put the boxes that lines hold back into the stock of the lot that they lie in."""
    wanted = CLAIM.line_id.in_(list(line_ids)) & CLAIM.open
    held = session.rows(CLAIM.select(CLAIM.box_id).where(wanted).order_by(CLAIM.box_id))
    if not held:
        return
    boxes = [box_id for (box_id,) in held]
    session.lock(tables.Box, boxes)
    session.change(CLAIM.update(open=False).where(wanted))
    session.change(BOX.update(state=IN_STOCK, line_id=None).where(BOX.id.in_(boxes) & (BOX.state == STAGED)))


def _free_boxes(session: Session, lot_id: int, count: int) -> list[tuple[int, str]]:
    held = CLAIM.select(CLAIM.box_id).where(CLAIM.open)
    free = (BOX.lot_id == lot_id) & (BOX.state == IN_STOCK) & BOX.id.not_in(held)
    query = BOX.select(BOX.id, BOX.code).where(free).order_by(BOX.position, BOX.id).limit(count)
    found = [(box_id, code) for box_id, code in session.rows(query)]
    if len(found) != count:
        raise Conflict(f"{count} boxes were sold, and {len(found)} of them are on the shelf: run a verification.")
    return found


def _claim(session: Session, line_id: int, boxes: Sequence[int]) -> None:
    session.insert_many(tables.BoxClaim, [{"box_id": box_id, "line_id": line_id} for box_id in boxes])
    free = BOX.id.in_(list(boxes)) & (BOX.state == IN_STOCK)
    if session.change(BOX.update(state=STAGED, line_id=line_id).where(free)) != len(boxes):
        raise Conflict("Somebody took one of these boxes at the same time. Nothing was done.")
