"""Snapshots of companies: the set-up of a company, read once per change.

The set-up of a company (its settings, locations, partners, products, boxes) is read on first use and cached under the
company's change sequence, which every unit of work reads again in its own database snapshot: what is cached is never
older than that. Stock is not set-up: lots are read every time.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from k2k_core.domain.items import Product
from k2k_core.domain.missing_records import missing
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Carrier, Company, Connection, Customer, Location, Vendor
from k2k_core.messages import Message
from k2k_core.services.bounded_cache import BoundedCache
from k2k_core.store.database.company_points import Point
from k2k_core.store.database.session import Session
from k2k_core.store.inventory import lots
from k2k_core.store.inventory.lots import OfferDecision, offer_decisions
from k2k_core.store.master_data import companies, parties
from k2k_core.store.master_data import products as goods

if TYPE_CHECKING:
    from k2k_core.services.ports import SettingsLayers

T = TypeVar("T")
MAX_QUESTIONS = 64
MAX_JUDGED = 100_000
"""How many lots of one vendor have cached denials, for all its buyers and ship dates together."""

MAX_COMPANIES = 256
"""How many companies' snapshots are cached."""


class CompanySnapshot:
    """One company's set-up at one point of its change sequence. Parts are read on first use."""

    def __init__(self, company: Company, lot_seq: int, *, draft: bool = False) -> None:
        self.company = company
        self.lot_seq = lot_seq
        self._draft = draft
        self._parts: dict[str, Any] = {}
        self._stock_parts: dict[str, Any] = {}
        self.computed: dict[Any, Any] = {}
        """Catalogs computed with this set-up, cached under everything else that they depend on."""
        self.denials: BoundedCache[Any, Any] = BoundedCache(MAX_QUESTIONS, MAX_JUDGED, len)
        """What rules say of its lots with this set-up (`services.sharing.cached_denials`)."""

    @property
    def id(self) -> int:
        return self.company.id

    @property
    def code(self) -> str:
        return self.company.code

    def at(self, lot_seq: int) -> CompanySnapshot:
        """The same set-up with another state of the stock."""
        fresh = CompanySnapshot(self.company, lot_seq)
        fresh._parts, fresh.computed, fresh.denials = self._parts, self.computed, self.denials
        return fresh

    def customers(self, session: Session) -> Mapping[str, Customer]:
        """Customers by code."""
        return self._own(session, "customers", parties.customers)

    def customer(self, session: Session, code: str) -> Customer:
        """The customer with this code, for new work. Raises `NotFound` for an unknown or archived one."""
        customer = self.customers(session).get(code)
        there = None if customer is None or customer.archived else customer
        return _found(there, "customer", code, self.code)

    def customer_for(self, session: Session, company_code: str) -> Customer | None:
        """The customer record of a connected company."""
        customers = self.customers(session).values()
        by_company = self._part(session, "customers_by_company", lambda: {c.company: c for c in customers if c.company})
        return by_company.get(company_code)

    def customers_by_id(self, session: Session) -> Mapping[int, Customer]:
        return self._part(session, "customers_by_id", lambda: {c.id: c for c in self.customers(session).values()})

    def vendors(self, session: Session) -> Mapping[str, Vendor]:
        """Vendors by code."""
        return self._own(session, "vendors", parties.vendors)

    def vendor_for(self, session: Session, company_code: str) -> Vendor | None:
        """The vendor record of a connected company."""
        vendors = self.vendors(session).values()
        by_company = self._part(session, "vendors_by_company", lambda: {v.company: v for v in vendors if v.company})
        return by_company.get(company_code)

    def carriers(self, session: Session) -> Mapping[str, Carrier]:
        """Carriers by code."""
        return self._own(session, "carriers", parties.carriers)

    def products(self, session: Session) -> Mapping[int, Product]:
        """Products by id; `local_after` is the product's, else its category's."""
        return self._own(session, "products", goods.products)

    def product_ids(self, session: Session) -> Mapping[str, int]:
        """The ids of products by code, without archived ones: for new work."""
        products = self.products(session)
        return self._part(session, "product_ids", lambda: {p.code: i for i, p in products.items() if not p.archived})

    def products_described(self, session: Session) -> Mapping[str, int]:
        """Product ids by description, without regard to case and outer blanks and without archived ones; the first code
        wins."""

        def read() -> dict[str, int]:
            products = self.products(session)
            return _by_description({i: products[i] for i in self.product_ids(session).values()})

        return self._part(session, "products_described", read)

    def product_ids_described(self, session: Session) -> Mapping[str, tuple[int, ...]]:
        """The ids of all products of each description, compared in the same way."""

        def read() -> dict[str, tuple[int, ...]]:
            found: dict[str, tuple[int, ...]] = {}
            for product_id, product in self.products(session).items():
                words = described(product.description)
                found[words] = (*found.get(words, ()), product_id)
            return found

        return self._part(session, "product_ids_described", read)

    def category_codes(self, session: Session) -> frozenset[str]:
        return self._part(session, "categories", lambda: goods.category_codes(session, self.id))

    def box_types(self, session: Session) -> Mapping[int, tuple[str, int]]:
        """Box types by id: code and full-box equivalent in micros."""
        return self._own(session, "box_types", goods.box_types)

    def box_type_codes(self, session: Session) -> frozenset[str]:
        box_types = self.box_types(session).values()
        return self._part(session, "box_type_codes", lambda: frozenset(code for code, _ in box_types))

    def locations_by_id(self, session: Session) -> Mapping[int, Location]:
        codes = self._own(session, "locations", parties.locations)
        places = self.company.locations
        return self._part(session, "locations_by_id", lambda: {i: places[code] for i, code in codes.items()})

    def dimensions(self, session: Session) -> Mapping[tuple[int, int | None], Exact]:
        """Cubes by (box type id, product id); a row without product counts for every product without its own."""
        return self._own(session, "dimensions", goods.dimensions)

    def size(self, session: Session, box_type_id: int, product_id: int) -> tuple[int, int, int] | None:
        """Length, width and height of a product's box in inches (micros): a row for the product wins over one for
        every product."""
        sizes = self._own(session, "sizes", goods.sizes)
        return sizes.get((box_type_id, product_id)) or sizes.get((box_type_id, None))

    def part(self, session: Session, name: str, read: Callable[[], T]) -> T:
        """A part that another package reads, cached with this snapshot."""
        return self._part(session, name, read)

    def offer_decisions(self, session: Session) -> Mapping[int, OfferDecision]:
        """This company's decisions on vendors' lots, by lot id."""
        return self._of_stock(session, "offers_said", lambda: offer_decisions(session, self.id))

    def earlier_mappings(self, session: Session) -> Mapping[int, int]:
        """The company's products that vendors' products were mapped to before, by the vendor's product id."""
        return self._of_stock(session, "earlier_mappings", lambda: lots.earlier_mappings(session, self.id))

    def _own(self, session: Session, name: str, read: Callable[[Session, Sequence[int]], Mapping[int, T]]) -> T:
        """A part that can be read for several companies at once (`read_together`)."""
        return self._part(session, name, lambda: read(session, [self.id])[self.id])

    def _of_stock(self, session: Session, name: str, read: Callable[[], T]) -> T:
        """A part that is valid until the company's lots or offers change; a writing unit of work may have changed them
        itself."""
        session.reach([self.id])
        if session.writable:
            return read()
        if name not in self._stock_parts:
            self._stock_parts[name] = read()
        return cast(T, self._stock_parts[name])

    def _part(self, session: Session, name: str, read: Callable[[], T]) -> T:
        if name in self._parts:
            return cast(T, self._parts[name])
        session.reach([self.id])  # what is cached must not depend on whose rows the first reader saw
        value = read()
        if self._draft or not session.writable:
            # What a writing unit of work reads may be its own work, and be undone: only a draft is meant so.
            self._parts[name] = value
        return value


