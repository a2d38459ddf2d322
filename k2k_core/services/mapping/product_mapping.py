"""Use case: a buyer maps a vendor's lot to a product, prices it and confirms it (domain section 3, the verb `map`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from k2k_core.domain import parsing
from k2k_core.domain.answers.connections import Offer
from k2k_core.domain.items import Product
from k2k_core.domain.money import money
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.domain.roles import PRICES, PURCHASING
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.inventory.lots import Offers, split_ref
from k2k_core.services.journal import Change, audit, emit
from k2k_core.services.mapping.expected_offers import read_expected, require_expected
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.inventory.lots import AVAILABLE, ID, PRODUCT, lot_rows
from k2k_core.store.master_data import mappings
from k2k_core.store.master_data.parties import connection_between


@dataclass(frozen=True, slots=True)
class OfferChange:
    """A buyer's decision about a vendor's lot: `UNCHANGED` leaves the product and the price, None removes them.
    `va_price` is in micros; None leaves the confirmation. `version` is that of the offer that the buyer has read,
    `expected` are the values of its fields."""

    product: Any
    va_price: Any
    confirmed: bool | None
    version: int | None = None
    expected: Mapping[str, Any] | None = None

    @property
    def action(self) -> str:
        """What a person needs a role for to make it."""
        return PRICES if self.va_price is not UNCHANGED else PURCHASING


def offer_change(
    product: Any = UNCHANGED,
    va_price: Any = UNCHANGED,
    confirmed: Any = None,
    version: Any = None,
    expected: Mapping[str, Any] | None = None,
) -> OfferChange:
    """A change as it was given, parsed. Raises `Invalid`."""
    own = product if product is UNCHANGED or product is None else parsing.argument("product", parsing.text, product)
    typed = va_price
    if va_price is not UNCHANGED and va_price is not None:
        typed = parsing.argument("va_price", parsing.positive, va_price)
    switched = None if confirmed is None else parsing.switch(confirmed)
    return OfferChange(own, typed, switched, parsing.version(version), read_expected(expected))


class PlannedOffer(NamedTuple):
    """A change of an offer, permitted: its request, for a key, and its work in a transaction."""

    request: Mapping[str, object]
    work: Callable[[Session], Offer]


def planned_offer(context: ServiceContext, buyer: str, lot: str, change: OfferChange) -> PlannedOffer:
    """Map an offer to a product of the buyer, set a price for it, confirm it or not.

    A mapping can be changed or removed until the vendor's product has been sold (`Conflict`); it applies to the other
    lots of that product too. Without one an identical description maps the lot, else `auto_map_products` if it is on
    (domain section 3).
    """
    context.actor.require(change.action, buyer)
    with context.store.reading() as session:
        planned = _planned(context, session, buyer, lot, change)
    typed = "unchanged" if change.va_price is UNCHANGED else change.va_price
    named = None if change.product is UNCHANGED else change.product
    request = {"lot": lot, "product": named, "va_price": typed, "confirmed": change.confirmed}
    request |= {"unmapped": True} if change.product is None else {}
    request |= {} if change.version is None else {"version": change.version}
    request |= {} if change.expected is None else {"expected": dict(change.expected)}

    def write(session: Session) -> Offer:
        _write(context, session, lot, change, planned)
        return _offer(context, session, buyer, lot)

    return PlannedOffer(request, write)


class _Planned(NamedTuple):
    """A change of an offer: the buyer, the vendor, the vendor's lot, and the buyer's product that is named."""

    buyer: CompanySnapshot
    vendor: CompanySnapshot
    row: tuple[Any, ...]
    product_id: int | None


def _planned(context: ServiceContext, session: Session, buyer: str, lot: str, change: OfferChange) -> _Planned:
    snapshot, vendor, row = _find(context, session, buyer, lot)
    product, product_id = change.product, None
    if product is not UNCHANGED and product is not None:
        product_id = snapshot.product_ids(session).get(product)
        if product_id is None:
            raise NotFound("There is no product {product} in {buyer}.", product=product, buyer=buyer, kind="product")
    return _Planned(snapshot, vendor, row, product_id)


def _write(context: ServiceContext, session: Session, lot: str, change: OfferChange, planned: _Planned) -> None:
    """Change an offer. What is refused is refused before anything is written."""
    snapshot, vendor, row, product_id = planned
    session.reach([vendor.id])
    changes: dict[str, Any] = {}
    present = mappings.hold_offer(session, snapshot.id, row[ID], row[PRODUCT])
    require_version(f"offers/{lot}", present, change.version)
    if change.expected:
        now = context.snapshots.get(session, snapshot.code)
        require_expected(session, now, vendor, row, lot, change.expected)
    if product_id is not None:
        if mappings.sold_as_another(session, snapshot.id, row[PRODUCT], product_id):
            raise Conflict("The product of {lot} has been sold as another one: its mapping stays.", lot=lot)
        mappings.remember_mapping(session, snapshot.id, vendor.id, row[PRODUCT], product_id)
        changes["product_id"] = product_id
    if change.product is None:
        if mappings.sold_as_another(session, snapshot.id, row[PRODUCT], None):
            raise Conflict("The product of {lot} has been sold: its mapping stays.", lot=lot)
        mappings.forget_mapping(session, snapshot.id, row[PRODUCT])
        changes["product_id"] = None
    if change.va_price is not UNCHANGED:
        changes["va_price"] = change.va_price
    if change.confirmed is not None:
        changes["confirmed"] = change.confirmed
    before = mappings.put_offer(session, snapshot.id, vendor.id, row[ID], changes)
    audit(session, context.actor, snapshot.id, "map", lot, Change(before, changes))
    version = mappings.offer_version(session, snapshot.id, row[ID], row[PRODUCT])
    told = {"id": lot, "version": version, "lot": lot, "buyer": snapshot.code}
    emit(session, "offer.changed", told, [snapshot.id, vendor.id], None)


def apply_change(
    context: ServiceContext, session: Session, buyer: str, lot: str, change: OfferChange
) -> tuple[int, int]:
    """Change an offer in a transaction; its versions before and after."""
    planned = _planned(context, session, buyer, lot, change)
    named = (planned.buyer.id, planned.row[ID], planned.row[PRODUCT])
    before = mappings.hold_offer(session, *named)
    _write(context, session, lot, change, planned)
    return before, mappings.offer_version(session, *named)


class OfferedProduct(NamedTuple):
    """A lot of a connected vendor, the vendor's product of it, and the buyer."""

    lot: str
    buyer: CompanySnapshot
    vendor: CompanySnapshot
    row: tuple[Any, ...]
    product: Product


