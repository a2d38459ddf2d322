"""The events of a company's own records, lots and settings: `record.changed`, `lot.changed`, `setting.changed`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import JOIN

from k2k_core.store import tables
from k2k_core.store.change_events.end_rows import EndRows
from k2k_core.store.change_events.row_changes import RowChanges
from k2k_core.store.database.session import Row, Session
from k2k_core.store.events.journal import Subject, add_event
from k2k_core.store.events.offer_changes import CHANGED, FACTS

MOST = 1_000
"""How many records of a collection one unit of work names one by one. Of more it says that the list is another one."""

RECORD_CHANGED, LOT_CHANGED, SETTING_CHANGED = "record.changed", "lot.changed", "setting.changed"

_USER: Any = tables.User
_DIMENSIONS: Any = tables.BoxDimensions
_COMPANY: Any = tables.Company

_COLLECTIONS: Mapping[str, tuple[str, Any]] = {
    "location": ("locations", tables.Location),
    "customer": ("customers", tables.Customer),
    "vendor": ("vendors", tables.Vendor),
    "carrier": ("carriers", tables.Carrier),
    "category": ("categories", tables.Category),
    "product": ("products", tables.Product),
    "box_type": ("box_types", tables.BoxType),
    "price_list": ("price_lists", tables.PriceList),
    "person": ("users", _USER),
    "box_dimensions": ("box_dimensions", _DIMENSIONS),
    "company": ("companies", _COMPANY),
}
"""Table -> the collection of its records."""

_NUMBERS = ("on_hand", "available", "short", "movement")


def note_records(session: Session, changed: RowChanges) -> None:
    """`record.changed` of each record, but for those that were archived or restored."""
    told = {
        (company_id, event.data["collection"], event.data["code"])
        for event in session.happened
        if event.type in ("record.archived", "record.restored")
        for company_id in event.companies
    }
    for table in [table for table in changed.rows if table in _COLLECTIONS]:
        collection = _COLLECTIONS[table][0]
        for company_id, ids in changed.rows[table].items():
            if len(ids) > MOST:
                _note_list(session, RECORD_CHANGED, company_id, collection, {"collection": collection})
                continue
            for code, version in _named(session, table, ids):
                if (company_id, collection, code) not in told:
                    data = {"id": code, "version": version, "collection": collection, "code": code}
                    add_event(session, RECORD_CHANGED, data, [company_id])


def few_lots(changed: RowChanges) -> list[int]:
    """The ids of changed lots, of companies that have so few of them that each is named."""
    return [one for ids in changed.rows.get("lot", {}).values() if len(ids) <= MOST for one in ids]


def note_lots(session: Session, changed: RowChanges, rows: EndRows) -> None:
    """`lot.changed` of each lot that was edited or moved, with its numbers."""
    for company_id, ids in changed.rows.get("lot", {}).items():
        if len(ids) > MOST:
            _note_list(session, LOT_CHANGED, company_id, "lots", {})
            continue
        for lot in [rows.lots[one] for one in sorted(ids) if one in rows.lots]:
            _, code, version, *numbers = lot
            data = {"id": code, "version": version, "lot": code, **dict(zip(_NUMBERS, numbers, strict=True))}
            add_event(session, LOT_CHANGED, data, [company_id])


def note_mappings(session: Session, changed: RowChanges) -> None:
    """`offer.changed` of a vendor, for the buyer that maps a product of it otherwise: to every lot of the product."""
    mapped = changed.rows.get("mapping_version", {})
    if not mapped:
        return
    mapping: Any = tables.MappingVersion
    product: Any = tables.Product
    vendor, buyer = _COMPANY.alias("vendor_company"), _COMPANY.alias("buyer_company")
    query = (
        mapping.select(vendor.code, buyer.code)
        .join(product, on=product.id == mapping.vendor_product_id)
        .join(vendor, on=vendor.id == product.company_id)
        .switch(mapping)
        .join(buyer, on=buyer.id == mapping.buyer_id)
    )
    for company_id, ids in mapped.items():
        for vendor_code, buyer_code in sorted(set(session.rows(query.where(mapping.id.in_(ids))))):
            data = {"vendor": vendor_code, "buyer": buyer_code}
            add_event(session, CHANGED, data, [company_id], Subject(FACTS, company_id, vendor_code))


def note_settings(session: Session, changed: RowChanges) -> None:
    """`setting.changed` of each setting, by its name: what it is set to is for whoever may read it."""
    for company_id, names in changed.settings.items():
        version = session.value(_COMPANY.select(_COMPANY.settings_version).where(_COMPANY.id == company_id))
        for name in names:
            add_event(session, SETTING_CHANGED, {"id": name, "version": version, "setting": name}, [company_id])


def _note_list(session: Session, event: str, company_id: int, name: str, data: dict[str, Any]) -> None:
    add_event(session, event, data, [company_id], Subject(FACTS, company_id, name))


def _named(session: Session, table: str, ids: Sequence[int]) -> list[Row]:
    """The names of records, as `record` finds them, and their versions."""
    if table == "box_dimensions":
        return _dimensions(session, ids)
    found = _COLLECTIONS[table][1]
    key = found.email if table == "person" else found.code
    return session.rows(found.select(key, found.version).where(found.id.in_(ids)).order_by(found.id))


def _dimensions(session: Session, ids: Sequence[int]) -> list[Row]:
    box_type: Any = tables.BoxType
    product: Any = tables.Product
    query = (
        _DIMENSIONS.select(box_type.code, product.code, _DIMENSIONS.version)
        .join(box_type, on=box_type.id == _DIMENSIONS.box_type_id)
        .switch(_DIMENSIONS)
        .join(product, JOIN.LEFT_OUTER, on=product.id == _DIMENSIONS.product_id)
    )
    rows = session.rows(query.where(_DIMENSIONS.id.in_(ids)).order_by(_DIMENSIONS.id))
    return [(box if code is None else f"{box}:{code}", version) for box, code, version in rows]
