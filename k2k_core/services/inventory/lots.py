"""Lots for sale: a company's own, and those of connected vendors as one buyer sees them (offers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from k2k_core.domain.items import FUTURE_SALES, K2K, LastPrice, Lot, Product, ReceivedCosts, free_code
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Vendor
from k2k_core.domain.pricing import from_columns
from k2k_core.domain.sharing import OfferState
from k2k_core.errors import NotFound
from k2k_core.services.company_snapshot import CompanySnapshot, described
from k2k_core.services.inventory.vendor_codes import BOX_TYPE, names_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import CODE, COMPANY, ID, LOCATION, PRODUCT, Columns, LotRow, by_column

_SHOWN = ("boxes", "available", "units_per_box", "unit_type", "stems_per_bunch", "arrival_date", "on_hold", "solid")
"""The columns of a vendor's lot that a buyer sees unchanged."""

_OWN = (
    *_SHOWN,
    *("vendor", "unit_cost", "awb", "port", "sell_fast", "web_price", "price_a", "price_b", "price_b_manual"),
    *("unit_price", "va_price", "purchase_order_price"),
)
"""The columns of a lot that its owner sees unchanged."""


def _lots(count: int, **columns: Sequence[object]) -> list[Lot]:
    """Lots from their columns; missing columns have the defaults of `Lot`."""
    blank = Lot._field_defaults
    return from_columns(Lot, *(columns[name] if name in columns else [blank[name]] * count for name in Lot._fields))


class OwnLots:
    """Turns rows into the company's own lots."""

    def __init__(self, session: Session, company: CompanySnapshot) -> None:
        self._products = company.products(session)
        self._box_types = company.box_types(session)
        self._dimensions = company.dimensions(session)
        self._locations = company.locations_by_id(session)

    def lots(self, rows: Sequence[LotRow]) -> list[Lot]:
        """The lots as their owner sees them; `ref` is the plain code."""
        if not rows:
            return []
        stored = by_column(rows)
        places = [self._locations.get(location) for location in stored["location_id"]]
        return _lots(
            len(rows),
            ref=stored["code"],
            inventory_type=stored["inventory_type"],
            product=[self._products[product] for product in stored["product_id"]],
            location=[place.code if place else None for place in places],
            last_price=[None if last is None else _last_price(last) for last in stored["last_price"]],
            awb_id=stored["awb_id"],
            received=list(map(_received, stored["landed_cost"], stored["components"], stored["fbe"])),
            **self.boxes(stored),
            **{name: stored[name] for name in _OWN},
        )

    def boxes(self, stored: Columns) -> Columns:
        """The dimensions of the boxes, which the owner of the lots knows."""
        kinds = [self._box_types[box_type] for box_type in stored["box_type_id"]]
        return {
            "id": stored["id"],
            "future": [inventory_type == FUTURE_SALES for inventory_type in stored["inventory_type"]],
            "box_type": [code for code, _ in kinds],
            "fbe": [fbe for _, fbe in kinds],
            "cubes": self._cubes_of(list(zip(stored["box_type_id"], stored["product_id"], strict=True))),
        }

    def _cubes_of(self, packed: Sequence[tuple[int, int]]) -> list[Exact | None]:
        """The volume of the boxes of lots, each by its box type and product."""
        known = {pair: self._cubes(*pair) for pair in set(packed)}
        return [known[pair] for pair in packed]

    def location_connected(self, row: LotRow) -> bool:
        """Whether the lot's location shares; a lot without a location does."""
        location = row[LOCATION]
        place = None if location is None else self._locations.get(location)
        return place is None or place.connected

    def _cubes(self, box_type: int, product: int) -> Exact | None:
        """The volume of a lot's boxes: a row for its product takes precedence over one for every product."""
        found = self._dimensions.get((box_type, product))
        return self._dimensions.get((box_type, None)) if found is None else found


@dataclass(frozen=True, slots=True)
class Mapped:
    """The buyer's product for a vendor's product; `product_id` is None until it exists there. `automatic` while no
    mapping is stored."""

    product: Product
    product_id: int | None
    automatic: bool


