"""Boxes that arrive in a buyer's stock: the lot that they make, and the box type and dimensions that the buyer needs
for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.orders import RECEIVED
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes
from k2k_core.store.fulfilment.boxes import IN_STOCK
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import BoxDimensions, BoxType, Company, Lot

Size = tuple[int, int, int]


def find_lot(session: Session, company_id: int, code: str) -> int | None:
    """The id of a company's lot by code."""
    mine = (Lot.company_id == company_id) & (Lot.code == code)
    found: int | None = session.value(Lot.select(Lot.id).where(mine))
    return found


def open_lot(session: Session, company_id: int, facts: Mapping[str, Any]) -> int:
    """A new lot, without boxes yet; its id."""
    return session.insert(Lot, company_id=company_id, boxes=0, **facts)


def put_boxes(
    session: Session, company_id: int, lot_id: int, line_id: int, allocated: Sequence[int], free: Sequence[int]
) -> None:
    """Boxes of an order line leave the vendor's lot and come into one of the buyer: some allocated to the line, some
    free (domain section 6)."""
    session.lock(Lot, [lot_id])
    stock_ledger.receive(session, company_id, lot_id, line_id, len(allocated) + len(free), len(allocated))
    for box_ids, state in ((allocated, RECEIVED), (free, IN_STOCK)):
        boxes.move(session, box_ids, company_id=company_id, lot_id=lot_id, state=state)


def ensure_box_type(session: Session, company_id: int, code: str, fbe: int) -> int:
    """The company's box type of that code, added with `fbe` (micros) when it lacks one; its id."""
    session.lock(Company, [company_id])
    mine = (BoxType.company_id == company_id) & (BoxType.code == code)
    found = session.value(BoxType.select(BoxType.id).where(mine))
    if found is not None:
        return int(found)
    return session.insert(BoxType, company_id=company_id, code=code, name=code, fbe=fbe)


def ensure_dimensions(session: Session, company_id: int, box_type_id: int, product_id: int, size: Size) -> None:
    """Add the inches (micros) of a product's boxes where the company knows none."""
    session.lock(Company, [company_id])
    here = (BoxDimensions.company_id == company_id) & (BoxDimensions.box_type_id == box_type_id)
    for_it = here & ((BoxDimensions.product_id == product_id) | BoxDimensions.product_id.is_null())
    if session.value(BoxDimensions.select(BoxDimensions.id).where(for_it)) is None:
        place = {"company_id": company_id, "box_type_id": box_type_id, "product_id": product_id}
        session.insert(BoxDimensions, **place, length=size[0], width=size[1], height=size[2])


def arrival_date_of(session: Session, lot_id: int) -> dt.date:
    """When the boxes of a lot arrived at its owner."""
    found: dt.date = session.value(Lot.select(Lot.arrival_date).where(Lot.id == lot_id))
    return found
