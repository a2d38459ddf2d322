"""Reads and writes a buyer's decisions about vendors' lots, products and codes: mappings, entered prices, automatically
added products."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from peewee import ModelSelect

from k2k_core.domain.items import Product as ProductFacts
from k2k_core.domain.items import free_code
from k2k_core.domain.orders import CANCELLED, DROPPED
from k2k_core.store.database.prepared_statements import Prepared
from k2k_core.store.database.session import Session
from k2k_core.store.tables import (
    Category,
    CodeMapping,
    Company,
    MappingVersion,
    Offer,
    OrderLine,
    Product,
    ProductMapping,
)


def put_offer(session: Session, buyer_id: int, vendor_id: int, lot_id: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Change or add a buyer's decision about a lot; returns what was stored before."""
    session.lock(Company, [buyer_id])
    mine = (Offer.buyer_id == buyer_id) & (Offer.lot_id == lot_id)
    found = session.dicts(Offer.select(Offer.product_id, Offer.confirmed, Offer.va_price).where(mine))
    if found and changes:
        session.change(Offer.update(**changes).where(mine), touches=buyer_id)
    elif not found:
        session.insert(Offer, buyer_id=buyer_id, vendor_id=vendor_id, lot_id=lot_id, **changes)
    return {name: found[0][name] if found else None for name in changes}


def hold_offer(session: Session, buyer_id: int, lot_id: int, vendor_product: int) -> int:
    """Lock a buyer's decisions about vendors' lots until the end of the unit of work; returns the version of one
    offer."""
    session.lock(Company, [buyer_id])
    return offer_version(session, buyer_id, lot_id, vendor_product)


def offer_version(session: Session, buyer_id: int, lot_id: int, vendor_product: int) -> int:
    """The version of a buyer's offer: how often the decision on the lot, and the mapping of its product, have
    changed. 0 while there is neither."""
    decided = (Offer.buyer_id == buyer_id) & (Offer.lot_id == lot_id)
    mapped = (MappingVersion.buyer_id == buyer_id) & (MappingVersion.vendor_product_id == vendor_product)
    own = session.value(Offer.select(Offer.version).where(decided))
    return (own or 0) + (session.value(MappingVersion.select(MappingVersion.version).where(mapped)) or 0)


def known_mappings(session: Session, buyer_id: int, vendor_products: Collection[int]) -> dict[int, int]:
    """The buyer's products that some vendors' products are mapped to, by the vendor's product."""
    wanted = sorted(set(vendor_products))
    return dict(_KNOWN.rows(session, [buyer_id], wanted)) if wanted else {}


def _known(buyer: list[int], vendor_products: list[int]) -> ModelSelect[Any]:
    mine = ProductMapping.buyer_id.in_(buyer) & ProductMapping.vendor_product_id.in_(vendor_products)
    return ProductMapping.select(ProductMapping.vendor_product_id, ProductMapping.product_id).where(mine)


_KNOWN = Prepared(_known)


def remember_mapping(session: Session, buyer_id: int, vendor_id: int, vendor_product: int, product_id: int) -> None:
    """Store a mapping, by which later lots of this vendor product are mapped automatically."""
    mine = (ProductMapping.buyer_id == buyer_id) & (ProductMapping.vendor_product_id == vendor_product)
    query = ProductMapping.select(ProductMapping.product_id).where(mine)
    if session.value(query) == product_id:
        return
    session.lock(Company, [buyer_id])  # of two first sales at once, the second sees what the first has written
    known = session.value(query)
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


def forget_mapping(session: Session, buyer_id: int, vendor_product: int) -> None:
    """Delete the mapping of a vendor product for later lots."""
    session.lock(Company, [buyer_id])
    mine = (ProductMapping.buyer_id == buyer_id) & (ProductMapping.vendor_product_id == vendor_product)
    session.change(ProductMapping.delete().where(mine), touches=buyer_id)


