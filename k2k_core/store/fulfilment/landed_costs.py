"""Reads and stores what landed costs of order lines depend on: the AWB of their boxes, and the costs of billed
boxes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypedDict

from peewee import JOIN

from k2k_core.domain.orders import BILLED, CHECKED_OUT, RECEIVED, STAGED
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment.awbs import AwbRow, lots_of_own_supply
from k2k_core.store.inventory.awb_costs import OwnLot, candidates_of, own_lots
from k2k_core.store.orders.documents import lines_by
from k2k_core.store.orders.rows import LineRow
from k2k_core.store.tables import Awb, BilledCost, Box, BoxClaim, Lot, OrderLine

_AT_ONCE = 10_000
_COUNTING = (CHECKED_OUT, STAGED, RECEIVED, BILLED)


class BilledCostRow(TypedDict):
    """The costs that boxes of a line were billed with, in micros per unit."""

    id: int
    company_id: int
    line_id: int
    boxes: int
    landed_cost: int
    components: dict[str, int]
    at: dt.datetime


class Carried(NamedTuple):
    """The AWB of a line's boxes, by number and id."""

    number: str
    awb_id: int


def carried(session: Session, buyer_id: int, line_ids: Iterable[int]) -> dict[int, Carried]:
    """A buyer's lines whose boxes came on an AWB: for a vendor's boxes the line's own, for own stock that of the
    lot."""
    wanted, found, own = sorted(set(line_ids)), dict[int, Carried](), []
    if not wanted:
        return found
    columns = (OrderLine.id, OrderLine.vendor_id, Awb.number, OrderLine.awb_id, Lot.awb, Lot.awb_id, Lot.id)
    query: Any = (
        OrderLine.select(*columns)
        .join(Lot, on=Lot.id == OrderLine.lot_id)
        .switch(OrderLine)
        .join(Awb, JOIN.LEFT_OUTER, on=Awb.id == OrderLine.awb_id)
    )
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.rows(query.where(OrderLine.id.in_(wanted[start : start + _AT_ONCE])))
        for line_id, vendor_id, number, awb_id, lots_number, lots_awb, lot_id in rows:
            if vendor_id is None and lots_number:
                own.append((line_id, lots_number, lots_awb, lot_id))
            elif number is not None:
                found[line_id] = Carried(number, awb_id)
    if own:
        found |= _out_of_stock(session, buyer_id, own)
    return found


def _out_of_stock(session: Session, buyer_id: int, own: list[tuple[int, str, int | None, int]]) -> dict[int, Carried]:
    """The AWBs of lines that were sold from the company's own stock; for some numbers there is none yet."""
    numbers = sorted({number for _, number, _, _ in own})
    candidates = candidates_of(session, [buyer_id], numbers).get(buyer_id, {})
    lots = {lot.id: lot for lot in own_lots(session, [buyer_id], numbers)}
    found = {}
    for line_id, number, awb_id, lot_id in own:
        awb = awb_id or (lots[lot_id].awb_among(candidates.get(number, {})) if lot_id in lots else None)
        if awb is not None:
            found[line_id] = Carried(number, awb)
    return found


class OnAwb(NamedTuple):
    """What came on one AWB to a buyer: the lines that its vendor sent, those sold from lots that came on it, how many
    boxes of a received line were sold so, and of the company's own supply the boxes of lots that are on no line yet."""

    sent: list[LineRow]
    sold: list[LineRow]
    sold_of: Mapping[int, int]
    in_stock: list[tuple[OwnLot, int]]


def on_awb(session: Session, buyer_id: int, awb: AwbRow) -> OnAwb:
    """Everything that came on an AWB, each box once."""
    own = {lot.id: lot for lot in lots_of_own_supply(session, buyer_id, awb)}
    received = (Lot.company_id == buyer_id) & (Lot.awb_id == awb["id"])
    lots = [row[0] for row in session.rows(Lot.select(Lot.id).where(received))]
    sent = [line for line in lines_by(session, "awb_id", [awb["id"]]) if _counts(line, buyer_id)]
    of_stock = lines_by(session, "lot_id", [*own, *lots])
    sold = [line for line in of_stock if _counts(line, buyer_id) and line["vendor_id"] is None]
    taken: dict[int, int] = defaultdict(int)
    for line in sold:
        taken[line["lot_id"]] += line["boxes"]
    sold_of: dict[int, int] = defaultdict(int)
    for lot_id, line_id in _lines_of_lots(session, lots, [line["id"] for line in sent]):
        sold_of[line_id] += taken[lot_id]
    rest = [(lot, lot.boxes - taken[lot.id]) for lot in own.values()]
    return OnAwb(sent, sold, sold_of, [one for one in rest if one[1]])


def _counts(line: LineRow, buyer_id: int) -> bool:
    return line["buyer_id"] == buyer_id and line["state"] in _COUNTING


def _lines_of_lots(session: Session, lot_ids: Sequence[int], line_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Lots of received boxes, each with the line of its boxes. Boxes that were sold on and came back make a lot of
    their own, of the same line."""
    theirs = Box.lot_id.in_(lot_ids) & BoxClaim.line_id.in_(line_ids)
    query = BoxClaim.select(Box.lot_id, BoxClaim.line_id).join(Box, on=Box.id == BoxClaim.box_id).where(theirs)
    return session.rows(query.distinct()) if lot_ids else []


def store_billed(session: Session, line: LineRow, boxes: int, landed_cost: int, components: Mapping[str, int]) -> None:
    """Store the costs that boxes of a line were billed with, if they differ from those of the sale."""
    values = {"landed_cost": landed_cost, "components": dict(components), "at": session.now}
    session.insert(BilledCost, company_id=line["buyer_id"], line_id=line["id"], boxes=boxes, **values)


def billed_with(session: Session, line_ids: Iterable[int]) -> dict[int, list[BilledCostRow]]:
    """The costs that boxes were billed with, by line, oldest first."""
    wanted, found = sorted(set(line_ids)), defaultdict(list)
    for start in range(0, len(wanted), _AT_ONCE):
        these = BilledCost.line_id.in_(wanted[start : start + _AT_ONCE])
        for row in session.dicts(BilledCost.select().where(these).order_by(BilledCost.id)):
            found[row["line_id"]].append(row)
    return found


def take_off_billed(session: Session, line_id: int, boxes: int) -> None:
    """Boxes of a line that were billed are credited again, the last ones first: their stored costs are deleted."""
    mine = BilledCost.line_id == line_id
    for cost_id, count in session.rows(
        BilledCost.select(BilledCost.id, BilledCost.boxes).where(mine).order_by(BilledCost.id.desc())
    ):
        taken = min(count, boxes)
        boxes -= taken
        this = BilledCost.id == cost_id
        if taken == count:
            session.change(BilledCost.delete().where(this))
        elif taken:
            session.change(BilledCost.update(boxes=count - taken).where(this))
