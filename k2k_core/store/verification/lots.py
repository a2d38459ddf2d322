"""Checks of lots: the numbers on them, their ledgers, their boxes, and the lines that hold boxes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from peewee import JOIN, Case, fn

from k2k_core.domain.answers.administration import StoredFault
from k2k_core.domain.items import OPEN_MARKET_UNITS
from k2k_core.domain.orders import BILLED, HOLDING_LINE_STATES, RECEIVED, RESERVING_LINE_STATES, SHIPPED
from k2k_core.messages import Message, joined
from k2k_core.store import tables
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.boxes import GIVEN
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.verification import findings
from k2k_core.store.verification.parts import Part

BOX: Any = tables.Box
CLAIM: Any = tables.BoxClaim
DOCUMENT: Any = tables.Document
LINE: Any = tables.OrderLine
_LOT: Any = tables.Lot


def ledgers(session: Session, part: Part) -> Iterator[StoredFault]:
    """The ledger of each lot adds up to the number on it."""
    for found in stock_ledger.ledger_faults(session, part.of(_LOT.id)):
        parts = [
            Message(
                "{available} available, but its ledger says {ledger}",
                available=found.available,
                ledger=found.ledger_sum,
            )
        ]
        for name in ("allocated", "on_hand", "short"):
            number, total_ = getattr(found, name), getattr(found, f"{name}_sum")
            if (name == "allocated" and (number or total_)) or number != total_:
                parts.append(
                    Message("{number} {name}, and {ledger} by its ledger", number=number, name=name, ledger=total_)
                )
        yield findings.fault("ledger", findings.lot(found.code), joined(parts))


def held_quantities(session: Session, part: Part) -> Iterator[StoredFault]:
    """The boxes of a lot that are neither available nor allocated are exactly those that open lines hold, and the
    billed ones of those that were allocated."""
    held = fn.COALESCE(fn.SUM(Case(None, [(LINE.state.in_(HOLDING_LINE_STATES), LINE.boxes)], 0)), 0)
    columns = (_LOT.id, _LOT.code, _LOT.boxes, _LOT.available, _LOT.allocated, _LOT.short, _LOT.on_hand)
    query = (
        _LOT.select(*columns, held)
        .join(LINE, JOIN.LEFT_OUTER, on=LINE.lot_id == _LOT.id)
        .where(part.of(_LOT.id))
        .group_by(*columns)
    )
    billed, left = _boxes_by_lot(session, part, BILLED), _left_by_lot(session, part)
    for lot_id, code, boxes, available, allocated, short, on_hand, holding in session.rows(query):
        gone = billed.get(lot_id, 0)
        if boxes - available - allocated + short != holding + gone:
            numbers = {"boxes": boxes, "available": available, "allocated": allocated, "held": int(holding)}
            yield findings.fault("held", findings.lot(code), _held_otherwise(numbers, short, gone))
        if boxes - on_hand != left.get(lot_id, 0) + gone:
            words = Message(
                "{boxes} {boxes:box|boxes}, {on_hand} of them on hand, but {left} {left:has|have} left",
                boxes=boxes,
                on_hand=on_hand,
                left=left.get(lot_id, 0) + gone,
            )
            yield findings.fault("on_hand", findings.lot(code), words)


def _held_otherwise(numbers: Mapping[str, int], short: int, billed: int) -> Message:
    if short:
        return Message(
            "{boxes} {boxes:box|boxes}, {available} available and {allocated} allocated, but lines hold {held}, {short}"
            " {short:is|are} short, and {billed} {billed:was|were} billed",
            short=short,
            billed=billed,
            **numbers,
        )
    return Message(
        "{boxes} {boxes:box|boxes}, {available} available and {allocated} allocated, but lines hold {held}, and"
        " {billed} {billed:was|were} billed",
        billed=billed,
        **numbers,
    )


def _left_by_lot(session: Session, part: Part) -> dict[int, int]:
    """How many boxes of lines have left the vendor, by lot: all of a shipped order, else those that were received."""
    theirs = LINE.select(LINE.id).where(part.of(LINE.lot_id))
    waiting = (
        CLAIM.select(CLAIM.line_id, fn.COUNT(CLAIM.id).alias("boxes"))
        .where(CLAIM.open & CLAIM.line_id.in_(theirs))
        .group_by(CLAIM.line_id)
    ).alias("waiting")
    in_house = Case(None, [(DOCUMENT.status == SHIPPED, 0)], fn.COALESCE(waiting.c.boxes, 0))
    query = (
        LINE.select(LINE.lot_id, fn.SUM(LINE.boxes - in_house))
        .join(DOCUMENT, JOIN.LEFT_OUTER, on=DOCUMENT.id == LINE.sales_order_id)
        .switch(LINE)
        .join(waiting, JOIN.LEFT_OUTER, on=waiting.c.line_id == LINE.id)
        .where(LINE.state.in_(GIVEN) & part.of(LINE.lot_id))
        .group_by(LINE.lot_id)
    )
    return {lot_id: int(number) for lot_id, number in session.rows(query)}


def _boxes_by_lot(session: Session, part: Part, state: str) -> dict[int, int]:
    """How many boxes in lots of their buyers are in a state, by lot: their lines bought them from another lot."""
    query = BOX.select(BOX.lot_id, fn.COUNT(BOX.id)).join(LINE, on=LINE.id == BOX.line_id)
    at_buyer = part.of(BOX.lot_id) & (BOX.state == state) & (LINE.lot_id != BOX.lot_id)
    return dict(session.rows(query.where(at_buyer).group_by(BOX.lot_id)))


def allocated_numbers(session: Session, part: Part) -> Iterator[StoredFault]:
    """A lot has as many allocated boxes as there are received ones in it for a line of a prebook of its company."""
    counted = _boxes_by_lot(session, part, RECEIVED)
    for lot_id, code, allocated in session.rows(
        _LOT.select(_LOT.id, _LOT.code, _LOT.allocated).where(part.of(_LOT.id))
    ):
        if counted.get(lot_id, 0) != allocated:
            words = Message(
                "{allocated} {allocated:box|boxes} allocated, but {there} {there:stands|stand} in it",
                allocated=allocated,
                there=counted.get(lot_id, 0),
            )
            yield findings.fault("allocation", findings.lot(code), words)


def box_rows(session: Session, part: Part) -> Iterator[StoredFault]:
    """A lot of boxes has a row for each of its boxes: those in it, and those that went on to a buyer's lot."""
    here = session.rows(
        BOX.select(BOX.lot_id, fn.COUNT(BOX.id))
        .where((BOX.state != "withdrawn") & part.of(BOX.lot_id))
        .group_by(BOX.lot_id)
    )
    gone = session.rows(
        CLAIM.select(LINE.lot_id, fn.COUNT(CLAIM.id))
        .join(LINE, on=LINE.id == CLAIM.line_id)
        .switch(CLAIM)
        .join(BOX, on=BOX.id == CLAIM.box_id)
        .where(~CLAIM.open & LINE.state.in_(GIVEN) & (BOX.lot_id != LINE.lot_id) & part.of(LINE.lot_id))
        .group_by(LINE.lot_id)
    )
    count: dict[int, int] = dict(here)
    for lot_id, moved in gone:
        count[lot_id] = count.get(lot_id, 0) + moved
    reserving = part.of(LINE.lot_id) & LINE.state.in_(RESERVING_LINE_STATES)
    held = session.rows(LINE.select(LINE.lot_id, fn.SUM(LINE.boxes)).where(reserving).group_by(LINE.lot_id))
    reserved = {lot_id: int(number) for lot_id, number in held}
    columns = (_LOT.id, _LOT.code, _LOT.boxes, _LOT.short)
    for lot_id, code, boxes, short in session.rows(
        _LOT.select(*columns).where((_LOT.inventory_type != OPEN_MARKET_UNITS) & part.of(_LOT.id))
    ):
        # Boxes of confirmed orders that are short have their rows until these orders are voided.
        boxes += max(0, short - reserved.get(lot_id, 0))
        if count.get(lot_id, 0) != boxes:
            words = Message(
                "{boxes} {boxes:box|boxes}, but {rows} box {rows:row|rows}", boxes=boxes, rows=count.get(lot_id, 0)
            )
            yield findings.fault("boxes", findings.lot(code), words)
