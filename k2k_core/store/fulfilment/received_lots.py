"""Received lots: the lots of boxes that arrive in a buyer's stock, and the box type and dimensions that they need.

Boxes of one order line that were scanned on one day are one lot; if the vendor's date counts, those that arrived on one
day. The first lot of a line has the code of the vendor's lot with the line's number, `L1-12`; the next ones are
numbered, `L1-12.2`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from k2k_core.domain.orders import RECEIVED
from k2k_core.store.database.session import Session
from k2k_core.store.fulfilment import boxes
from k2k_core.store.fulfilment.boxes import IN_STOCK, ClaimRow
from k2k_core.store.inventory import stock_ledger
from k2k_core.store.tables import BoxDimensions, BoxType, Company, Lot

LONGEST_CODE = 40

Size = tuple[int, int, int]

_NUMBERS_AT_ONCE = 4
_AT_ONCE = 10_000


class Goods(NamedTuple):
    """The goods in a box: as they were ordered on a line, or as a person has changed the lot since."""

    product_id: int | None
    box_type: str
    units_per_box: int
    unit_type: str
    stems_per_bunch: int | None


class ReceivedLot(NamedTuple):
    """A buyer's lot of boxes of an order line. `received_on` is the day of their scan, null if the vendor's arrival
    date counts; `goods` is what the lot says of its boxes now."""

    id: int
    code: str
    arrival_date: dt.date
    received_on: dt.date | None
    archived: bool
    goods: Goods


class LineLots(NamedTuple):
    """The buyer's lots of the boxes of an order line, first to last, and the code of its next one."""

    lots: list[ReceivedLot]
    next_code: str


def of_lines(session: Session, company_id: int, claims: Iterable[ClaimRow]) -> dict[int, LineLots]:
    """The lots of a buyer for the lines of these claims, by line. Another lot of its own with such a code is not among
    them."""
    wanted = {claim["line_id"]: claim for claim in claims}
    lots: dict[int, list[ReceivedLot]] = {line_id: [] for line_id in wanted}
    found: dict[int, LineLots] = {}
    first = 1
    while wanted:
        codes = {
            line_id: [_code(claim["lot_code"], line_id, first + number) for number in range(_NUMBERS_AT_ONCE)]
            for line_id, claim in wanted.items()
        }
        taken = _by_code(session, company_id, [code for mine in codes.values() for code in mine])
        for line_id, claim in list(wanted.items()):
            there = [taken[code] for code in codes[line_id] if code in taken]
            lots[line_id] += [lot for lot, awb_id in there if awb_id == claim["awb_id"]]
            free = [code for code in codes[line_id] if code not in taken]
            if free:
                found[line_id] = LineLots(lots[line_id], free[0])
                del wanted[line_id]
        first += _NUMBERS_AT_ONCE
    return found


def _code(vendors_code: str, line_id: int, number: int) -> str:
    """The code of a line's lot by number. It is unique: no other line has this ending."""
    ending = f"-{line_id}" if number == 1 else f"-{line_id}.{number}"
    return vendors_code[: LONGEST_CODE - len(ending)] + ending


def _by_code(session: Session, company_id: int, codes: Sequence[str]) -> dict[str, tuple[ReceivedLot, int | None]]:
    """A company's lots with some codes, each with the AWB that a vendor sent it on."""
    found = {}
    columns = (Lot.awb_id, Lot.id, Lot.code, Lot.arrival_date, Lot.received_on, Lot.archived)
    stated = (Lot.product_id, BoxType.code, Lot.units_per_box, Lot.unit_type, Lot.stems_per_bunch)
    query = Lot.select(*columns, *stated).join(BoxType, on=BoxType.id == Lot.box_type_id)
    for start in range(0, len(codes), _AT_ONCE):
        mine = (Lot.company_id == company_id) & Lot.code.in_(codes[start : start + _AT_ONCE])
        for awb_id, lot_id, code, arrived, received, archived, *goods in session.rows(query.where(mine)):
            found[code] = (ReceivedLot(lot_id, code, arrived, received, archived, Goods(*goods)), awb_id)
    return found


def open_lot(session: Session, company_id: int, facts: Mapping[str, Any]) -> int:
    """Add a lot without boxes; returns its id."""
    return session.insert(Lot, company_id=company_id, boxes=0, **facts)


def put_boxes(
    session: Session, company_id: int, lot_id: int, line_id: int, allocated: Sequence[int], free: Sequence[int]
) -> None:
    """Move boxes of an order line from the vendor's lot into one of the buyer: some allocated to the line, some free
    (domain section 6). The caller holds the lot, or has just opened it."""
    stock_ledger.receive(session, company_id, lot_id, line_id, len(allocated) + len(free), len(allocated))
    for box_ids, state in ((allocated, RECEIVED), (free, IN_STOCK)):
        boxes.move(session, box_ids, company_id=company_id, lot_id=lot_id, state=state)


def ensure_box_type(session: Session, company_id: int, code: str, fbe: int) -> int:
    """The company's box type with that code, added with `fbe` (micros) if it lacks one; returns its id."""
    session.lock(Company, [company_id])
    mine = (BoxType.company_id == company_id) & (BoxType.code == code)
    found = session.value(BoxType.select(BoxType.id).where(mine))
    if found is not None:
        return int(found)
    return session.insert(BoxType, company_id=company_id, code=code, name=code, fbe=fbe)


def ensure_dimensions(session: Session, company_id: int, box_type_id: int, product_id: int, size: Size) -> None:
    """Add the dimensions in inches (micros) of a product's boxes if the company has none."""
    session.lock(Company, [company_id])
    here = (BoxDimensions.company_id == company_id) & (BoxDimensions.box_type_id == box_type_id)
    for_it = here & ((BoxDimensions.product_id == product_id) | BoxDimensions.product_id.is_null())
    if session.value(BoxDimensions.select(BoxDimensions.id).where(for_it)) is None:
        place = {"company_id": company_id, "box_type_id": box_type_id, "product_id": product_id}
        session.insert(BoxDimensions, **place, length=size[0], width=size[1], height=size[2])


def arrival_date_of(session: Session, lot_id: int) -> dt.date:
    """The arrival date of a lot at its owner."""
    found: dt.date = session.value(Lot.select(Lot.arrival_date).where(Lot.id == lot_id))
    return found
