"""Schemas of a company with all its collections, and of a whole network (domain section 1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from marshmallow import fields

from k2k_core.domain import parsing
from k2k_core.errors import Fault
from k2k_core.schemas import fields as of
from k2k_core.schemas import items, parties
from k2k_core.schemas.record import Record, Values, read

COLLECTIONS: dict[str, type[Record]] = {
    "locations": parties.LocationSchema,
    "users": parties.UserSchema,
    "categories": items.CategorySchema,
    "products": items.ProductSchema,
    "box_types": items.BoxTypeSchema,
    "box_dimensions": items.BoxDimensionsSchema,
    "customers": parties.CustomerSchema,
    "vendors": parties.VendorSchema,
    "carriers": parties.CarrierSchema,
    "price_lists": items.PriceListSchema,
    "lots": items.LotSchema,
}
"""Every collection of a company, with the schema of its records."""


class CompanySchema(parties.Named):
    """A company. Its settings are read by `k2k_core.settings`."""

    currency = of.Read(parsing.currency, required=True)
    timezone = of.Read(parsing.time_zone, required=True)
    locale = of.language()
    settings = fields.Dict(load_default=dict)
    locations = of.Rows(parties.LocationSchema)
    users = of.Rows(parties.UserSchema)
    categories = of.Rows(items.CategorySchema)
    products = of.Rows(items.ProductSchema)
    box_types = of.Rows(items.BoxTypeSchema)
    box_dimensions = of.Rows(items.BoxDimensionsSchema)
    customers = of.Rows(parties.CustomerSchema)
    vendors = of.Rows(parties.VendorSchema)
    carriers = of.Rows(parties.CarrierSchema)
    price_lists = of.Rows(items.PriceListSchema)
    lots = of.Rows(items.LotSchema)


class NetworkSchema(Record):
    """Companies and their connections."""

    companies = of.Rows(CompanySchema)
    connections = of.Rows(parties.ConnectionSchema)


def read_network(data: object) -> tuple[Any, list[Fault]]:
    """Companies and connections as rows, with every fault of a single value; the cross-checks come after."""
    return read(NetworkSchema(), data)


def read_company(data: object) -> tuple[Any, list[Fault]]:
    """One company with its collections."""
    return read(CompanySchema(), data)


def read_rows(collection: str, rows: object) -> tuple[Any, list[Fault]]:
    """Rows of one collection; paths are those under the company, `lots[3].boxes`. A row without a fault is complete,
    whatever is wrong with others: only where none has one are their defaults made for all of them together."""
    loaded, found = read(_schema(collection, many=True), rows)
    if found and isinstance(rows, list):
        loaded = [read(_schema(collection), row)[0] for row in rows]
    return loaded, [{**fault, "path": f"{collection}{fault['path']}"} for fault in found]


def read_change(collection: str, values: object, code: str | None = None) -> tuple[Values, list[Fault]]:
    """Some fields of one record: only the given ones are read, and null restores the default of a field. `code` is that
    of the record, for defaults that depend on it; it is no field of the change."""
    schema = _schema(collection, partial=True)
    if code is None or not isinstance(values, Mapping) or "code" in values:
        return read(schema, values)
    loaded, found = read(schema, {**values, "code": code})
    loaded.pop("code", None)
    return loaded, [fault for fault in found if fault["path"] != "code"]


@cache
def _schema(collection: str, *, many: bool = False, partial: bool = False) -> Record:
    """A cached schema: making one takes longer than reading a record with it."""
    return COLLECTIONS[collection](many=many, partial=partial)


def shown(collection: str, values: Values) -> Values:
    """Fields of a record as JSON: numbers as text, days as text."""
    schema = _schema(collection)
    return {name: schema.fields[name].serialize(name, values) for name in values}