_TOGETHER: Mapping[str, Callable[[Session, Sequence[int]], Mapping[int, Any]]] = {
    "customers": parties.customers,
    "vendors": parties.vendors,
    "carriers": parties.carriers,
    "products": goods.products,
    "box_types": goods.box_types,
    "dimensions": goods.dimensions,
    "locations": parties.locations,
}


def read_together(session: Session, companies: Sequence[CompanySnapshot]) -> None:
    """Read the parts that some of these companies' snapshots lack, each part in one query for all of them."""
    for name, read in _TOGETHER.items():
        lacking = lacking_part(session, companies, name)
        if lacking:
            session.reach(snapshot.id for snapshot in lacking)
            give_part(lacking, name, read(session, [snapshot.id for snapshot in lacking]))


def lacking_part(session: Session, companies: Sequence[CompanySnapshot], name: str) -> list[CompanySnapshot]:
    """The snapshots that a part may be added to: none in a unit of work that may see what is rolled back later."""
    return [] if session.writable else [snapshot for snapshot in companies if name not in snapshot._parts]


def give_part(lacking: Sequence[CompanySnapshot], name: str, found: Mapping[int, object]) -> None:
    """Add a part that was read for all snapshots at once; `found` is by company id."""
    for snapshot in lacking:
        snapshot._parts[name] = found[snapshot.id]


