"""Reads lots and what buyers said of them, as raw rows: the hot path of prices and catalogs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from peewee import SQL, ModelSelect, fn

from k2k_core.domain.costs import AwbCosts
from k2k_core.domain.items import OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, ZERO, Exact
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.store import tables
from k2k_core.store.prepared import Prepared
from k2k_core.store.work import Session

Row = tuple[Any, ...]
Columns = Mapping[str, Sequence[Any]]
Said = tuple[int | None, bool | None, int | None]
"""What a buyer said of a lot: its product, whether it is confirmed, a typed price (micros)."""

_LOT = tables.Lot
COLUMNS = (
    _LOT.company_id,
    _LOT.id,
    _LOT.code,
    _LOT.inventory_type,
    _LOT.product_id,
    _LOT.box_type_id,
    _LOT.boxes,
    _LOT.available,
    _LOT.units_per_box,
    _LOT.unit_type,
    _LOT.stems_per_bunch,
    _LOT.arrival_date,
    _LOT.vendor,
    _LOT.location_id,
    _LOT.unit_cost,
    _LOT.awb,
    _LOT.port,
    _LOT.on_hold,
    _LOT.solid,
    _LOT.sell_fast,
    _LOT.web_price,
    _LOT.price_a,
    _LOT.price_b,
    _LOT.price_b_manual,
    _LOT.unit_price,
    _LOT.va_price,
    _LOT.purchase_order_price,
    _LOT.last_price,
)
_NAMES = tuple(column.name for column in COLUMNS)
COMPANY, ID, CODE, TYPE, PRODUCT, BOX_TYPE, BOXES, AVAILABLE = range(8)
LOCATION, AWB, ON_HOLD, SOLID, LAST_PRICE = 13, 15, 17, 18, 27
"""Where the columns of a row stand that are looked at one by one."""


def lot_rows(session: Session, companies: Iterable[int], codes: Iterable[str] | None = None) -> list[Row]:
    """Raw rows of the lots of some companies, in one query, by company and code."""
    if codes is None:
        return _ALL_LOTS.rows(session, list(companies))
    return _SOME_LOTS.rows(session, list(companies), list(codes))


def on_hand_rows(session: Session, company_id: int) -> list[Row]:
    """The same rows of one company's open-market boxes alone."""
    return _ON_HAND.rows(session, [company_id])


def _on_hand(company: list[int]) -> ModelSelect[Any]:
    # A prepared query holds the values of its lists and no others, so the type stands in its text.
    return _lots(company).where(SQL(f"inventory_type = '{OPEN_MARKET_BOXES}'"))


def _lots(companies: list[int], *codes: list[str]) -> ModelSelect[Any]:
    query = _LOT.select(*COLUMNS).where(_LOT.company_id.in_(companies) & ~_LOT.archived)
    for some in codes:
        query = query.where(_LOT.code.in_(some))
    return query.order_by(_LOT.company_id, _LOT.code)


_ALL_LOTS, _SOME_LOTS, _ON_HAND = Prepared(_lots), Prepared(_lots), Prepared(_on_hand)


def by_column(rows: Iterable[Row]) -> Columns:
    """The columns of rows of `lot_rows`, one or more, by name."""
    return dict(zip(_NAMES, zip(*rows, strict=True), strict=True))


def available_boxes(session: Session, companies: Iterable[int], codes: Iterable[str]) -> dict[tuple[int, str], int]:
    """How many boxes of some lots can be bought, by company id and code."""
    wanted = _LOT.company_id.in_(list(companies)) & _LOT.code.in_(list(codes))
    rows = session.rows(_LOT.select(_LOT.company_id, _LOT.code, _LOT.available).where(wanted))
    return {(company_id, code): available for company_id, code, available in rows}


def offers_said(session: Session, buyer_id: int) -> dict[int, Said]:
    """What a buyer said of its vendors' lots, by lot id."""
    table = tables.Offer
    query = table.select(table.lot_id, table.product_id, table.confirmed, table.va_price)
    rows = session.rows(query.where(table.buyer_id == buyer_id))
    return {lot_id: (product_id, confirmed, price) for lot_id, product_id, confirmed, price in rows}


