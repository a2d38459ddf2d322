"""Received boxes become a lot of the buyer, one for each order line, with the cost that they came with (domain
section 6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.domain.costs import UNIT_COST
from k2k_core.domain.items import OPEN_MARKET_BOXES, STANDARD_BOXES
from k2k_core.domain.orders import STAGED
from k2k_core.errors import Conflict
from k2k_core.services import documents
from k2k_core.services.allocation import IN_STOCK
from k2k_core.services.documents import BOX, Row
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.office import Office
from k2k_core.store import stock, tables
from k2k_core.store.work import Session

LOT: Any = tables.Lot
_BOX_TYPE: Any = tables.BoxType
_AWB: Any = tables.Awb
_SIZE: Any = tables.BoxDimensions
LONGEST_CODE = 40


def into_inventory(office: Office, session: Session, buyer: CompanyFacts, line: Row, boxes: Sequence[int]) -> int:
    """Move boxes of a line from the vendor's lot into the buyer's; the id of the buyer's lot.

    The first boxes open the lot, later ones join it.
    """
    code = lot_code(session, line)
    mine = (LOT.company_id == buyer.id) & (LOT.code == code)
    lot_id = session.value(LOT.select(LOT.id).where(mine))
    if lot_id is None:
        lot_id = session.insert(tables.Lot, **_facts(office, session, buyer, line, code, len(boxes)))
        stock.open_lot(session, buyer.id, lot_id, len(boxes), "received")
    else:
        session.lock(tables.Lot, [lot_id])
        stock.adjust(session, buyer.id, lot_id, len(boxes), "received", line["id"])
    staged = BOX.id.in_(list(boxes)) & (BOX.state == STAGED)
    moved = BOX.update(company_id=buyer.id, lot_id=lot_id, state=IN_STOCK).where(staged)
    if session.change(moved) != len(boxes):
        raise Conflict("Some of these boxes are no longer staged. Scan them again.")
    return int(lot_id)


def lot_code(session: Session, line: Row) -> str:
    """The code of the buyer's lot: the vendor's code and the order line's number, which nobody else has."""
    ending = f"-{line['id']}"
    vendor_code = documents.lot_codes(session, [line])[line["lot_id"]]
    return vendor_code[: LONGEST_CODE - len(ending)] + ending


def _facts(
    office: Office, session: Session, buyer: CompanyFacts, line: Row, code: str, boxes: int
) -> dict[str, Any]:
    vendor = office.facts.by_id(session, [line["vendor_id"]])[line["vendor_id"]]
    record = buyer.vendor_for(session, vendor.code)
    awb = session.dicts(_AWB.select().where(_AWB.id == line["awb_id"]))[0]
    box_type_id = _box_type(session, buyer, vendor, line["box_type"])
    _know_size(session, buyer, vendor, line, box_type_id)
    return {
        "company_id": buyer.id,
        "code": code,
        "inventory_type": OPEN_MARKET_BOXES,
        "product_id": line["product_id"],
        "vendor": record.code if record else vendor.code,
        "box_type_id": box_type_id,
        "boxes": boxes,
        "units_per_box": line["units_per_box"],
        "unit_type": line["unit_type"],
        "stems_per_bunch": line["stems_per_bunch"],
        "unit_cost": line["components"].get(UNIT_COST, line["cost"]),
        "awb": awb["number"],
        "port": record.port if record else None,
        "arrival_date": awb["arrival_date"] or buyer.company.today(session.now),
    }


def _box_type(session: Session, buyer: CompanyFacts, vendor: CompanyFacts, code: str) -> int:
    """The buyer's box type of that code; one that it lacks is taken over from the vendor."""
    for box_type_id, (known, _) in buyer.box_types(session).items():
        if known == code:
            return box_type_id
    session.lock(tables.Company, [buyer.id])
    mine = (_BOX_TYPE.company_id == buyer.id) & (_BOX_TYPE.code == code)
    found = session.value(_BOX_TYPE.select(_BOX_TYPE.id).where(mine))
    if found is not None:
        return int(found)
    sizes = dict(vendor.box_types(session).values())
    fbe = sizes.get(code) or STANDARD_BOXES.get(code, STANDARD_BOXES["FB"])
    return session.insert(tables.BoxType, company_id=buyer.id, code=code, name=code, fbe=fbe)


def _know_size(session: Session, buyer: CompanyFacts, vendor: CompanyFacts, line: Row, box_type_id: int) -> None:
    """Boxes whose size the buyer does not know bring the vendor's along: without one they would lose their cost."""
    known = buyer.dimensions(session)
    if (box_type_id, line["product_id"]) in known or (box_type_id, None) in known:
        return
    size = _size_at_vendor(session, vendor, line)
    here = (_SIZE.company_id == buyer.id) & (_SIZE.box_type_id == box_type_id)
    mine = here & (_SIZE.product_id == line["product_id"])
    session.lock(tables.Company, [buyer.id])
    if size is not None and session.value(_SIZE.select(_SIZE.id).where(mine)) is None:
        place = {"company_id": buyer.id, "box_type_id": box_type_id, "product_id": line["product_id"]}
        session.insert(tables.BoxDimensions, **place, length=size[0], width=size[1], height=size[2])


def _size_at_vendor(session: Session, vendor: CompanyFacts, line: Row) -> tuple[int, int, int] | None:
    """The vendor's dimensions of a line's boxes: a row for their product wins over one for every product."""
    found = (
        _SIZE.select(_SIZE.length, _SIZE.width, _SIZE.height)
        .join(_BOX_TYPE, on=_BOX_TYPE.id == _SIZE.box_type_id)
        .where((_SIZE.company_id == vendor.id) & (_BOX_TYPE.code == line["box_type"]))
    )
    for product_id in (line["vendor_product_id"], None):
        own = _SIZE.product_id.is_null() if product_id is None else _SIZE.product_id == product_id
        size = session.first(found.where(own))
        if size is not None:
            return size[0], size[1], size[2]
    return None
