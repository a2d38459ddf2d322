"""What is set up in a company, read once per change.

The set-up of a company (its settings, places, partners, products, boxes) is read when it is first needed and kept under
the company's change sequence, which every unit of work reads afresh in its own snapshot: what is kept is never older
than the snapshot. Stock is not set-up: lots are read every time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from k2k_core.domain.items import Product, cubes
from k2k_core.domain.money import Exact
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
from k2k_core.errors import NotFound
from k2k_core.store import tables
from k2k_core.store.work import Session

if TYPE_CHECKING:
    from k2k_core.services.office import SettingsLayers

T = TypeVar("T")
KEPT = 256
"""How many companies' facts are kept."""


class CompanyFacts:
    """One company's set-up at one point of its change sequence. Parts are read when they are first asked for."""

    def __init__(self, company: Company, lot_seq: int) -> None:
        self.company = company
        self.lot_seq = lot_seq
        self._parts: dict[str, Any] = {}
        self.computed: dict[Any, Any] = {}
        """What services work out from these facts alone and want to keep as long as they hold."""

    @property
    def id(self) -> int:
        return self.company.id

    @property
    def code(self) -> str:
        return self.company.code

    def at(self, lot_seq: int) -> CompanyFacts:
        """The same facts beside a newer stock: what was computed from stock is not taken along."""
        fresh = CompanyFacts(self.company, lot_seq)
        fresh._parts = self._parts
        return fresh

    def customers(self, session: Session) -> Mapping[str, Customer]:
        """Customers by code."""
        return self._part(session, "customers", lambda: _customers(session, self.id))

    def customer(self, session: Session, code: str) -> Customer:
        """The customer of that code; `NotFound` without one."""
        return _found(self.customers(session).get(code), "customer", code, self.code)

    def customer_for(self, session: Session, company_code: str) -> Customer | None:
        """The customer record that is this connected company."""
        customers = self.customers(session).values()
        by_company = self._part(session, "customers_by_company", lambda: {c.company: c for c in customers if c.company})
        return by_company.get(company_code)

    def customers_by_id(self, session: Session) -> Mapping[int, Customer]:
        return self._part(session, "customers_by_id", lambda: {c.id: c for c in self.customers(session).values()})

    def vendors(self, session: Session) -> Mapping[str, Vendor]:
        """Vendors by code."""
        return self._part(session, "vendors", lambda: _vendors(session, self.company))

    def vendor_for(self, session: Session, company_code: str) -> Vendor | None:
        """The vendor record that is this connected company."""
        vendors = self.vendors(session).values()
        by_company = self._part(session, "vendors_by_company", lambda: {v.company: v for v in vendors if v.company})
        return by_company.get(company_code)

    def carriers(self, session: Session) -> Mapping[str, Carrier]:
        """Carriers by code."""
        return self._part(session, "carriers", lambda: _carriers(session, self.id))

    def products(self, session: Session) -> Mapping[int, Product]:
        """Products by id; `local_after` is already the product's or its category's."""
        return self._part(session, "products", lambda: _products(session, self.id))

    def product_ids(self, session: Session) -> Mapping[str, int]:
        """Product ids by code."""
        return self._part(session, "product_ids", lambda: {p.code: i for i, p in self.products(session).items()})

    def products_described(self, session: Session) -> Mapping[str, int]:
        """Product ids by description, without regard to case and outer blanks; the first code wins."""
        return self._part(session, "products_described", lambda: _by_description(self.products(session)))

    def category_codes(self, session: Session) -> frozenset[str]:
        return self._part(session, "categories", lambda: _categories(session, self.id))

    def box_types(self, session: Session) -> Mapping[int, tuple[str, int]]:
        """Box types by id: code and full-box equivalent in micros."""
        return self._part(session, "box_types", lambda: _box_types(session, self.id))

    def box_type_codes(self, session: Session) -> frozenset[str]:
        box_types = self.box_types(session).values()
        return self._part(session, "box_type_codes", lambda: frozenset(code for code, _ in box_types))

    def locations_by_id(self, session: Session) -> Mapping[int, Location]:
        return self._part(session, "locations_by_id", lambda: _locations_by_id(session, self.company))

    def dimensions(self, session: Session) -> Mapping[tuple[int, int | None], Exact]:
        """Cubes by (box type id, product id); a row without product counts for every product without its own."""
        return self._part(session, "dimensions", lambda: _dimensions(session, self.id))

    def part(self, session: Session, name: str, read: Callable[[], T]) -> T:
        """A part that another room reads, kept with these facts."""
        return self._part(session, name, read)

    def _part(self, session: Session, name: str, read: Callable[[], T]) -> T:
        if name in self._parts:
            return cast(T, self._parts[name])
        value = read()
        if not session.writable:
            # What a writing unit of work reads may be its own work, and be undone.
            self._parts[name] = value
        return value


