"""Reads lots and buyers' decisions about them, as raw rows: the hot path of prices and catalogs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Final

from peewee import SQL, ModelSelect

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES
from k2k_core.store import tables
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.queries import any_of, in_chunks, unindexed
from k2k_core.store.database.session import Session

Columns = Mapping[str, Sequence[Any]]
OfferDecision = tuple[int | None, bool | None, int | None]
"""A buyer's decision on a lot: its product, whether it is confirmed, a typed price (micros)."""

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
COMPANY: Final = 0
ID: Final = 1
CODE: Final = 2
TYPE: Final = 3
PRODUCT: Final = 4
BOX_TYPE: Final = 5
BOXES: Final = 6
AVAILABLE: Final = 7
UNITS_PER_BOX: Final = 8
UNIT_TYPE: Final = 9
STEMS_PER_BUNCH: Final = 10
VENDOR: Final = 12
LOCATION: Final = 13
AWB: Final = 15
ON_HOLD: Final = 17
SOLID: Final = 18
LAST_PRICE: Final = 27
AWB_ID: Final = 28
"""The indexes of the columns that are read one by one, with their types."""

LotRow = tuple[
    int,  # company_id
    int,  # id
    str,  # code
    str,  # inventory_type
    int,  # product_id
    int,  # box_type_id
    int,  # boxes
    int,  # available
    int,  # units_per_box
    str,  # unit_type
    int | None,  # stems_per_bunch
    dt.date,  # arrival_date
    str | None,  # vendor
    int | None,  # location_id
    int | None,  # unit_cost
    str | None,  # awb
    str | None,  # port
    bool,  # on_hold
    bool,  # solid
    bool,  # sell_fast
    int | None,  # web_price
    int | None,  # price_a
    int | None,  # price_b
    int | None,  # price_b_manual
    int | None,  # unit_price
    int | None,  # va_price
    int | None,  # purchase_order_price
    Any,  # last_price
    int | None,  # awb_id
    int | None,  # landed_cost
    Any,  # components
    int | None,  # fbe
]
"""A row of `COLUMNS`. A plain tuple: thousands are read for one page, and whole columns are converted at once."""


def lot_rows(session: Session, companies: Iterable[int], codes: Iterable[str] | None = None) -> list[LotRow]:
    """Raw rows of the lots of some companies, in one query, by company and code."""
    if codes is None:
        return _ALL_LOTS.rows(session, list(companies))
    return _SOME_LOTS.rows(session, list(companies), list(codes))


def rows_of_products(
    session: Session, companies: Iterable[int], products: Iterable[int], lots: Iterable[int] = ()
) -> list[LotRow]:
    """Raw rows of the lots of some products, and of some more lots by id, of some companies, by company and code."""
    return _OF_PRODUCTS.rows(session, list(companies), list(products), list(lots))


