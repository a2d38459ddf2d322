"""Lots as they are sold: a company's own, and those of connected vendors as one buyer sees them (offers)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from k2k_core.domain.items import FUTURE_SALES, K2K, LastPrice, Lot, Product
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Vendor
from k2k_core.domain.sharing import OfferState
from k2k_core.errors import NotFound
from k2k_core.services.facts import CompanyFacts, described
from k2k_core.store.lots import (
    BOX_TYPE,
    CODE,
    ID,
    LAST_PRICE,
    LOCATION,
    ON_HOLD,
    PRODUCT,
    SOLID,
    TYPE,
    Row,
    earlier_mappings,
    offers_said,
)
from k2k_core.store.work import Session

_NO_PLACE_COST_OR_AWB = (None, None, None)
_NO_VENDOR_PRICES = (False, None, None, None, None, None)
_NO_OTHER_PRICES = (None, None)


class OwnLots:
    """Turns rows into the company's own lots."""

    def __init__(self, session: Session, facts: CompanyFacts) -> None:
        self._products = facts.products(session)
        self._box_types = facts.box_types(session)
        self._dimensions = facts.dimensions(session)
        self._locations = facts.locations_by_id(session)

    def lot(self, row: Row) -> Lot:
        """The lot as its owner sees it; `ref` is its plain code."""
        box_code, fbe = self._box_types[row[BOX_TYPE]]
        place = self._locations.get(row[LOCATION])
        last = row[LAST_PRICE]
        return Lot._make(
            (
                row[CODE],
                row[TYPE],
                self._products[row[PRODUCT]],
                box_code,
                fbe,
                self.cubes(row),
                *row[6:13],
                place.code if place else None,
                *row[14:27],
                None if last is None else _last_price(last),
                row[ID],
                row[TYPE] == FUTURE_SALES,
            )
        )

    def location_connected(self, row: Row) -> bool:
        """Whether the lot's place shares; a lot without a place does."""
        place = self._locations.get(row[LOCATION])
        return place is None or place.connected

    def cubes(self, row: Row) -> Exact | None:
        """The volume of the lot's boxes: a row for its product wins over one for every product."""
        found = self._dimensions.get((row[BOX_TYPE], row[PRODUCT]))
        return self._dimensions.get((row[BOX_TYPE], None)) if found is None else found


@dataclass(frozen=True, slots=True)
class Mapped:
    """To which product of the buyer a vendor's product belongs; `product_id` is None until it exists there."""

    product: Product
    product_id: int | None
    automatic: bool


class Offers:
    """Turns a vendor's rows into what one buyer sees of them.

    A lot belongs to the product that a person chose for it, else to that of an earlier mapping of its product, else to
    the buyer's product of the same description, else, with `auto_map_products`, to a copy of the vendor's product that
    is added when it is first needed.
    """

    def __init__(self, session: Session, buyer: CompanyFacts, vendor: CompanyFacts, record: Vendor | None) -> None:
        self.vendor = vendor
        self.own = OwnLots(session, vendor)
        self._vendor_products = vendor.products(session)
        self._buyer = buyer
        self._buyer_products = buyer.products(session)
        self._described = buyer.products_described(session)
        self._record_code = record.code if record else None
        self._port = record.port if record else None
        settings = buyer.company.settings
        self._auto_map, self._autoconfirm = settings.auto_map_products, settings.autoconfirm
        self._said = offers_said(session, buyer.id, vendor.id)
        self._earlier = earlier_mappings(session, buyer.id, vendor.id)
        self._by_product: dict[int, Mapped | None] = {}

    def lot(self, row: Row) -> Lot:
        """The lot as the buyer may see it: nothing of the vendor's costs and prices is in it."""
        box_code, fbe = self.own._box_types[row[BOX_TYPE]]
        said = self._said.get(row[ID])
        mapped = self.mapped(row)
        product = self._vendor_products[row[PRODUCT]] if mapped is None else mapped.product
        typed = said[2] if said else None
        return Lot._make(
            (
                f"{self.vendor.code}/{row[CODE]}",
                K2K,
                product,
                box_code,
                fbe,
                self.own.cubes(row),
                *row[6:12],
                self._record_code,
                *_NO_PLACE_COST_OR_AWB,
                self._port,
                row[ON_HOLD],
                row[SOLID],
                *_NO_VENDOR_PRICES,
                typed,
                *_NO_OTHER_PRICES,
                row[ID],
                row[TYPE] == FUTURE_SALES,
            )
        )

    def state(self, row: Row) -> OfferState:
        """What the buyer has said of the lot."""
        said = self._said.get(row[ID])
        mapped = self.mapped(row)
        confirmed = self._autoconfirm or bool(said and said[1])
        return OfferState(mapped.product.code if mapped else None, confirmed, said[2] if said else None)

    def mapped(self, row: Row) -> Mapped | None:
        """The buyer's product that this lot belongs to, if any."""
        said = self._said.get(row[ID])
        if said and said[0] is not None:
            return Mapped(self._buyer_products[said[0]], said[0], False)
        product_id = row[PRODUCT]
        if product_id not in self._by_product:
            self._by_product[product_id] = self._product_of(product_id)
        return self._by_product[product_id]

    def _product_of(self, vendor_product: int) -> Mapped | None:
        earlier = self._earlier.get(vendor_product)
        if earlier is not None:
            return Mapped(self._buyer_products[earlier], earlier, True)
        theirs = self._vendor_products[vendor_product]
        same = self._described.get(described(theirs.description))
        if same is not None:
            return Mapped(self._buyer_products[same], same, True)
        return Mapped(theirs._replace(local_after=None), None, True) if self._auto_map else None


def split_ref(ref: str) -> tuple[str | None, str]:
    """`VENDOR/LOT` → vendor and lot; a plain code has no vendor."""
    vendor, slash, code = ref.rpartition("/")
    return (vendor, code) if slash else (None, code)


def in_order(refs: Sequence[str] | None, found: Mapping[str, Any]) -> list[str]:
    """The refs to answer for: those asked, each of which must be there, else all that were found."""
    if refs is None:
        return list(found)
    for ref in refs:
        if ref not in found:
            raise NotFound(f"There is no lot {ref} to be seen from here.", lot=ref)
    return list(refs)


def _last_price(stored: Mapping[str, Any]) -> LastPrice:
    typed, arrival = stored["typed_on"], stored["arrival_date"]
    return LastPrice(stored["price"], dt.date.fromisoformat(typed), dt.date.fromisoformat(arrival))