class FactsCache:
    """The facts of companies, each kept under its change sequence; bounded, and shared by threads."""

    def __init__(self, settings: SettingsLayers) -> None:
        self._settings = settings
        self._kept: OrderedDict[int, CompanyFacts] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, code: str) -> CompanyFacts:
        """The facts of a company by code; `NotFound` for an unknown one."""
        found = self.by_code(session, [code])
        return _found(found.get(code), "company", code, "this network")

    def by_code(self, session: Session, codes: Iterable[str]) -> dict[str, CompanyFacts]:
        """The facts of several companies, in one query when nothing changed."""
        wanted = tables.Company.code.in_(list(codes))
        return {facts.code: facts for facts in self._read(session, wanted).values()}

    def by_id(self, session: Session, ids: Iterable[int]) -> dict[int, CompanyFacts]:
        """The same by id."""
        return self._read(session, tables.Company.id.in_(list(ids)))

    def all(self, session: Session) -> dict[int, CompanyFacts]:
        """Every company of the network, for the operator and for `verify`."""
        return self._read(session, tables.Company.id > 0)

    def _read(self, session: Session, wanted: Any) -> dict[int, CompanyFacts]:
        table = tables.Company
        columns = (table.id, table.code, table.change_seq, table.lot_seq)
        rows = session.rows(table.select(*columns).where(wanted))
        found: dict[int, CompanyFacts] = {}
        for company_id, _, change_seq, lot_seq in rows:
            kept = self._kept.get(company_id)
            if kept is None or kept.company.change_seq != change_seq:
                kept = CompanyFacts(_company(session, company_id, self._settings), lot_seq)
            elif kept.lot_seq != lot_seq:
                kept = kept.at(lot_seq)
            found[company_id] = kept
        if not session.writable:
            # A writing unit of work may be undone, and its sequences given again to something else.
            self._keep(found)
        return found

    def _keep(self, found: Mapping[int, CompanyFacts]) -> None:
        with self._lock:
            for company_id, facts in found.items():
                self._kept[company_id] = facts
                self._kept.move_to_end(company_id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def vendors_of(session: Session, cache: FactsCache, buyer: CompanyFacts) -> list[tuple[Connection, CompanyFacts]]:
    """Every vendor that a buyer has a connection with, in whatever state, by the age of the connection."""
    table = tables.Connection
    rows = session.dicts(table.select().where(table.buyer_id == buyer.id).order_by(table.id))
    vendors = cache.by_id(session, [row["vendor_id"] for row in rows]) if rows else {}
    codes = {facts.id: facts.code for facts in vendors.values()} | {buyer.id: buyer.code}
    return [(_connection(row, codes), vendors[row["vendor_id"]]) for row in rows]


def connection_between(session: Session, vendor: Company, buyer: Company) -> Connection | None:
    """The connection from a vendor to a buyer, in whatever state."""
    table = tables.Connection
    rows = session.dicts(table.select().where((table.vendor_id == vendor.id) & (table.buyer_id == buyer.id)))
    return _connection(rows[0], {vendor.id: vendor.code, buyer.id: buyer.code}) if rows else None


def _connection(row: Mapping[str, Any], codes: Mapping[int, str]) -> Connection:
    return Connection(
        row["id"],
        codes[row["vendor_id"]],
        codes[row["buyer_id"]],
        row["state"],
        row["hide_vendor"],
        row["bill_to_final_customer"],
        row["share_future_sales"],
    )


def _found(value: T | None, kind: str, code: str, where: str) -> T:
    if value is None:
        raise NotFound(f"There is no {kind} {code} in {where}.", kind=kind)
    return value


def _company(session: Session, company_id: int, layers: SettingsLayers) -> Company:
    row = session.dicts(tables.Company.select().where(tables.Company.id == company_id))[0]
    setting = tables.Setting
    query = setting.select(setting.name, setting.value).where(setting.company_id == company_id)
    own: dict[str, object] = dict(session.rows(query))
    place = tables.Location
    places = session.dicts(place.select().where(place.company_id == company_id))
    return Company(
        company_id,
        row["code"],
        row["name"],
        row["currency"],
        row["timezone"],
        row["locale"],
        layers.company(row["code"], own),
        {p["code"]: Location(p["code"], p["name"], p["k2k_gpm"], p["connected"]) for p in places},
        row["change_seq"],
        row["hierarchies"] or {},
        row["plugin_settings"] or {},
    )


def _locations_by_id(session: Session, company: Company) -> dict[int, Location]:
    place = tables.Location
    rows = session.rows(place.select(place.id, place.code).where(place.company_id == company.id))
    return {place_id: company.locations[code] for place_id, code in rows}


def _customers(session: Session, company_id: int) -> dict[str, Customer]:
    table = tables.Customer
    rows = session.dicts(table.select().where(table.company_id == company_id))
    return {row["code"]: customer_from(row) for row in rows}


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
)


