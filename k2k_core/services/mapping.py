"""Use case: to which of my products does a vendor's lot belong, and at what price? (domain section 3, `map`)"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from k2k_core.domain.money import money
from k2k_core.domain.orders import CANCELLED, DROPPED
from k2k_core.domain.roles import PRICES, PURCHASING
from k2k_core.errors import Conflict, NotFound
from k2k_core.services.facts import CompanyFacts
from k2k_core.services.journal import audit, emit
from k2k_core.services.lots import Offers, split_ref
from k2k_core.services.office import Office
from k2k_core.store.lots import BOX_TYPE, ID, PRODUCT, lot_rows
from k2k_core.store.parties import connection_between
from k2k_core.store.tables import Category, Company, Offer, OrderLine, Product, ProductMapping
from k2k_core.store.work import Session

if TYPE_CHECKING:
    from k2k_core.services.selling import Pick

UNCHANGED: Any = object()
"""Stands for an argument that was not given: None is a value."""


def map_offer(
    office: Office,
    buyer: str,
    lot: str,
    product: str | None = None,
    va_price: Any = UNCHANGED,
    confirmed: bool | None = None,
) -> dict[str, Any]:
    """Map an offer to a product of the buyer, type a price for it (None takes it back), confirm it or not.

    `va_price` is in micros. A mapping can be changed until the lot has been sold (`Conflict`); the product becomes the
    default for later lots of the same vendor product.
    """
    office.actor.require(PRICES if va_price is not UNCHANGED else PURCHASING, buyer)
    with office.store.reading() as session:
        facts, vendor, row = _find(office, session, buyer, lot)
        product_id = None
        if product is not None:
            product_id = facts.product_ids(session).get(product)
            if product_id is None:
                raise NotFound(f"There is no product {product} in {buyer}.", kind="product")

    def write(session: Session) -> None:
        changes: dict[str, Any] = {}
        if product_id is not None:
            _require_unsold(session, facts, row[ID], product_id, lot)
            _remember(session, facts.id, vendor.id, row[PRODUCT], product_id)
            changes["product_id"] = product_id
        if va_price is not UNCHANGED:
            changes["va_price"] = va_price
        if confirmed is not None:
            changes["confirmed"] = confirmed
        before = _put(session, facts.id, vendor.id, row[ID], changes)
        audit(session, office.actor, facts.id, "map", lot, before, changes)
        emit(session, "offer.changed", {"lot": lot, "buyer": buyer}, [facts.id, vendor.id])

    office.store.transact(write)
    return offer(office, buyer, lot)


def offer(office: Office, buyer: str, lot: str) -> dict[str, Any]:
    """One vendor lot as the buyer sees it: `mapped_product?, confirmed, va_price?, available`."""
    with office.store.reading() as session:
        facts, vendor, row = _find(office, session, buyer, lot)
        offers = Offers(session, facts, vendor, facts.vendor_for(session, vendor.code))
        state = offers.state(row)
        box_type = vendor.box_types(session)[row[BOX_TYPE]][0]
        currency = facts.company.currency
        return {
            "lot": lot,
            "mapped_product": state.mapped_product,
            "confirmed": state.confirmed,
            "va_price": None if state.va_price is None else money(state.va_price, currency),
            "available": row[7],
            "box_type": box_type,
            "description": offers.lot(row).product.description,
        }


def product_for(session: Session, buyer: CompanyFacts, pick: Pick) -> int | None:
    """The buyer's product of a pick. An automatic mapping is written down when it is first sold: the vendor's product
    and its category are added to the buyer where nothing matched."""
    mapped = pick.mapped
    if mapped is None or pick.vendor is None or pick.vendor_product_id is None:
        return buyer.product_ids(session).get(pick.lot.product.code)
    product_id = mapped.product_id or _add_product(session, buyer, pick)
    if mapped.automatic:
        _remember(session, buyer.id, pick.vendor.id, pick.vendor_product_id, product_id)
    return product_id


def _add_product(session: Session, buyer: CompanyFacts, pick: Pick) -> int:
    """A copy of the vendor's product, or the one that another order has added meanwhile."""
    product = pick.lot.product
    session.lock(Company, [buyer.id])
    code = _free_code(session, buyer.id, product.code, product.description)
    found = session.value(Product.select(Product.id).where((Product.company_id == buyer.id) & (Product.code == code)))
    if found is not None:
        return int(found)
    category = session.value(
        Category.select(Category.id).where((Category.company_id == buyer.id) & (Category.code == product.category))
    )
    if category is None:
        category = session.insert(Category, company_id=buyer.id, code=product.category, name=product.category)
    return session.insert(
        Product,
        company_id=buyer.id,
        code=code,
        description=product.description,
        category_id=category,
        variety=product.variety,
        color=product.color,
        grade=product.grade,
    )