class Offers:
    """Turns a vendor's rows into one buyer's offers.

    A lot belongs to the product that a person chose for it, else to that of an earlier mapping of its product, else to
    the buyer's product with the same description, else, with `auto_map_products`, to a copy of the vendor's product
    that is added on first use.
    """

    def __init__(
        self, session: Session, buyer: CompanySnapshot, vendor: CompanySnapshot, record: Vendor | None
    ) -> None:
        self.vendor = vendor
        self.own = OwnLots(session, vendor)
        self._vendor_products = vendor.products(session)
        self._buyer = buyer
        self._buyer_products = buyer.products(session)
        self._described = buyer.products_described(session)
        self._record_code = record.code if record else None
        self._port = record.port if record else None
        self._box_names = names_of(session, buyer, vendor, BOX_TYPE)
        settings = buyer.company.settings
        self._auto_map, self._autoconfirm = settings.auto_map_products, settings.autoconfirm
        self._decisions = buyer.offer_decisions(session)
        self._earlier = buyer.earlier_mappings(session)
        self._by_product: dict[int, Mapped | None] = {}
        self._copies: dict[int, Product] = {}

    def lots(self, rows: Sequence[LotRow]) -> list[Lot]:
        """The lots as the buyer may see them, without the vendor's costs and prices."""
        if not rows:
            return []
        stored, count = by_column(rows), len(rows)
        decisions = [self._decisions.get(lot_id) for lot_id in stored["id"]]
        return _lots(
            count,
            ref=[f"{self.vendor.code}/{code}" for code in stored["code"]],
            inventory_type=[K2K] * count,
            product=[self._shown_product(row) for row in rows],
            vendor=[self._record_code] * count,
            port=[self._port] * count,
            va_price=[None if one is None else one[2] for one in decisions],
            **self._boxes(stored),
            **{name: stored[name] for name in _SHOWN},
        )

    def _boxes(self, stored: Columns) -> Columns:
        """The boxes under the buyer's names; without their dimensions, which only the vendor knows."""
        boxes, names = self.own.boxes(stored), self._box_names
        return {**boxes, "box_type": [names.get(code, code) for code in boxes["box_type"]]} if names else boxes

    def _shown_product(self, row: LotRow) -> Product:
        """The product of the lot, the vendor's own while it is not mapped."""
        mapped = self.mapped(row)
        return self._copy(row[PRODUCT]) if mapped is None else mapped.product

    def state(self, row: LotRow) -> OfferState:
        """The buyer's decision on the lot."""
        decision = self._decisions.get(row[ID])
        mapped = self.mapped(row)
        confirmed = self._autoconfirm if decision is None or decision[1] is None else bool(decision[1])
        return OfferState(mapped.product.code if mapped else None, confirmed, decision[2] if decision else None)

    def is_sold(self, row: LotRow) -> bool:
        """Whether the buyer has a product for the lot and sells it. The columns up to the product are enough."""
        decision = self._decisions.get(row[ID])
        if decision is None:
            return self._autoconfirm and self.mapped_product(row[PRODUCT]) is not None
        product, confirmed, _ = decision
        confirmed = self._autoconfirm if confirmed is None else confirmed
        return bool(confirmed) and (product is not None or self.mapped_product(row[PRODUCT]) is not None)

    def states(self, rows: Sequence[LotRow]) -> list[OfferState]:
        """The buyer's decision on each lot; lots of one product without a decision share it."""
        known: dict[int, OfferState] = {}
        found = []
        for row in rows:
            if row[ID] in self._decisions:
                found.append(self.state(row))
                continue
            product = row[PRODUCT]
            if product not in known:
                known[product] = self.state(row)
            found.append(known[product])
        return found

    def mapped(self, row: LotRow) -> Mapped | None:
        """The buyer's product of the lot, if any."""
        decision = self._decisions.get(row[ID])
        if decision and decision[0] is not None:
            return Mapped(self._buyer_products[decision[0]], decision[0], False)
        return self.mapped_product(row[PRODUCT])

    def mapped_product(self, vendor_product: int) -> Mapped | None:
        """The buyer's product that a vendor's product belongs to, if any; somebody may choose another one for a lot."""
        if vendor_product not in self._by_product:
            self._by_product[vendor_product] = self._product_of(vendor_product)
        return self._by_product[vendor_product]

    def _product_of(self, vendor_product: int) -> Mapped | None:
        earlier = self._earlier.get(vendor_product)
        if earlier is not None:
            return Mapped(self._buyer_products[earlier], earlier, False)
        theirs = self._vendor_products[vendor_product]
        same = self._described.get(described(theirs.description))
        if same is not None:
            return Mapped(self._buyer_products[same], same, True)
        return Mapped(self._copy(vendor_product)._replace(local_after=None), None, True) if self._auto_map else None

    def _copy(self, vendor_product: int) -> Product:
        """A vendor's product with a code that no other product has, so that no price list confuses the two."""
        if vendor_product not in self._copies:
            theirs = self._vendor_products[vendor_product]
            code = free_code(theirs.code, theirs.description, self._codes)
            self._copies[vendor_product] = theirs._replace(code=code)
        return self._copies[vendor_product]

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """The buyer's product codes with their descriptions."""
        return {product.code: product.description for product in self._buyer_products.values()}


def refs_for(company: CompanySnapshot, vendors: Iterable[CompanySnapshot]) -> Callable[[LotRow], str]:
    """How a company names lots: its own by their codes, those of vendors with the code of the vendor before."""
    prefixes = {vendor.id: f"{vendor.code}/" for vendor in vendors} | {company.id: ""}
    return lambda row: f"{prefixes[row[COMPANY]]}{row[CODE]}"


def split_ref(ref: str) -> tuple[str | None, str]:
    """`VENDOR/LOT` → vendor and lot; a plain code has no vendor."""
    vendor, slash, code = ref.rpartition("/")
    return (vendor, code) if slash else (None, code)


def unseen(ref: str) -> NotFound:
    """The error for a lot that does not exist, or that the reader may not see: the same for both."""
    if "/" in ref:
        return NotFound("There is no lot {lot} that you can see.", lot=ref)
    return NotFound("There is no lot {lot} that you can see (the lot of a vendor is written VENDOR/LOT).", lot=ref)


def in_order(refs: Sequence[str] | None, found: Mapping[str, Any]) -> list[str]:
    """The refs to answer for: those asked for, each of which must exist, else all that were found."""
    if refs is None:
        return list(found)
    for ref in refs:
        if ref not in found:
            raise unseen(ref)
    return list(refs)


def _received(landed_cost: int | None, components: Mapping[str, int] | None, fbe: int | None) -> ReceivedCosts | None:
    return None if landed_cost is None else ReceivedCosts(landed_cost, components or {}, fbe or 0)


def _last_price(stored: Mapping[str, Any]) -> LastPrice:
    typed, arrival = dt.date.fromisoformat(stored["typed_on"]), dt.date.fromisoformat(stored["arrival_date"])
    return LastPrice(stored["price"], typed, arrival, stored.get("sequence"))