def remarks(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What the companies of some lots wrote for buyers about them, by lot; those without a remark are left out."""
    written = _LOT.remark.is_null(False) & (_LOT.remark != "")
    columns = (_LOT.id, _LOT.remark)
    return dict(
        row for some in in_chunks(ids) for row in session.rows(_LOT.select(*columns).where(_LOT.id.in_(some) & written))
    )


def rows_by_id(session: Session, ids: Sequence[int]) -> list[LotRow]:
    """Raw rows of some lots."""
    return [row for some in in_chunks(ids) for row in session.rows(_LOT.select(*COLUMNS).where(_LOT.id.in_(some)))]


MARKED = (*COLUMNS[: PRODUCT + 1], _LOT.mark)
"""The first columns of a row, with the mark of its last change: enough to know what was said of the lot before."""

MARK: Final = PRODUCT + 1
"""The index of the mark in a row of `MARKED`."""


def marked_rows(session: Session, companies: Iterable[int]) -> list[tuple[Any, ...]]:
    """Rows of `MARKED` of the lots of some companies, in one query."""
    return _MARKED.rows(session, list(companies))


def pack_of(row: LotRow) -> tuple[int, str, int | None]:
    """How boxes are packed: units per box, unit type, stems per bunch."""
    return row[UNITS_PER_BOX], row[UNIT_TYPE], row[STEMS_PER_BUNCH]


def on_hand_rows(session: Session, company_id: int) -> list[LotRow]:
    """The same rows of one company's open-market boxes only, of products of which it has lots for future sale too."""
    return _ON_HAND.rows(session, [company_id], [company_id])


def _on_hand(company: list[int], again: list[int]) -> ModelSelect[Any]:
    # A prepared query holds the values of its lists and no others, so the types are written into its text.
    future = _LOT.alias()
    of_type = SQL(f"inventory_type = '{FUTURE_SALES}'")
    products = future.select(future.product_id).where(future.company_id.in_(again) & ~future.archived & of_type)
    on_hand = _lots(company).where(SQL(f"inventory_type = '{OPEN_MARKET_BOXES}'"))
    return on_hand.where(_LOT.product_id.in_(products))


def _lots(companies: list[int], *codes: list[str]) -> ModelSelect[Any]:
    query = _LOT.select(*COLUMNS).where(_LOT.company_id.in_(companies) & ~_LOT.archived)
    for some in codes:
        query = query.where(_LOT.code.in_(some))
    return query.order_by(_LOT.company_id, _LOT.code)


def _of_products(companies: list[int], products: list[int], lots: list[int]) -> ModelSelect[Any]:
    mine = unindexed(_LOT.company_id).in_(companies) & ~_LOT.archived
    # With an empty list in an OR SQLite uses no index for the other one.
    wanted = [column.in_(some) for column, some in ((_LOT.product_id, products), (_LOT.id, lots)) if some]
    found = _LOT.select(*COLUMNS).where(mine & any_of(wanted or [_LOT.id.in_([])]))
    return found.order_by(unindexed(_LOT.company_id), _LOT.code)


def _marked(companies: list[int]) -> ModelSelect[Any]:
    return _LOT.select(*MARKED).where(_LOT.company_id.in_(companies) & ~_LOT.archived)


_MARKED = Prepared(_marked)
_ALL_LOTS, _SOME_LOTS, _ON_HAND = Prepared(_lots), Prepared(_lots), Prepared(_on_hand)
_OF_PRODUCTS = Prepared(_of_products)


def by_column(rows: Sequence[LotRow]) -> Columns:
    """The columns of rows of `lot_rows`, by name: each is read when it is asked for, since a buyer's offers need fewer
    than half of them."""
    return _LotColumns(rows)


class _LotColumns(dict[str, Sequence[Any]]):
    def __init__(self, rows: Sequence[LotRow]) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, name: str) -> Sequence[Any]:
        column = self[name] = list(map(_COLUMN_OF[name], self._rows))
        return column


_COLUMN_OF = {name: itemgetter(place) for place, name in enumerate(_NAMES)}


def available_boxes(session: Session, companies: Iterable[int], codes: Iterable[str]) -> dict[tuple[int, str], int]:
    """How many boxes of some lots can be bought, by company id and code."""
    wanted = _LOT.company_id.in_(list(companies)) & _LOT.code.in_(list(codes))
    rows = session.rows(_LOT.select(_LOT.company_id, _LOT.code, _LOT.available).where(wanted))
    return {(company_id, code): available for company_id, code, available in rows}


def offer_decisions(session: Session, buyer_id: int) -> dict[int, OfferDecision]:
    """A buyer's decisions about its vendors' lots, by lot id."""
    table = tables.Offer
    query = table.select(table.lot_id, table.product_id, table.confirmed, table.va_price)
    rows = session.rows(query.where(table.buyer_id == buyer_id))
    return {lot_id: (product_id, confirmed, price) for lot_id, product_id, confirmed, price in rows}


def earlier_mappings(session: Session, buyer_id: int) -> dict[int, int]:
    """The buyer's products that vendors' products were mapped to before, by the vendor's product id."""
    table = tables.ProductMapping
    query = table.select(table.vendor_product_id, table.product_id).where(table.buyer_id == buyer_id)
    return dict(session.rows(query))
