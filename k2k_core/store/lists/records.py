"""The declarations of the lists of a company's records, collection by collection, with the fields in which records are
written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from peewee import JOIN

from k2k_core.store import tables
from k2k_core.store.database import paging
from k2k_core.store.database.paging import Asked, Listing, Stepped, nullable
from k2k_core.store.database.session import Session

_LOCATION: Any = tables.Location
_USER: Any = tables.User
_CATEGORY: Any = tables.Category
_PRODUCT: Any = tables.Product
_BOX_TYPE: Any = tables.BoxType
_DIMENSIONS: Any = tables.BoxDimensions
_CUSTOMER: Any = tables.Customer
_VENDOR: Any = tables.Vendor
_CARRIER: Any = tables.Carrier
_LIST: Any = tables.PriceList
_SEASON: Any = tables.PriceSeason
_ROW: Any = tables.PriceRow
_LOT: Any = tables.Lot
_BOX: Any = tables.Box

ID = "id"
"""A column that is read for what is fetched with_parts, and is part of no answer."""


def _fields(table: Any, names: str) -> dict[str, Any]:
    return {name: getattr(table, name) for name in names.split()}


def _coded(table: Any, fields: str, *, filters: Mapping[str, Any] | None = None, **more: Any) -> Listing:
    """A collection of records with a code and a name."""
    return Listing(
        source=table.select(),
        owner=table.company_id,
        columns={ID: table.id, **_fields(table, f"code {fields} version")},
        unique=(table.code,),
        sorts={"name": (table.name,)},
        filters={**_common(table, table.code), **(filters or {})},
        searched=(table.search,),
        ranked=table.search,
        **more,
    )


def _common(table: Any, key: Any) -> dict[str, Callable[[Any], Any]]:
    return {
        "code": lambda codes: key.in_(codes),
        "active": lambda active: table.archived == (not active),
        "archived": _equal(table.archived),
    }


def _of_company(table: Any) -> Callable[[int], Any]:
    return lambda company_id: table.company_id == company_id


def _equal(column: Any) -> Callable[[Any], Any]:
    return lambda value: column == value


_CUSTOMER_FIELDS = (
    "name email type landed_cost_as_price ecommerce_markup price_b_markup sell_fast_markup price_lists ship_via "
    "show_fob_price charge_fuel_surcharge outbound_cube_rate min_age max_age days_of_service salesperson_email ship_to "
    "location credit_hold additional_charges send_invoice_to send_checkout_notification_to company show_vendor locale"
)
_LOT_FIELDS = (
    "inventory_type vendor boxes units_per_box unit_type stems_per_bunch unit_cost awb port arrival_date on_hold solid "
    "sell_fast remark web_price price_a price_b price_b_manual unit_price va_price purchase_order_price last_price"
)

_PRODUCTS = Listing(
    source=_PRODUCT.select().join(_CATEGORY, on=_CATEGORY.id == _PRODUCT.category_id),
    owner=_PRODUCT.company_id,
    columns={
        ID: _PRODUCT.id,
        **_fields(_PRODUCT, "code description"),
        "category": _CATEGORY.code,
        **_fields(_PRODUCT, "variety color grade local_after version"),
    },
    unique=(_PRODUCT.code,),
    sorts={"description": (_PRODUCT.description,), "category": Stepped(_CATEGORY.code)},
    found_by={"category": _of_company(_CATEGORY)},
    filters={**_common(_PRODUCT, _PRODUCT.code), "category": _equal(_CATEGORY.code)},
    searched=(_PRODUCT.search,),
    ranked=_PRODUCT.search,
)

_BOX_DIMENSIONS = Listing(
    source=_DIMENSIONS.select()
    .join(_BOX_TYPE, on=_BOX_TYPE.id == _DIMENSIONS.box_type_id)
    .switch(_DIMENSIONS)
    .join(_PRODUCT, JOIN.LEFT_OUTER, on=_PRODUCT.id == _DIMENSIONS.product_id),
    owner=_DIMENSIONS.company_id,
    columns={
        ID: _DIMENSIONS.id,
        "box_type": _BOX_TYPE.code,
        "product": _PRODUCT.code,
        **_fields(_DIMENSIONS, "length width height version"),
    },
    unique=(_DIMENSIONS.id,),
    sorts={"box_type": Stepped(_BOX_TYPE.code)},
    found_by={"box_type": _of_company(_BOX_TYPE)},
    filters={
        "box_type": _equal(_BOX_TYPE.code),
        "product": lambda code: _PRODUCT.code.is_null() if code is None else _PRODUCT.code == code,
    },
    searched=(_BOX_TYPE.search, _PRODUCT.search),
)

_USERS = Listing(
    source=_USER.select(),
    owner=_USER.company_id,
    columns={ID: _USER.id, **_fields(_USER, "email name roles locale version")},
    unique=(_USER.email,),
    sorts={"name": (_USER.name,)},
    filters={"email": lambda emails: _USER.email.in_(emails), "active": _equal(_USER.active)},
    searched=(_USER.search,),
    ranked=_USER.search,
)

_LOTS = Listing(
    source=_LOT.select()
    .join(_PRODUCT, on=_PRODUCT.id == _LOT.product_id)
    .switch(_LOT)
    .join(_BOX_TYPE, on=_BOX_TYPE.id == _LOT.box_type_id)
    .switch(_LOT)
    .join(_LOCATION, JOIN.LEFT_OUTER, on=_LOCATION.id == _LOT.location_id),
    owner=_LOT.company_id,
    columns={
        ID: _LOT.id,
        "code": _LOT.code,
        "product": _PRODUCT.code,
        "box_type": _BOX_TYPE.code,
        "location": _LOCATION.code,
        **_fields(_LOT, _LOT_FIELDS),
        "version": _LOT.version,
    },
    unique=(_LOT.code,),
    sorts={
        "product": Stepped(_PRODUCT.code),
        "boxes": (_LOT.boxes,),
        "arrival_date": (_LOT.arrival_date,),
        "unit_cost": nullable(_LOT.unit_cost, 0),
        "web_price": nullable(_LOT.web_price, 0),
        "price_a": nullable(_LOT.price_a, 0),
    },
    found_by={"product": _of_company(_PRODUCT)},
    filters={
        **_common(_LOT, _LOT.code),
        "inventory_type": _equal(_LOT.inventory_type),
        "product": _equal(_PRODUCT.code),
        "location": _equal(_LOCATION.code),
        "awb": _equal(_LOT.awb),
        "vendor": _equal(_LOT.vendor),
        "on_hold": _equal(_LOT.on_hold),
        "short": lambda short: (_LOT.short > 0) if short else (_LOT.short == 0),
    },
    searched=(_LOT.code, _PRODUCT.search, _LOT.vendor, _LOT.awb),
)

PRICE_ROWS = Listing(
    source=_ROW.select()
    .join(_SEASON, on=_SEASON.id == _ROW.season_id)
    .join(_LIST, on=_LIST.id == _SEASON.price_list_id)
    .switch(_ROW)
    .join(_PRODUCT, on=_PRODUCT.id == _ROW.product_id)
    .switch(_ROW)
    .join(_BOX_TYPE, JOIN.LEFT_OUTER, on=_BOX_TYPE.id == _ROW.box_type_id),
    owner=_ROW.company_id,
    columns={
        "list": _LIST.code,
        "season": _SEASON.name,
        **_fields(_SEASON, "start end"),
        "product": _PRODUCT.code,
        "description": _PRODUCT.description,
        "box_type": _BOX_TYPE.code,
        **_fields(_ROW, "vendor price cost"),
    },
    unique=(_ROW.id,),
    sorts={
        "product": Stepped(_PRODUCT.code),
        "description": Stepped(_PRODUCT.description, then=(_PRODUCT.code,)),
        "price": Stepped(_ROW.price),
        "cost": nullable(_ROW.cost, 0),
    },
    found_by={"product": _of_company(_PRODUCT), "description": _of_company(_PRODUCT)},
    filters={
        "list": _equal(_LIST.code),
        "season": _equal(_SEASON.name),
        "product": _equal(_PRODUCT.code),
        "box_type": _equal(_BOX_TYPE.code),
        "vendor": _equal(_ROW.vendor),
        "on": lambda day: (_SEASON.start <= day) & (_SEASON.end >= day),
    },
    searched=(_PRODUCT.search, _LIST.search),
)
"""The rows of a company's price lists, with the list and the season that each stands in."""

