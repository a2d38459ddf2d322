"""Reads companies, locations, customers, vendors, carriers and connections, as the domain's values (domain section
1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from peewee import JOIN, Case, ModelSelect

from k2k_core.domain.parties import (
    AdditionalCharge,
    Carrier,
    Company,
    Connection,
    Customer,
    Location,
    Markup,
    ShipTo,
    Vendor,
)
from k2k_core.domain.settings import CompanySettings
from k2k_core.store import tables
from k2k_core.store.database.company_points import Point, known_points, note_points
from k2k_core.store.database.numbering import last_place_of, note_place
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.queries import ByCompany, by_company
from k2k_core.store.database.session import Session
from k2k_core.store.master_data.plugin_secrets import readable


def points_by_code(session: Session, codes: Iterable[str]) -> list[Point]:
    """The sequences of some companies; unknown codes are left out. The reading unit of work of several calls reads the
    places of their feeds with them, which each of its lists answers."""
    several = session.memory is not None and not session.writable
    prepared = _POINTS_AND_FEEDS_BY_CODE if several else _POINTS_BY_CODE
    return _points(session, codes, prepared, lambda point: point[1])


def points_by_id(session: Session, ids: Iterable[int]) -> list[Point]:
    """The same by id."""
    return _points(session, ids, _POINTS_BY_ID, lambda point: point[0])


def _points(
    session: Session, wanted: Iterable[Any], prepared: Prepared, name_of: Callable[[Point], object]
) -> list[Point]:
    """Those that this unit of work has not read yet are read."""
    names = dict.fromkeys(wanted)
    known = [point for point in known_points(session).values() if name_of(point) in names]
    missing = [name for name in names if name not in {name_of(point) for point in known}]
    rows = prepared.rows(session, missing) if missing else []
    for company_id, *_, place in rows if prepared is _POINTS_AND_FEEDS_BY_CODE else ():
        if session.shows(company_id):  # else the feed was out of sight
            note_place(session, company_id, place or 0)
    return known + note_points(session, rows)


def all_points(session: Session) -> list[Point]:
    """The same for every company of the network."""
    return _typed(session.rows(_POINTS))


def _typed(rows: Iterable[tuple[Any, ...]]) -> list[Point]:
    return [(row[0], row[1], row[2], row[3]) for row in rows]


_COMPANY = tables.Company
_POINTS = _COMPANY.select(_COMPANY.id, _COMPANY.code, _COMPANY.change_seq, _COMPANY.lot_seq)
_POINTS_BY_CODE = Prepared(lambda codes: _POINTS.where(_COMPANY.code.in_(codes)))
_POINTS_AND_FEEDS_BY_CODE = Prepared(
    lambda codes: _COMPANY.select(*_POINTS.selected_columns, last_place_of(_COMPANY.id)).where(_COMPANY.code.in_(codes))
)
_POINTS_BY_ID = Prepared(lambda ids: _POINTS.where(_COMPANY.id.in_(ids)))


def companies(
    session: Session, ids: Sequence[int], settings: Callable[[str, Mapping[str, object]], CompanySettings]
) -> dict[int, Company]:
    """Companies with their locations, by id; `settings` completes the own settings of each."""
    table, setting, place = tables.Company, tables.Setting, tables.Location
    own: dict[int, dict[str, object]] = {company_id: {} for company_id in ids}
    query = setting.select(setting.company_id, setting.name, setting.value)
    for company_id, name, value in session.rows(query.where(setting.company_id.in_(ids))):
        own[company_id][name] = value
    places: dict[int, dict[str, Location]] = {company_id: {} for company_id in ids}
    for p in session.dicts(place.select().where(place.company_id.in_(ids))):
        places[p["company_id"]][p["code"]] = Location(p["code"], p["name"], p["k2k_gpm"], p["connected"])
    return {
        row["id"]: Company(
            row["id"],
            row["code"],
            row["name"],
            row["currency"],
            row["timezone"],
            row["locale"],
            settings(row["code"], own[row["id"]]),
            places[row["id"]],
            row["change_seq"],
            row["hierarchies"] or {},
            {name: readable(session, own) for name, own in (row["plugin_settings"] or {}).items()},
            row["plugin_record"] or {},
            row["quarantines"] or {},
        )
        for row in session.dicts(table.select().where(table.id.in_(ids)))
    }


def locations(session: Session, ids: Sequence[int]) -> ByCompany[int, str]:
    """Codes of locations by company and id."""
    table = tables.Location
    columns = (table.company_id, table.id, table.code)
    return by_company(ids, session.rows(table.select(*columns).where(table.company_id.in_(ids))))


def customers(session: Session, ids: Sequence[int]) -> ByCompany[str, Customer]:
    """Customers by company and code."""
    table = tables.Customer
    rows = session.dicts(table.select().where(table.company_id.in_(ids)))
    return by_company(ids, ((row["company_id"], row["code"], customer_from(row)) for row in rows))


def customer_from(row: Mapping[str, Any]) -> Customer:
    """A stored row as a customer."""
    fields = {name: row[name] for name in _PLAIN_CUSTOMER}
    return Customer(
        **fields,
        ecommerce_markup=_markup(row["ecommerce_markup"]),
        price_b_markup=_markup(row["price_b_markup"]),
        sell_fast_markup=_markup(row["sell_fast_markup"]),
        price_lists=tuple(row["price_lists"]),
        ship_to=ShipTo(**({"name": row["name"]} | row["ship_to"])),
        additional_charges=tuple(_charge(charge) for charge in row["additional_charges"]),
        send_invoice_to=tuple(row["send_invoice_to"]),
        send_checkout_notification_to=tuple(row["send_checkout_notification_to"]),
    )


_PLAIN_CUSTOMER = (
    "id",
    "code",
    "name",
    "type",
    "email",
    "landed_cost_as_price",
    "ship_via",
    "show_fob_price",
    "charge_fuel_surcharge",
    "outbound_cube_rate",
    "min_age",
    "max_age",
    "days_of_service",
    "salesperson_email",
    "location",
    "credit_hold",
    "company",
    "show_vendor",
    "locale",
    "archived",
)


def _markup(stored: Mapping[str, int] | None) -> Markup | None:
    if stored is None:
        return None
    ((kind, value),) = stored.items()
    return Markup(kind, value)


def _charge(stored: Mapping[str, Any]) -> AdditionalCharge:
    kind = next(kind for kind in ("percent", "per_order", "per_box") if stored.get(kind) is not None)
    return AdditionalCharge(stored["name"], kind, stored[kind])


def vendors(session: Session, ids: Sequence[int]) -> ByCompany[str, Vendor]:
    """Vendors by company and code; missing transit days count as 0."""
    table = tables.Vendor
    columns = (
        table.company_id,
        table.id,
        table.code,
        table.name,
        table.company,
        table.currency,
        table.exchange_rate,
        table.port,
        table.transit_days,
    )
    rows = session.rows(table.select(*columns).where(table.company_id.in_(ids)))
    return by_company(ids, ((row[0], row[2], Vendor(*(*row[1:8], row[8] or 0))) for row in rows))


def carriers(session: Session, ids: Sequence[int]) -> ByCompany[str, Carrier]:
    """Carriers by company and code."""
    table = tables.Carrier
    columns = (table.company_id, table.code, table.name, table.cut_offs)
    rows = session.rows(table.select(*columns).where(table.company_id.in_(ids)))
    return by_company(ids, ((owner, code, Carrier(code, *rest)) for owner, code, *rest in rows))


def connections_to(session: Session, buyer_id: int) -> list[tuple[Point, Callable[[str, str], Connection]]]:
    """Every connection to a buyer, in any state, oldest first: the vendor's sequences, and the connection once both
    codes are known."""
    known = _read_connections(session).get(buyer_id)
    return _at_points(session, _CONNECTIONS_TO.rows(session, [buyer_id]) if known is None else known)


def connections_from(session: Session, vendor_id: int) -> list[tuple[Point, Callable[[str, str], Connection]]]:
    """The same from a vendor: with the sequences of its buyers."""
    return _at_points(session, _CONNECTIONS_FROM.rows(session, [vendor_id]))


def connections_of(session: Session, company: tuple[int, str]) -> list[tuple[Point, Connection]]:
    """Every connection of a company, by its id and code, to vendors and to buyers and in any state, oldest first: with
    the sequences of the other company."""
    company_id, code = company
    rows = _CONNECTIONS_OF.rows(session, [company_id], [company_id], [company_id])
    linked = _at_points(session, [row[:-1] for row in rows])
    return [
        (point, named(code, point[1]) if row[-1] == company_id else named(point[1], code))
        for (point, named), row in zip(linked, rows, strict=True)
    ]


def read_with_vendors(session: Session, buyer: str) -> None:
    """Read the sequences of a buyer, its connections and the sequences of its vendors in one statement. Only in the
    reading unit of work of several calls, which does not read them again."""
    if session.memory is None:
        return
    rows = _WITH_VENDORS.rows(session, [buyer])
    for company_id, *_, place in [row[:5] for row in rows[:1]]:
        note_place(session, company_id, place or 0)
        note_points(session, rows[:1])
        _read_connections(session)[company_id] = [row[5:] for row in rows if row[5] is not None]


def _read_connections(session: Session) -> dict[int, list[tuple[Any, ...]]]:
    """The connections to buyers that a unit of work of several calls has read with the buyers, by their ids."""
    known: dict[int, list[tuple[Any, ...]]] = (
        {} if session.memory is None else session.memory.setdefault("connections", {})
    )
    return known


def _at_points(
    session: Session, rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Point, Callable[[str, str], Connection]]]:
    points = note_points(session, rows)
    return [(point, _of_row(row[4:])) for point, row in zip(points, rows, strict=True)]


def _connections_to(buyers: list[int]) -> ModelSelect[Any]:
    table = tables.Connection
    query = _connections().join(_COMPANY, on=_COMPANY.id == table.vendor_id)
    return query.where(table.buyer_id.in_(buyers)).order_by(table.id)


def _connections_from(vendors: list[int]) -> ModelSelect[Any]:
    table = tables.Connection
    query = _connections().join(_COMPANY, on=_COMPANY.id == table.buyer_id)
    return query.where(table.vendor_id.in_(vendors)).order_by(table.id)


def _connections_of(other: list[int], vendors: list[int], buyers: list[int]) -> ModelSelect[Any]:
    table = tables.Connection
    partner = Case(None, [(table.vendor_id.in_(other), table.buyer_id)], table.vendor_id)
    query = _connections().select_extend(table.vendor_id).join(_COMPANY, on=_COMPANY.id == partner)
    return query.where(table.vendor_id.in_(vendors) | table.buyer_id.in_(buyers)).order_by(table.id)


def _connections() -> ModelSelect[Any]:
    table = tables.Connection
    columns = [getattr(table, name) for name in _OF_CONNECTION]
    points = (_COMPANY.id, _COMPANY.code, _COMPANY.change_seq, _COMPANY.lot_seq)
    return table.select(*points, *columns)


_OF_CONNECTION = ("id", "state", "hide_vendor", "bill_to_final_customer", "share_future_sales")
_CONNECTIONS_TO = Prepared(_connections_to)
_CONNECTIONS_FROM = Prepared(_connections_from)
_CONNECTIONS_OF = Prepared(_connections_of)


def _with_vendors(codes: list[str]) -> ModelSelect[Any]:
    table: Any = tables.Connection
    vendor: Any = _COMPANY.alias("vendor")
    columns = [getattr(table, name) for name in _OF_CONNECTION]
    sequences = (vendor.id, vendor.code, vendor.change_seq, vendor.lot_seq)
    query = _COMPANY.select(*_POINTS.selected_columns, last_place_of(_COMPANY.id), *sequences, *columns)
    query = query.join(table, JOIN.LEFT_OUTER, on=table.buyer_id == _COMPANY.id)
    query = query.join(vendor, JOIN.LEFT_OUTER, on=vendor.id == table.vendor_id)
    return query.where(_COMPANY.code.in_(codes)).order_by(table.id)


_WITH_VENDORS = Prepared(_with_vendors)


def connection_between(session: Session, vendor: Company, buyer: Company) -> Connection | None:
    """The connection from a vendor to a buyer, in any state. A unit of work of several calls reads all those of the
    buyer at once."""
    if session.memory is not None:
        linked = connections_to(session, buyer.id)
        return next((named(vendor.code, buyer.code) for point, named in linked if point[0] == vendor.id), None)
    rows = _BETWEEN.rows(session, [vendor.id], [buyer.id])
    return _of_row(rows[0])(vendor.code, buyer.code) if rows else None


def _between(vendors: list[int], buyers: list[int]) -> ModelSelect[Any]:
    table = tables.Connection
    columns = [getattr(table, name) for name in _OF_CONNECTION]
    return table.select(*columns).where(table.vendor_id.in_(vendors) & table.buyer_id.in_(buyers))


_BETWEEN = Prepared(_between)


def _of_row(values: Sequence[Any]) -> Callable[[str, str], Connection]:
    return _named(dict(zip(_OF_CONNECTION, values, strict=True)))


def _named(row: Mapping[str, Any]) -> Callable[[str, str], Connection]:
    flags = row["hide_vendor"], row["bill_to_final_customer"], row["share_future_sales"]
    return lambda vendor, buyer: Connection(row["id"], vendor, buyer, row["state"], *flags)
