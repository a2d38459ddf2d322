"""Use case: a buyer maps a vendor's lot to a product, prices it and confirms it (domain section 3, the verb `map`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from k2k_core.domain.answers.connections import Offer
from k2k_core.domain.money import money
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.domain.roles import PRICES, PURCHASING
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.company_snapshot import CompanySnapshot
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.lots import Offers, split_ref
from k2k_core.services.journal import Change, audit, emit
from k2k_core.store.database.session import Session
from k2k_core.store.database.versions import require_version
from k2k_core.store.inventory.lots import AVAILABLE, ID, PRODUCT, lot_rows
from k2k_core.store.master_data import mappings
from k2k_core.store.master_data.parties import connection_between


@dataclass(frozen=True, slots=True)
class OfferChange:
    """A buyer's decision about a vendor's lot: `UNCHANGED` leaves the product and the price, None removes them.
    `va_price` is in micros; None leaves the confirmation. `version` is that of the offer that the buyer has read."""

    product: Any
    va_price: Any
    confirmed: bool | None
    version: int | None = None


def map_offer(context: ServiceContext, buyer: str, lot: str, change: OfferChange, key: str | None = None) -> Offer:
    """Map an offer to a product of the buyer, set a price for it, confirm it or not.

    A mapping can be changed or removed until the vendor's product has been sold (`Conflict`); it applies to the other
    lots of that product too. Without one an identical description maps the lot, else `auto_map_products` if it is on
    (domain section 3).
    """
    product, va_price, confirmed = change.product, change.va_price, change.confirmed
    context.actor.require(PRICES if va_price is not UNCHANGED else PURCHASING, buyer)
    with context.store.reading() as session:
        snapshot, vendor, row = _find(context, session, buyer, lot)
        product_id = None
        if product is not UNCHANGED and product is not None:
            product_id = snapshot.product_ids(session).get(product)
            if product_id is None:
                raise NotFound(
                    "There is no product {product} in {buyer}.", product=product, buyer=buyer, kind="product"
                )

    typed = "unchanged" if va_price is UNCHANGED else va_price
    named = None if product is UNCHANGED else product
    request = {"lot": lot, "product": named, "va_price": typed, "confirmed": confirmed}
    request |= {"unmapped": True} if product is None else {}
    request |= {} if change.version is None else {"version": change.version}
    command = IdempotentCommand(context, buyer, "map", key, request)

    def write(session: Session) -> str:
        changes: dict[str, Any] = {}
        present = mappings.hold_offer(session, snapshot.id, row[ID], row[PRODUCT])
        require_version(f"offers/{lot}", present, change.version)
        if product_id is not None:
            if mappings.sold_as_another(session, snapshot.id, row[PRODUCT], product_id):
                raise Conflict("The product of {lot} has been sold as another one: its mapping stays.", lot=lot)
            mappings.remember_mapping(session, snapshot.id, vendor.id, row[PRODUCT], product_id)
            changes["product_id"] = product_id
        if product is None:
            if mappings.sold_as_another(session, snapshot.id, row[PRODUCT], None):
                raise Conflict("The product of {lot} has been sold: its mapping stays.", lot=lot)
            mappings.forget_mapping(session, snapshot.id, row[PRODUCT])
            changes["product_id"] = None
        if va_price is not UNCHANGED:
            changes["va_price"] = va_price
        if confirmed is not None:
            changes["confirmed"] = confirmed
        before = mappings.put_offer(session, snapshot.id, vendor.id, row[ID], changes)
        audit(session, context.actor, snapshot.id, "map", lot, Change(before, changes))
        emit(session, "offer.changed", {"lot": lot, "buyer": buyer}, [snapshot.id, vendor.id])
        return lot

    command.transact(write)
    return offer(context, buyer, lot)


def offer(context: ServiceContext, buyer: str, lot: str) -> Offer:
    """One vendor lot as the buyer sees it: `mapped_product?, confirmed, va_price?, available`."""
    with context.store.reading() as session:
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