LISTINGS: Mapping[str, Listing] = {
    "locations": _coded(_LOCATION, "name k2k_gpm connected", filters={"connected": _equal(_LOCATION.connected)}),
    "users": _USERS,
    "categories": _coded(_CATEGORY, "name local_after"),
    "products": _PRODUCTS,
    "box_types": _coded(_BOX_TYPE, "name fbe"),
    "box_dimensions": _BOX_DIMENSIONS,
    "customers": _coded(
        _CUSTOMER,
        _CUSTOMER_FIELDS,
        filters={
            "type": _equal(_CUSTOMER.type),
            "company": _equal(_CUSTOMER.company),
            "ship_via": _equal(_CUSTOMER.ship_via),
            "credit_hold": _equal(_CUSTOMER.credit_hold),
        },
    ),
    "vendors": _coded(
        _VENDOR,
        "name company currency exchange_rate port transit_days",
        filters={"company": _equal(_VENDOR.company), "currency": _equal(_VENDOR.currency)},
    ),
    "carriers": _coded(_CARRIER, "name cut_offs"),
    "price_lists": _coded(
        _LIST,
        "name type master everyone active",
        filters={
            "active": _equal(_LIST.active),
            "type": _equal(_LIST.type),
            "master": _equal(_LIST.master),
            "everyone": _equal(_LIST.everyone),
        },
    ),
    "lots": _LOTS,
}
"""Collection -> its list. The names of its columns are the fields of its records."""

