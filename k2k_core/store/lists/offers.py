"""The list of a buyer's offers: the lots of its active vendors with what it has decided about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, SQL, fn

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES
from k2k_core.store import tables
from k2k_core.store.database.paging import MOST_SIDES, Listing, Side, Sides, Stepped
from k2k_core.store.database.queries import any_of
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import COLUMNS

_LOT: Any = tables.Lot
_OFFER: Any = tables.Offer
_PRODUCT: Any = tables.Product
_COMPANY: Any = tables.Company
_MAPPING: Any = tables.MappingVersion

NOTHING = SQL("1 = 0")


class OfferedBy(NamedTuple):
    """A vendor as it matters for a list of offers: whether it shares future lots, and, where it is asked for, the
    buyer's product ids by those of the vendor's products that map themselves or were mapped before, and the ids of the
    vendor's box types that the buyer does not know."""

    company_id: int
    code: str
    shares_future: bool
    mapped: Mapping[int, int | None] | None = None
    unknown_boxes: Collection[int] = ()


class Decisions(NamedTuple):
    """What the buyer does by itself, and its product ids by code."""

    autoconfirm: bool
    product_ids: Mapping[str, int]


def offers_of(buyer_id: int, vendors: Sequence[OfferedBy], decisions: Decisions) -> Listing:
    """The lots that the vendors may share with a buyer, by vendor and code; rows as in `store.inventory.lots`."""
    mine = (_OFFER.lot_id == _LOT.id) & (_OFFER.buyer_id == buyer_id)
    lots = (
        _LOT.select()
        .join(_PRODUCT, JOIN.LEFT_OUTER, on=_PRODUCT.id == _LOT.product_id)
        .switch(_LOT)
        .join(_COMPANY, JOIN.LEFT_OUTER, on=_COMPANY.id == _LOT.company_id)
        .switch(_LOT)
        .join(_OFFER, JOIN.LEFT_OUTER, on=mine)
    )
    confirmed = fn.COALESCE(_OFFER.confirmed, decisions.autoconfirm)
    mapped = _OFFER.product_id.is_null(False) | _of_products(vendors, lambda _: True)
    ready = mapped & (confirmed == True)  # noqa: E712 - a condition of the database
    unknown = _one_of(_LOT.box_type_id, [one for vendor in vendors for one in vendor.unknown_boxes])
    few = len(vendors) <= MOST_SIDES
    return Listing(
        source=lots if few else lots.where(_may_any_share(vendors)),
        owner=None,
        columns={column.name: column for column in COLUMNS},
        unique=(_LOT.company_id, _LOT.code),
        sorts={"description": Stepped(_PRODUCT.description, then=(_PRODUCT.code,)), "available": (_LOT.available,)},
        filters={
            "lot": lambda named: any_of([(_COMPANY.code == vendor) & (_LOT.code == code) for vendor, code in named]),
            "vendor": lambda code: _COMPANY.code == code,
            "product": lambda code: _mapped_to(vendors, decisions.product_ids.get(code)),
            "mapped": lambda value: mapped if value else ~mapped,
            "confirmed": lambda value: confirmed == value,
            "sellable": lambda value: ready if value else ~ready,
            "typed": lambda value: _OFFER.va_price.is_null(not value),
            "pack_known": lambda value: ~unknown if value else unknown,
        },
        searched=(_LOT.code, _PRODUCT.search, _COMPANY.search),
        sides=_sides(lots, vendors) if few else None,
    )


def versions_of(session: Session, buyer_id: int, lots: Mapping[int, int]) -> dict[int, int]:
    """The versions of a buyer's offers by lot id (`master_data.mappings.offer_version`); `lots` are lot ids with the
    vendor's product ids."""
    decided = (_OFFER.buyer_id == buyer_id) & _OFFER.lot_id.in_(list(lots))
    known = (_MAPPING.buyer_id == buyer_id) & _MAPPING.vendor_product_id.in_(sorted(set(lots.values())))
    of_lots = _OFFER.select(SQL("0"), _OFFER.lot_id, _OFFER.version).where(decided)
    of_products = _MAPPING.select(SQL("1"), _MAPPING.vendor_product_id, _MAPPING.version).where(known)
    found: tuple[dict[int, int], dict[int, int]] = {}, {}
    for kind, named, version in session.rows(of_lots.union_all(of_products)):
        found[kind][named] = version
    own, moved = found
    return {lot: own.get(lot, 0) + moved.get(product, 0) for lot, product in lots.items()}


def _may_share(vendor: OfferedBy) -> Any:
    types = [OPEN_MARKET_BOXES, *([FUTURE_SALES] if vendor.shares_future else [])]
    return ~_LOT.archived & _LOT.inventory_type.in_(types)


def _sides(lots: Any, vendors: Sequence[OfferedBy]) -> Sides:
    """A lot and its product are of one company: by description they are found by their products."""
    return Sides(_LOT.id, tuple(_side(lots.where(_may_share(one)), one.company_id) for one in vendors))


def _side(lots: Any, vendor_id: int) -> Side:
    by_product = lots.where(_PRODUCT.company_id == vendor_id)
    return Side(
        lots.where(_LOT.company_id == vendor_id), _LOT.id, first=vendor_id, sorted_by={"description": by_product}
    )


def _may_any_share(vendors: Sequence[OfferedBy]) -> Any:
    """The lots that any of many vendors may share."""
    every, future = ([one.company_id for one in vendors if one.shares_future or not only] for only in (False, True))
    boxes = _LOT.company_id.in_(every) & (_LOT.inventory_type == OPEN_MARKET_BOXES)
    later = _LOT.company_id.in_(future) & (_LOT.inventory_type == FUTURE_SALES)
    return ~_LOT.archived & (boxes | later)


def _mapped_to(vendors: Sequence[OfferedBy], product_id: int | None) -> Any:
    """Lots that a person mapped to a product of the buyer, or that nobody did and whose product maps itself to it."""
    if product_id is None:
        return NOTHING
    by_itself = _OFFER.product_id.is_null() & _of_products(vendors, lambda mapped: mapped == product_id)
    return (_OFFER.product_id == product_id) | by_itself


def _of_products(vendors: Sequence[OfferedBy], wanted: Any) -> Any:
    """Lots of the vendors' products whose mapping is wanted."""
    ids = [theirs for vendor in vendors for theirs, ours in (vendor.mapped or {}).items() if wanted(ours)]
    return _one_of(_LOT.product_id, ids)


def _one_of(column: Any, ids: Collection[int]) -> Any:
    """The ids are written into the text: there may be more of them than a statement has parameters."""
    return column.in_(SQL(f"({_listed(ids)})")) if ids else NOTHING


def _listed(ids: Collection[int]) -> str:
    return ", ".join(str(int(one)) for one in sorted(ids))