def earlier_mappings(session: Session, buyer_id: int) -> dict[int, int]:
    """The buyer's products that vendors' products were mapped to before, by the vendor's product id."""
    table = tables.ProductMapping
    query = table.select(table.vendor_product_id, table.product_id).where(table.buyer_id == buyer_id)
    return dict(session.rows(query))


def awb_costs(session: Session, company_id: int, numbers: Collection[str] | None = None) -> dict[str, AwbCosts]:
    """Real AWB amounts of a company's stock, by AWB number, with the full-box equivalents they are spread over: of some
    numbers, or of all that lots stand on which are still there."""
    awb = tables.Awb
    wanted = (awb.buyer_id == company_id) & (awb.freight.is_null(False) | awb.handling.is_null(False))
    there = _LOT.select(_LOT.awb).where((_LOT.company_id == company_id) & ~_LOT.archived)
    wanted &= awb.number.in_(there if numbers is None else list(numbers))
    amounts: dict[str, tuple[int | None, int | None]] = {}
    for number, freight, handling in session.rows(awb.select(awb.number, awb.freight, awb.handling).where(wanted)):
        # Vendors that share a number share its costs, whichever of their rows was there when they were typed.
        before = amounts.get(number, (None, None))
        amounts[number] = freight if before[0] is None else before[0], handling if before[1] is None else before[1]
    if not amounts:
        return {}
    loads = _loads(session, company_id, list(amounts))
    return {number: AwbCosts(*typed, loads.get(number, ZERO)) for number, typed in amounts.items()}


def _loads(session: Session, company_id: int, numbers: list[str]) -> Mapping[str, Exact]:
    """Full-box equivalents on AWBs, by number: of the company's lots, and of the boxes that are not (or were never) in
    one of them: those in the staging area, and those that went straight onto an invoice. Loose units are as much of a
    box as they fill."""
    box = tables.BoxType
    query = (
        _LOT.select(_LOT.awb, _LOT.boxes, box.fbe, _LOT.inventory_type, _LOT.units_per_box)
        .join(box, on=box.id == _LOT.box_type_id)
        .where((_LOT.company_id == company_id) & _LOT.awb.in_(numbers))
    )
    found: dict[str, Exact] = {}
    for number, quantity, fbe, inventory_type, units in session.rows(query):
        in_a_box = units if inventory_type == OPEN_MARKET_UNITS else 1
        found[number] = (found.get(number, ZERO) + Exact(quantity * fbe, MICRO * in_a_box)).reduced()
    for number, fbe, boxes in session.rows(_elsewhere(company_id, numbers)):
        found[number] = (found.get(number, ZERO) + Exact.micros(boxes * fbe)).reduced()
    return found


def _elsewhere(company_id: int, numbers: list[str]) -> Any:
    """How many boxes on the AWBs belong to their vendors' lots still, by full-box equivalent: the staged ones, and
    those that went straight onto an invoice. A voided line has none, whoever was given its boxes afterwards."""
    awb, line, claim, box, kind = tables.Awb, tables.OrderLine, tables.BoxClaim, tables.Box, tables.BoxType
    in_no_lot_of_the_buyer = line.state.in_((STAGED, RECEIVED, BILLED)) & (box.lot_id == line.lot_id)
    return (
        claim.select(awb.number, kind.fbe, fn.COUNT(claim.id))
        .join(line, on=line.id == claim.line_id)
        .join(awb, on=awb.id == line.awb_id)
        .switch(claim)
        .join(box, on=box.id == claim.box_id)
        .join(_LOT, on=_LOT.id == box.lot_id)
        .join(kind, on=kind.id == _LOT.box_type_id)
        .where((line.buyer_id == company_id) & awb.number.in_(numbers) & in_no_lot_of_the_buyer)
        .group_by(awb.number, kind.fbe)
    )
