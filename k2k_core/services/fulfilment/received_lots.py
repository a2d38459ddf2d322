"""The buyer's lots of received boxes: one for each order line and day on which some were scanned, with the cost at
which they were received (domain section 6)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from k2k_core.domain.costs import UNIT_COST
from k2k_core.domain.items import OPEN_MARKET_BOXES, STANDARD_BOXES
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Vendor
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import needs_rate
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import allocation, awbs, received_lots
from k2k_core.store.fulfilment.allocation import Allocated
from k2k_core.store.fulfilment.awbs import AwbRow
from k2k_core.store.fulfilment.boxes import IN_STOCK, last_claims
from k2k_core.store.fulfilment.received_lots import Goods, LineLots, ReceivedLot, ensure_box_type, ensure_dimensions
from k2k_core.store.orders.rows import LineRow


class Arrival(NamedTuple):
    """When boxes arrived, and when they were scanned; the latter is null where they arrived on the vendor's date."""

    arrival_date: dt.date
    received_on: dt.date | None


def lot_for(
    session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, line: LineRow, lots: LineLots, awb: AwbRow
) -> tuple[int, str]:
    """The buyer's lot, by id and code, for boxes of a line that are received now from a vendor's AWB: that of boxes
    scanned on the same day, or a new one."""
    arrival = _arrival(session, buyer, vendor, line, awb)
    lot = _arrived_with(lots.lots, arrival, _goods(line))
    if lot is not None:
        return lot.id, lot.code
    return _new_lot(session, buyer, lots.next_code, {**_facts(session, buyer, vendor, line, awb), **arrival._asdict()})


def release_boxes(
    context: ServiceContext, session: Session, buyer: CompanySnapshot, line: LineRow, released: Sequence[Allocated]
) -> None:
    """Boxes that are allocated to a line become free stock. If their lot was changed to other goods since, they come
    into another lot, of the goods that were ordered."""
    by_lot: dict[int, list[Allocated]] = defaultdict(list)
    for box in released:
        by_lot[box.lot_id].append(box)
    for lot_id, boxes in sorted(by_lot.items()):
        claims = last_claims(session, buyer.id, [boxes[0].id])
        lots = received_lots.of_lines(session, buyer.id, claims.values()).get(line["id"])
        theirs = [lot for lot in lots.lots if lot.id == lot_id] if lots is not None else []
        if lots is None or not theirs or theirs[0].goods == _goods(line):
            allocation.end_allocation(session, boxes, IN_STOCK)
            continue
        arrival = Arrival(theirs[0].arrival_date, theirs[0].received_on)
        to, _ = _lot_with(context, session, buyer, line, lots, arrival)
        allocation.free_into(session, boxes, to)


def _lot_with(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    line: LineRow,
    lots: LineLots,
    arrival: Arrival,
) -> tuple[int, str]:
    """The lot of a line with some arrival and the goods that were ordered, by id and code; a new one where there is
    none."""
    lot = _arrived_with(lots.lots, arrival, _goods(line))
    if lot is not None:
        return lot.id, lot.code
    vendor = context.snapshots.by_id(session, [line["vendor_id"]])[line["vendor_id"]]
    awb = awbs.by_id(session, line["awb_id"])
    return _new_lot(session, buyer, lots.next_code, {**_facts(session, buyer, vendor, line, awb), **arrival._asdict()})


def _new_lot(session: Session, buyer: CompanySnapshot, code: str, facts: dict[str, Any]) -> tuple[int, str]:
    return received_lots.open_lot(session, buyer.id, {"code": code, **facts}), code


def _goods(line: LineRow) -> Goods:
    return Goods(
        line["product_id"], line["box_type"], line["units_per_box"], line["unit_type"], line["stems_per_bunch"]
    )


def _arrived_with(lots: Sequence[ReceivedLot], arrival: Arrival, goods: Goods) -> ReceivedLot | None:
    """The lot of boxes with the same arrival. Boxes of another day stay apart even if the AWB arrived before both: its
    date may be changed, and then each has its own age. A lot that was changed to other goods, or archived, gets no
    more boxes."""
    same = (
        lot
        for lot in reversed(lots)
        if (lot.arrival_date, lot.received_on) == arrival and lot.goods == goods and not lot.archived
    )
    return next(same, None)


def _facts(
    session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, line: LineRow, awb: AwbRow
) -> dict[str, Any]:
    record = buyer.vendor_for(session, vendor.code)
    return {
        "inventory_type": OPEN_MARKET_BOXES,
        "product_id": line["product_id"],
        "vendor": record.code if record else vendor.code,
        "box_type_id": _box_type(session, buyer, line),
        "units_per_box": line["units_per_box"],
        "unit_type": line["unit_type"],
        "stems_per_bunch": line["stems_per_bunch"],
        "unit_cost": _unit_cost(buyer, record, line),
        "awb": awb["number"],
        "awb_id": awb["id"],
        "landed_cost": line["landed_cost"],
        "components": None if line["landed_cost"] is None else line["components"],
        "fbe": line["fbe"],
        "port": record.port if record else None,
    }


def _arrival(session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, line: LineRow, awb: AwbRow) -> Arrival:
    """The boxes arrived on the day on which they are scanned, or on the AWB's arrival date if that is earlier; if the
    vendor shows its real aging, on the vendor's date (domain section 6)."""
    today = buyer.company.today(session.now)
    if buyer.code in vendor.company.settings.transfer_real_aging_to:
        theirs = received_lots.arrival_date_of(session, line["lot_id"])
        return Arrival(min(theirs, today), None)
    return Arrival(min(awb["arrival_date"] or today, today), today)


def _unit_cost(buyer: CompanySnapshot, record: Vendor | None, line: LineRow) -> int | None:
    """The buyer's cost of a unit, in its own currency. A line without a landed cost has the vendor's amount only."""
    known: int | None = line["components"].get(UNIT_COST)
    if known is not None or line["cost"] is None or not needs_rate(buyer, record):
        return line["cost"] if known is None else known
    if record is None or record.exchange_rate is None:
        return None
    return (Exact.micros(line["cost"]) * Exact.micros(record.exchange_rate)).rounded_half_up(MICRO)


def _box_type(session: Session, buyer: CompanySnapshot, line: LineRow) -> int:
    """The buyer's box type, with dimensions. A box type that the buyer lacks is added as it was ordered."""
    code, product_id, size = line["box_type"], line["product_id"], line["dimensions"]
    fbe = line["fbe"] or STANDARD_BOXES.get(code, STANDARD_BOXES["FB"])
    box_type_id = ensure_box_type(session, buyer.id, code, fbe)
    if size is not None and product_id is not None:
        ensure_dimensions(session, buyer.id, box_type_id, product_id, tuple(size))
    return box_type_id
