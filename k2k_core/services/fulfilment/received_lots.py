"""Received boxes become a lot of the buyer, one for each order line, with the cost that they came with (domain
section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from k2k_core.domain.costs import UNIT_COST
from k2k_core.domain.items import OPEN_MARKET_BOXES, STANDARD_BOXES
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.parties import Vendor
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.pricing.pricer import needs_rate
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import awbs, received_lots
from k2k_core.store.fulfilment.awbs import AwbRow
from k2k_core.store.fulfilment.received_lots import ensure_box_type, ensure_dimensions
from k2k_core.store.orders import documents
from k2k_core.store.orders.rows import LineRow

LONGEST_CODE = 40


def into_inventory(
    context: ServiceContext,
    session: Session,
    buyer: CompanySnapshot,
    line: LineRow,
    allocated: Sequence[int],
    free: Sequence[int],
) -> int:
    """Move boxes of a line from the vendor's lot into the buyer's, some allocated to the line, some free; the id of the
    buyer's lot.

    The first boxes open the lot, later ones join it.
    """
    code = lot_code(session, line)
    lot_id = received_lots.find_lot(session, buyer.id, code)
    if lot_id is None:
        facts = {"code": code, **_facts(context, session, buyer, line)}
        lot_id = received_lots.open_lot(session, buyer.id, facts)
    received_lots.put_boxes(session, buyer.id, lot_id, line["id"], allocated, free)
    return lot_id


def lot_code(session: Session, line: LineRow) -> str:
    """The code of the buyer's lot: the vendor's code and the order line's number, which nobody else has."""
    ending = f"-{line['id']}"
    vendor_code = documents.lot_codes(session, [line])[line["lot_id"]]
    return vendor_code[: LONGEST_CODE - len(ending)] + ending


def _facts(context: ServiceContext, session: Session, buyer: CompanySnapshot, line: LineRow) -> dict[str, Any]:
    vendor = context.snapshots.by_id(session, [line["vendor_id"]])[line["vendor_id"]]
    record, awb = buyer.vendor_for(session, vendor.code), awbs.by_id(session, line["awb_id"])
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
        **_arrival(session, buyer, vendor, line, awb),
    }


def _arrival(
    session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, line: LineRow, awb: AwbRow
) -> dict[str, dt.date | None]:
    """The boxes are there from the day on which they are scanned, or from the AWB's arrival date if that is earlier;
    where the vendor lets its real aging be seen, they are as old as they are there (domain section 6)."""
    today = buyer.company.today(session.now)
    if buyer.code in vendor.company.settings.transfer_real_aging_to:
        theirs = received_lots.arrival_date_of(session, line["lot_id"])
        return {"arrival_date": min(theirs, today), "received_on": None}
    return {"arrival_date": min(awb["arrival_date"] or today, today), "received_on": today}


def _unit_cost(buyer: CompanySnapshot, record: Vendor | None, line: LineRow) -> int | None:
    """What a unit cost the buyer, in its own money. A line without a landed cost keeps the vendor's amount alone."""
    known: int | None = line["components"].get(UNIT_COST)
    if known is not None or line["cost"] is None or not needs_rate(buyer, record):
        return line["cost"] if known is None else known
    if record is None or record.exchange_rate is None:
        return None
    return (Exact.micros(line["cost"]) * Exact.micros(record.exchange_rate)).rounded_half_up(MICRO)


def _box_type(session: Session, buyer: CompanySnapshot, line: LineRow) -> int:
    """The buyer's box type, of a known size. What the buyer lacks comes along with the box as it was ordered."""
    code, product_id, size = line["box_type"], line["product_id"], line["dimensions"]
    fbe = line["fbe"] or STANDARD_BOXES.get(code, STANDARD_BOXES["FB"])
    box_type_id = ensure_box_type(session, buyer.id, code, fbe)
    if size is not None and product_id is not None:
        ensure_dimensions(session, buyer.id, box_type_id, product_id, tuple(size))
    return box_type_id