def _markup(stored: Mapping[str, int] | None) -> Markup | None:
    if stored is None:
        return None
    ((kind, value),) = stored.items()
    return Markup(kind, value)


def _charge(stored: Mapping[str, Any]) -> AdditionalCharge:
    kind = next(kind for kind in ("percent", "per_order", "per_box") if stored.get(kind) is not None)
    return AdditionalCharge(stored["name"], kind, stored[kind])


def _vendors(session: Session, company: Company) -> dict[str, Vendor]:
    table = tables.Vendor
    columns = (
        table.id,
        table.code,
        table.name,
        table.company,
        table.currency,
        table.exchange_rate,
        table.port,
        table.transit_days,
    )
    rows = session.rows(table.select(*columns).where(table.company_id == company.id))
    return {row[1]: Vendor(*(*row[:7], row[7] or 0)) for row in rows}


def _carriers(session: Session, company_id: int) -> dict[str, Carrier]:
    table = tables.Carrier
    rows = session.rows(table.select(table.code, table.name, table.cut_offs).where(table.company_id == company_id))
    return {code: Carrier(code, name, cut_offs) for code, name, cut_offs in rows}


def _products(session: Session, company_id: int) -> dict[int, Product]:
    product, category = tables.Product, tables.Category
    query = (
        product.select(
            product.id,
            product.code,
            product.description,
            category.code,
            product.variety,
            product.color,
            product.grade,
            product.local_after,
            category.local_after,
        )
        .join(category, on=category.id == product.category_id)
        .where(product.company_id == company_id)
    )
    return {
        row[0]: Product._make((*row[1:7], row[8] if row[7] is None else row[7])) for row in session.rows(query)
    }


def _by_description(products: Mapping[int, Product]) -> dict[str, int]:
    found: dict[str, int] = {}
    for product_id, product in sorted(products.items(), key=lambda item: item[1].code):
        found.setdefault(described(product.description), product_id)
    return found


def described(description: str) -> str:
    """A description as it is compared."""
    return " ".join(description.casefold().split())


def _categories(session: Session, company_id: int) -> frozenset[str]:
    table = tables.Category
    return frozenset(code for (code,) in session.rows(table.select(table.code).where(table.company_id == company_id)))


def _box_types(session: Session, company_id: int) -> dict[int, tuple[str, int]]:
    table = tables.BoxType
    rows = session.rows(table.select(table.id, table.code, table.fbe).where(table.company_id == company_id))
    return {box_type_id: (code, fbe) for box_type_id, code, fbe in rows}


def _dimensions(session: Session, company_id: int) -> dict[tuple[int, int | None], Exact]:
    table = tables.BoxDimensions
    columns = (table.box_type_id, table.product_id, table.length, table.width, table.height)
    rows = session.rows(table.select(*columns).where(table.company_id == company_id))
    return {(box_type, product): cubes(length, width, height) for box_type, product, length, width, height in rows}