def offered_product(context: ServiceContext, session: Session, buyer: str, lot: str) -> OfferedProduct:
    """The product of a lot of a connected vendor. Raises `NotFound`."""
    snapshot, vendor, row = _find(context, session, buyer, lot)
    return OfferedProduct(lot, snapshot, vendor, row, vendor.products(session)[row[PRODUCT]])


def map_to_new(context: ServiceContext, session: Session, offered: OfferedProduct, product: str, added: int) -> int:
    """Map a lot to a product of the buyer that this transaction has added with the id `added`; the version of the offer
    after it. Raises `Conflict` as `map` does."""
    planned = _Planned(offered.buyer, offered.vendor, offered.row, added)
    _write(context, session, offered.lot, offer_change(product=product), planned)
    return mappings.offer_version(session, offered.buyer.id, offered.row[ID], offered.row[PRODUCT])


def offer(context: ServiceContext, buyer: str, lot: str) -> Offer:
    """One vendor lot as the buyer sees it: `mapped_product?, confirmed, va_price?, available`."""
    with context.store.reading() as session:
        return _offer(context, session, buyer, lot)


def _offer(context: ServiceContext, session: Session, buyer: str, lot: str) -> Offer:
    snapshot, vendor, row = _find(context, session, buyer, lot)
    offers = Offers(session, snapshot, vendor, snapshot.vendor_for(session, vendor.code))
    state = offers.state(row)
    lot_seen = offers.lots([row])[0]
    currency = snapshot.company.currency
    return {
        "lot": lot,
        "version": mappings.offer_version(session, snapshot.id, row[ID], row[PRODUCT]),
        "mapped_product": state.mapped_product,
        "confirmed": state.confirmed,
        "va_price": None if state.va_price is None else money(state.va_price, currency),
        "available": row[AVAILABLE],
        "box_type": lot_seen.box_type,
        "description": lot_seen.product.description,
    }


def _find(
    context: ServiceContext, session: Session, buyer: str, ref: str
) -> tuple[CompanySnapshot, CompanySnapshot, tuple[Any, ...]]:
    """The buyer, the vendor and the row of a lot of a connected vendor, shared or not."""
    vendor_code, code = split_ref(ref)
    company = context.snapshots.get(session, buyer)
    vendor = context.snapshots.by_code(session, [vendor_code or ""]).get(vendor_code or "")
    if vendor is not None and connection_between(session, vendor.company, company.company) is not None:
        for row in lot_rows(session, [vendor.id], [code]):
            return company, vendor, row
    raise NotFound("There is no lot {lot} of a connected vendor.", lot=ref)