class SnapshotCache:
    """The snapshots of companies, each cached under its change sequence; bounded, and shared by threads."""

    def __init__(self, settings: SettingsLayers) -> None:
        self._settings = settings
        self._cache: BoundedCache[int, CompanySnapshot] = BoundedCache(MAX_COMPANIES)
        self._ids: dict[str, int] = {}

    def id_of(self, session: Session, code: str) -> int:
        """The id of a company, which never changes. Raises `NotFound`."""
        known = self._ids.get(code)
        if known is None:
            known = companies.found(session, code)[0]
            if not session.writable:  # what a writing unit of work has added may be undone
                self._ids[code] = known
        session.show(known)
        return known

    def show(self, session: Session, code: str | None) -> None:
        """Show the rows of a company from now on; those of the network itself for None, and none for an unknown one."""
        if code is None or code in self._ids:
            session.show(None if code is None else self._ids[code])
        else:
            session.show(*(company_id for company_id, *_ in parties.points_by_code(session, [code])))

    def get(self, session: Session, code: str) -> CompanySnapshot:
        """The snapshot of a company by code; `NotFound` for an unknown one."""
        found = self.by_code(session, [code])
        return _found(found.get(code), "company", code, Message("this network"))

    def buyer(self, session: Session, code: str) -> CompanySnapshot:
        """The same of a company that buys: its connections, and the sequences of its vendors, are read with it."""
        self.show(session, code)
        parties.read_with_vendors(session, code)
        return self.get(session, code)

    def by_code(self, session: Session, codes: Iterable[str]) -> dict[str, CompanySnapshot]:
        """The snapshots of several companies, in one query when nothing changed."""
        codes = list(codes)
        session.show(*(self._ids[code] for code in codes if code in self._ids))  # with the statement that begins
        points = parties.points_by_code(session, codes)
        session.show(*(company_id for company_id, *_ in points))
        found = self.at_points(session, points)
        return {snapshot.code: snapshot for snapshot in found.values()}

    def by_id(self, session: Session, ids: Iterable[int]) -> dict[int, CompanySnapshot]:
        """The same by id."""
        return self.at_points(session, parties.points_by_id(session, ids))

    def all(self, session: Session) -> dict[int, CompanySnapshot]:
        """Every company of the network, for the operator and for `verify`."""
        return self.at_points(session, parties.all_points(session))

    def at_points(self, session: Session, points: Iterable[Point]) -> dict[int, CompanySnapshot]:
        """The snapshots of companies at the given sequences, whose rows are shown from now on."""
        found: dict[int, CompanySnapshot] = {}
        moved: dict[int, int] = {}
        points = list(points)
        session.reach(point[0] for point in points)
        for company_id, _, change_seq, lot_seq in points:
            cached = self._cache.get(company_id)
            if cached is None or cached.company.change_seq != change_seq:
                moved[company_id] = lot_seq
            else:
                found[company_id] = cached if cached.lot_seq == lot_seq else cached.at(lot_seq)
        if moved:
            read = parties.companies(session, list(moved), self._settings.company)
            found.update((one, CompanySnapshot(read[one], lot_seq)) for one, lot_seq in moved.items())
        if not session.writable:
            # A writing unit of work may be undone, and its sequences given again to something else.
            for company_id, snapshot in found.items():
                self._cache.put(company_id, snapshot)
                self._ids[snapshot.code] = company_id
        return found


def vendors_of(
    session: Session, cache: SnapshotCache, buyer: CompanySnapshot
) -> list[tuple[Connection, CompanySnapshot]]:
    """Every vendor that a buyer has a connection with, in any state, oldest connection first."""
    linked = parties.connections_to(session, buyer.id)
    vendors = cache.at_points(session, [point for point, _ in linked])
    return [(named(code, buyer.code), vendors[vendor_id]) for (vendor_id, code, *_), named in linked]


def buyers_of(
    session: Session, cache: SnapshotCache, vendor: CompanySnapshot
) -> list[tuple[Connection, CompanySnapshot]]:
    """Every buyer that a vendor has a connection with, in any state, oldest connection first."""
    linked = parties.connections_from(session, vendor.id)
    buyers = cache.at_points(session, [point for point, _ in linked])
    return [(named(vendor.code, code), buyers[buyer_id]) for (buyer_id, code, *_), named in linked]


def _found(value: T | None, kind: str, code: str, where: str) -> T:
    if value is None:
        raise missing(kind, code, where)
    return value


def _by_description(products: Mapping[int, Product]) -> dict[str, int]:
    found: dict[str, int] = {}
    for product_id, product in sorted(products.items(), key=lambda item: item[1].code):
        found.setdefault(described(product.description), product_id)
    return found


def described(description: str) -> str:
    """A description in the form in which it is compared: folded case and blanks, and normalised accents (Unicode has
    two spellings of most)."""
    return " ".join(unicodedata.normalize("NFC", description).casefold().split())