Rows = list[dict[str, Any]]


def whole_records(session: Session, collection: str, rows: Rows, *, with_parts: bool = True) -> Rows:
    """The rows with what is stored in other tables, the seasons of price lists and the box codes of lots, unless it is
    not asked for: in a constant number of queries."""
    ids = [row[ID] for row in rows] if with_parts else []
    if collection == "price_lists" and ids:
        seasons = _seasons(session, ids)
        rows = [{**row, "seasons": seasons[row[ID]]} for row in rows]
    if collection == "lots" and ids:
        codes = _box_codes(session, ids)
        rows = [{**row, "box_codes": codes[row[ID]] if len(codes[row[ID]]) == row["boxes"] else []} for row in rows]
    return [{name: value for name, value in row.items() if name != ID} for row in rows]


_AT_ONCE = 10_000


def named_records(
    session: Session, company_id: int, collection: str, codes: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Whole records by code with their ids, archived or not; dimensions by `BOX_TYPE` or `BOX_TYPE:PRODUCT`. One query
    for 10,000 codes, two for price lists."""
    listing = LISTINGS[collection]
    key = next((name for name in ("code", "email") if name in listing.filters), None)
    found: Rows = []
    for start in range(0, len(codes), _AT_ONCE):
        some = list(codes[start : start + _AT_ONCE])
        asked = Asked({} if key is None else {key: some})
        found += paging.page(session, listing, company_id, asked, None, _AT_ONCE).rows
    ids = [row[ID] for row in found]
    seasons = _seasons(session, ids) if collection == "price_lists" and ids else None
    rows = found if seasons is None else [{**row, "seasons": seasons[row[ID]]} for row in found]
    by_code = {_code_of(row, key): row for row in rows}
    return {code: by_code[code] for code in codes if code in by_code}


def _code_of(row: Mapping[str, Any], key: str | None) -> str:
    if key is not None:
        return str(row[key])
    return ":".join(row[name] for name in ("box_type", "product") if row[name])


def _seasons(session: Session, ids: Sequence[int]) -> Mapping[int, Rows]:
    found: dict[int, Rows] = defaultdict(list)
    lines: dict[int, Rows] = defaultdict(list)
    columns = (_ROW.season_id, _PRODUCT.code, _BOX_TYPE.code, _ROW.vendor, _ROW.price, _ROW.cost)
    query = PRICE_ROWS.source.select(*columns).where(_SEASON.price_list_id.in_(ids)).order_by(_ROW.id)
    for season, *values in session.rows(query):
        lines[season].append(dict(zip(("product", "box_type", "vendor", "price", "cost"), values, strict=True)))
    spans = _SEASON.select(_SEASON.id, _SEASON.price_list_id, _SEASON.name, _SEASON.start, _SEASON.end)
    for season, owner, name, start, end in session.rows(
        spans.where(_SEASON.price_list_id.in_(ids)).order_by(_SEASON.id)
    ):
        found[owner].append({"name": name, "start": start, "end": end, "rows": lines[season]})
    return found


def _box_codes(session: Session, ids: Sequence[int]) -> Mapping[int, list[str]]:
    """The codes of the boxes that have not left their lots, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    here = _BOX.lot_id.in_(ids) & (_BOX.state != "withdrawn")
    for lot_id, code in session.rows(
        _BOX.select(_BOX.lot_id, _BOX.code).where(here).order_by(_BOX.lot_id, _BOX.position)
    ):
        found[lot_id].append(code)
    return found