def _free_code(session: Session, buyer_id: int, code: str, description: str) -> str:
    """The vendor's code, unless the buyer has given it to something else: then the first free `CODE-2`, `CODE-3`, …"""
    query = Product.select(Product.code, Product.description).where(
        (Product.company_id == buyer_id) & Product.code.startswith(code[:36])
    )
    taken: dict[str, str] = dict(session.rows(query))
    candidate, number = code, 1
    while candidate in taken and taken[candidate] != description:
        number += 1
        candidate = f"{code[:36]}-{number}"
    return candidate


def _remember(session: Session, buyer_id: int, vendor_id: int, vendor_product: int, product_id: int) -> None:
    """Later lots of this vendor product map themselves to the same product."""
    mine = (ProductMapping.buyer_id == buyer_id) & (ProductMapping.vendor_product_id == vendor_product)
    known = session.value(ProductMapping.select(ProductMapping.product_id).where(mine))
    if known == product_id:
        return
    if known is not None:
        session.change(ProductMapping.update(product_id=product_id).where(mine), touches=buyer_id)
        return
    session.insert(
        ProductMapping,
        buyer_id=buyer_id,
        vendor_id=vendor_id,
        vendor_product_id=vendor_product,
        product_id=product_id,
    )


def _put(session: Session, buyer_id: int, vendor_id: int, lot_id: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Change or add the offer's row; answers what stood there before."""
    mine = (Offer.buyer_id == buyer_id) & (Offer.lot_id == lot_id)
    found = session.dicts(Offer.select(Offer.product_id, Offer.confirmed, Offer.va_price).where(mine))
    if found and changes:
        session.change(Offer.update(**changes).where(mine), touches=buyer_id)
    elif not found:
        session.insert(Offer, buyer_id=buyer_id, vendor_id=vendor_id, lot_id=lot_id, **changes)
    return {name: found[0][name] if found else None for name in changes}


def _require_unsold(session: Session, buyer: CompanyFacts, lot_id: int, product_id: int, ref: str) -> None:
    sold = session.value(
        OrderLine.select(OrderLine.id).where(
            (OrderLine.buyer_id == buyer.id)
            & (OrderLine.lot_id == lot_id)
            & OrderLine.state.not_in((CANCELLED, DROPPED))
            & (OrderLine.product_id != product_id)
        )
    )
    if sold is not None:
        raise Conflict(f"{ref} has been sold under its present product and cannot be mapped to another one.")


def _find(office: Office, session: Session, buyer: str, ref: str) -> tuple[CompanyFacts, CompanyFacts, tuple[Any, ...]]:
    """The buyer, the vendor and the row of a lot of a connected vendor, shared or not."""
    vendor_code, code = split_ref(ref)
    facts = office.facts.get(session, buyer)
    vendor = office.facts.by_code(session, [vendor_code or ""]).get(vendor_code or "")
    if vendor is not None and connection_between(session, vendor.company, facts.company) is not None:
        for row in lot_rows(session, [vendor.id], [code]):
            return facts, vendor, row
    raise NotFound(f"There is no lot {ref} of a connected vendor.", lot=ref)