def code_mappings(session: Session, buyer_id: int) -> dict[tuple[int, str], dict[str, str]]:
    """A buyer's own codes for its vendors' box types and carriers: (vendor id, kind) → the vendor's code → the
    buyer's."""
    columns = (CodeMapping.vendor_id, CodeMapping.kind, CodeMapping.vendor_code, CodeMapping.code)
    query = CodeMapping.select(*columns).where(CodeMapping.buyer_id == buyer_id).order_by(CodeMapping.vendor_code)
    found: dict[tuple[int, str], dict[str, str]] = {}
    for vendor_id, kind, vendor_code, code in session.rows(query):
        found.setdefault((vendor_id, kind), {})[vendor_code] = code
    return found


def mapped_at_vendor(session: Session, vendor_id: int, kind: str) -> dict[int, dict[str, str]]:
    """The own codes of each of a vendor's buyers for its codes of a kind: buyer id → the vendor's code → the
    buyer's."""
    query = CodeMapping.select(CodeMapping.buyer_id, CodeMapping.vendor_code, CodeMapping.code)
    mine = (CodeMapping.vendor_id == vendor_id) & (CodeMapping.kind == kind)
    found: dict[int, dict[str, str]] = {}
    for buyer_id, vendor_code, code in session.rows(query.where(mine)):
        found.setdefault(buyer_id, {})[vendor_code] = code
    return found


def map_code(
    session: Session, buyer_id: int, vendor_id: int, kind: str, vendor_code: str, code: str | None
) -> str | None:
    """Store a buyer's own code for a vendor's box type or carrier, or delete it (None); returns the one before."""
    session.lock(Company, [buyer_id])
    mine = (
        (CodeMapping.buyer_id == buyer_id)
        & (CodeMapping.vendor_id == vendor_id)
        & (CodeMapping.kind == kind)
        & (CodeMapping.vendor_code == vendor_code)
    )
    before: str | None = session.value(CodeMapping.select(CodeMapping.code).where(mine))
    if before is None and code is not None:
        values = {"buyer_id": buyer_id, "vendor_id": vendor_id, "kind": kind, "vendor_code": vendor_code}
        session.insert(CodeMapping, **values, code=code)
    elif code is None:
        session.change(CodeMapping.delete().where(mine), touches=buyer_id)
    elif code != before:
        session.change(CodeMapping.update(code=code).where(mine), touches=buyer_id)
    return before


def sold_as_another(session: Session, buyer_id: int, vendor_product: int, product_id: int | None) -> bool:
    """Whether the buyer has sold boxes of a vendor's product as another product than this one (None: as any)."""
    sold = (
        (OrderLine.buyer_id == buyer_id)
        & (OrderLine.vendor_product_id == vendor_product)
        & OrderLine.state.not_in((CANCELLED, DROPPED))
    )
    another = sold if product_id is None else sold & (OrderLine.product_id != product_id)
    return session.value(OrderLine.select(OrderLine.id).where(another)) is not None


def add_copy(session: Session, buyer_id: int, product: ProductFacts) -> int:
    """A copy of a vendor's product, or the one that another order has added meanwhile; its category is added too."""
    session.lock(Company, [buyer_id])
    code = _free_code(session, buyer_id, product.code, product.description)
    same = (Product.company_id == buyer_id) & (Product.code == code)
    found = session.value(Product.select(Product.id).where(same))
    if found is not None:
        return int(found)
    return session.insert(
        Product,
        company_id=buyer_id,
        code=code,
        description=product.description,
        category_id=_category(session, buyer_id, product.category),
        variety=product.variety,
        color=product.color,
        grade=product.grade,
    )


def _category(session: Session, buyer_id: int, code: str) -> int:
    same = (Category.company_id == buyer_id) & (Category.code == code)
    found = session.value(Category.select(Category.id).where(same))
    return int(found) if found is not None else session.insert(Category, company_id=buyer_id, code=code, name=code)


def _free_code(session: Session, buyer_id: int, code: str, description: str) -> str:
    query = Product.select(Product.code, Product.description).where(
        (Product.company_id == buyer_id) & Product.code.startswith(code[:36])
    )
    return free_code(code, description, dict(session.rows(query)))
