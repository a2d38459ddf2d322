"""Reads lots and what buyers said of them, as raw rows: the hot path of prices and catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from peewee import SQL, ModelSelect

from k2k_core.domain.items import OPEN_MARKET_BOXES
from k2k_core.store import tables
from k2k_core.store.database.prepared import Prepared
from k2k_core.store.database.session import Session

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
    _LOT.awb_id,
    _LOT.landed_cost,
    _LOT.components,
    _LOT.fbe,
)
_NAMES = tuple(column.name for column in COLUMNS)
COMPANY, ID, CODE, TYPE, PRODUCT, BOX_TYPE, BOXES, AVAILABLE = range(8)
VENDOR, LOCATION, AWB, ON_HOLD, SOLID, LAST_PRICE, AWB_ID = 12, 13, 15, 17, 18, 27, 28
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
