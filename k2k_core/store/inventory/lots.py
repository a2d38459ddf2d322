"""Reads lots and what buyers said of them, as raw rows: the hot path of prices and catalogs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from peewee import SQL, ModelSelect, Tuple, fn

from k2k_core.domain.costs import AwbCosts
from k2k_core.domain.items import OPEN_MARKET_BOXES, OPEN_MARKET_UNITS
from k2k_core.domain.money import MICRO, ZERO, Exact
from k2k_core.domain.orders import BILLED, RECEIVED, STAGED
from k2k_core.store import tables
from k2k_core.store.database.prepared import Prepared
from k2k_core.store.database.session import Session

T = TypeVar("T")
Row = tuple[Any, ...]
Columns = Mapping[str, Sequence[Any]]
OfferDecision = tuple[int | None, bool | None, int | None]
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


def offer_decisions(session: Session, buyer_id: int) -> dict[int, OfferDecision]:
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


Awbs = dict[int, dict[str, T]]
"""Something of AWBs, by company and number."""


def awb_costs(session: Session, company_ids: Collection[int], numbers: Collection[str] | None = None) -> Awbs[AwbCosts]:
    """Real AWB amounts of companies' stock, with the full-box equivalents they are spread over: of some numbers, or of
    all that lots stand on which are still there. A company without any is left out."""
    awb = tables.Awb
    companies = list(company_ids)
    wanted = awb.buyer_id.in_(companies) & (awb.freight.is_null(False) | awb.handling.is_null(False))
    if numbers is None:
        there = _LOT.select(_LOT.company_id, _LOT.awb).where(_LOT.company_id.in_(companies) & ~_LOT.archived)
        wanted &= Tuple(awb.buyer_id, awb.number).in_(there)
    else:
        wanted &= awb.number.in_(list(numbers))
    amounts: Awbs[tuple[int | None, int | None]] = {}
    query = awb.select(awb.buyer_id, awb.number, awb.freight, awb.handling).where(wanted)
    for company_id, number, freight, handling in session.rows(query):
        # Vendors that share a number share its costs, whichever of their rows was there when they were typed.
        before = amounts.setdefault(company_id, {}).get(number, (None, None))
        typed = freight if before[0] is None else before[0], handling if before[1] is None else before[1]
        amounts[company_id][number] = typed
    loads = _loads(session, amounts) if amounts else {}
    return {
        company_id: {number: AwbCosts(*typed, loads.get((company_id, number), ZERO)) for number, typed in mine.items()}
        for company_id, mine in amounts.items()
    }


def _loads(session: Session, awbs: Mapping[int, Collection[str]]) -> Mapping[tuple[int, str], Exact]:
    """Full-box equivalents on AWBs, by company and number: of the company's lots, and of the boxes that are not (or
    were never) in one of them: those in the staging area, and those that went straight onto an invoice. Loose units are
    as much of a box as they fill."""
    box, numbers = tables.BoxType, sorted({number for mine in awbs.values() for number in mine})
    query = (
        _LOT.select(_LOT.company_id, _LOT.awb, _LOT.boxes, box.fbe, _LOT.inventory_type, _LOT.units_per_box)
        .join(box, on=box.id == _LOT.box_type_id)
        .where(_LOT.company_id.in_(list(awbs)) & _LOT.awb.in_(numbers))
    )
    found: dict[tuple[int, str], Exact] = {}
    for company_id, number, quantity, fbe, inventory_type, units in session.rows(query):
        in_a_box = units if inventory_type == OPEN_MARKET_UNITS else 1
        carried = found.get((company_id, number), ZERO) + Exact(quantity * fbe, MICRO * in_a_box)
        found[company_id, number] = carried.reduced()
    for company_id, number, fbe, boxes in session.rows(_elsewhere(list(awbs), numbers)):
        found[company_id, number] = (found.get((company_id, number), ZERO) + Exact.micros(boxes * fbe)).reduced()
    return found


def _elsewhere(company_ids: list[int], numbers: list[str]) -> Any:
    """How many boxes on the AWBs belong to their vendors' lots still, by full-box equivalent: the staged ones, and
    those that went straight onto an invoice. A voided line has none, whoever was given its boxes afterwards."""
    awb, line, claim, box, kind = tables.Awb, tables.OrderLine, tables.BoxClaim, tables.Box, tables.BoxType
    in_no_lot_of_the_buyer = line.state.in_((STAGED, RECEIVED, BILLED)) & (box.lot_id == line.lot_id)
    return (
        claim.select(line.buyer_id, awb.number, kind.fbe, fn.COUNT(claim.id))
        .join(line, on=line.id == claim.line_id)
        .join(awb, on=awb.id == line.awb_id)
        .switch(claim)
        .join(box, on=box.id == claim.box_id)
        .join(_LOT, on=_LOT.id == box.lot_id)
        .join(kind, on=kind.id == _LOT.box_type_id)
        .where(line.buyer_id.in_(company_ids) & awb.number.in_(numbers) & in_no_lot_of_the_buyer)
        .group_by(line.buyer_id, awb.number, kind.fbe)
    )
