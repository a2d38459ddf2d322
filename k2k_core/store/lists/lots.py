"""The lots of some companies, for what is computed of each: what they cost, whether they are shared or visible."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.paging import MOST_SIDES, Listing, Side, Sides, Stepped
from k2k_core.store.database.queries import any_of
from k2k_core.store.inventory.lots import COLUMNS

_LOT: Any = tables.Lot
_PRODUCT: Any = tables.Product
_COMPANY: Any = tables.Company

SORTS: Mapping[str, Iterable[Any]] = {
    "lot": (),
    "description": Stepped(_PRODUCT.description, then=(_PRODUCT.code,)),
    "available": (_LOT.available,),
    "arrival_date": (_LOT.arrival_date,),
}
"""The keys of the sorts, by name."""

BY_CODE = ("lot",)
BY_GOODS = (*BY_CODE, "description", "available")


def lots_of(companies: Sequence[int], own: int, sorts: Collection[str] = BY_CODE) -> Listing:
    """The lots of some companies by company and code, rows as in `store.inventory.lots`. In the filter a lot of the
    company `own` has no vendor. `sorts` are those of `SORTS` that the list has: an order tells of what it goes by, so
    that lots which somebody holds back are sorted by their codes alone."""
    lots = (
        _LOT.select()
        .join(_PRODUCT, on=_PRODUCT.id == _LOT.product_id)
        .switch(_LOT)
        .join(_COMPANY, on=_COMPANY.id == _LOT.company_id)
    )
    few = len(companies) <= MOST_SIDES
    return Listing(
        source=lots if few else lots.where(_LOT.company_id.in_(list(companies)) & ~_LOT.archived),
        owner=None,
        columns={column.name: column for column in COLUMNS},
        unique=(_LOT.company_id, _LOT.code),
        sorts={name: keys for name, keys in SORTS.items() if name in sorts},
        filters={"lot": lambda named: any_of([_is_named(own, *one) for one in named])},
        searched=(_LOT.code, _PRODUCT.search, _COMPANY.search),
        sides=_sides(lots, companies) if few else None,
    )


def _sides(lots: Any, companies: Sequence[int]) -> Sides:
    """A lot and its product are of one company: by description they are found by their products."""
    there = lots.where(~_LOT.archived)
    return Sides(_LOT.id, tuple(_side(there, one) for one in sorted(companies)))


def _side(lots: Any, company_id: int) -> Side:
    by_product = lots.where(_PRODUCT.company_id == company_id)
    mine = lots.where(_LOT.company_id == company_id)
    return Side(mine, _LOT.id, first=company_id, sorted_by={"description": by_product})


def _is_named(own: int, vendor: str | None, code: str) -> Any:
    company = (_LOT.company_id == own) if vendor is None else (_COMPANY.code == vendor)
    return company & (_LOT.code == code)
