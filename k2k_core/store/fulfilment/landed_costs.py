"""What order lines need to know of the AWB that their boxes came on, and what boxes were billed with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peewee import JOIN

from k2k_core.domain.orders import BILLED, CHECKED_OUT, RECEIVED, STAGED
from k2k_core.store.database.session import Session
from k2k_core.store.orders.documents import lines_by
from k2k_core.store.tables import Awb, BilledCost, BoxType, Lot, OrderLine

Row = dict[str, Any]
_AT_ONCE = 10_000


class Carried(NamedTuple):
    """The AWB that a line's boxes came on and the full-box equivalent (micros) of one of them."""

    awb: str
    fbe: int


def carried(session: Session, line_ids: Iterable[int]) -> dict[int, Carried]:
    """Lines whose boxes came on an AWB: a vendor's on the line's own, those of the company's stock on their lot's."""
    wanted, found = sorted(set(line_ids)), {}
    query: Any = (
        OrderLine.select(OrderLine.id, OrderLine.vendor_id, Awb.number, Lot.awb, BoxType.fbe)
        .join(Lot, on=Lot.id == OrderLine.lot_id)
        .join(BoxType, on=BoxType.id == Lot.box_type_id)
        .switch(OrderLine)
        .join(Awb, JOIN.LEFT_OUTER, on=Awb.id == OrderLine.awb_id)
    )
    for start in range(0, len(wanted), _AT_ONCE):
        rows = session.rows(query.where(OrderLine.id.in_(wanted[start : start + _AT_ONCE])))
        for line_id, vendor_id, number, lots_number, fbe in rows:
            awb = lots_number if vendor_id is None else number
            if awb is not None:
                found[line_id] = Carried(awb, fbe)
    return found


def lines_on(session: Session, buyer_id: int, number: str) -> list[Row]:
    """A buyer's lines with boxes of an AWB number, by id: those that vendors sent on it, and those that the company
    sold out of lots that came on it."""
    sent = OrderLine.select(OrderLine.id).join(Awb, on=Awb.id == OrderLine.awb_id).where(Awb.number == number)
    sold = OrderLine.select(OrderLine.id).join(Lot, on=Lot.id == OrderLine.lot_id)
    sold = sold.where((Lot.awb == number) & (Lot.company_id == buyer_id) & OrderLine.vendor_id.is_null())
    mine = (OrderLine.buyer_id == buyer_id) & OrderLine.state.in_((CHECKED_OUT, STAGED, RECEIVED, BILLED))
    ids = [row[0] for query in (sent, sold) for row in session.rows(query.where(mine))]
    return lines_by(session, "id", ids)


def keep_billed(session: Session, line: Row, boxes: int, landed_cost: int, components: Mapping[str, int]) -> None:
    """Keep for good what boxes of a line were billed with, where that is not what the line was sold with."""
    values = {"landed_cost": landed_cost, "components": dict(components), "at": session.now}
    session.insert(BilledCost, company_id=line["buyer_id"], line_id=line["id"], boxes=boxes, **values)


def billed_with(session: Session, line_ids: Iterable[int]) -> dict[int, list[Row]]:
    """What was kept, by line, oldest first."""
    wanted, found = sorted(set(line_ids)), defaultdict(list)
    for start in range(0, len(wanted), _AT_ONCE):
        these = BilledCost.line_id.in_(wanted[start : start + _AT_ONCE])
        for row in session.dicts(BilledCost.select().where(these).order_by(BilledCost.id)):
            found[row["line_id"]].append(row)
    return found
