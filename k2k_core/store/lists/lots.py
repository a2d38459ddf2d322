"""The lots of some companies, for what is computed of each: what they cost, whether they are shared or visible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.store import tables
from k2k_core.store.database.paging import MOST_SIDES, Listing, Side, Sides
from k2k_core.store.database.queries import any_of
from k2k_core.store.inventory.lots import COLUMNS

_LOT: Any = tables.Lot
_PRODUCT: Any = tables.Product
_COMPANY: Any = tables.Company


def lots_of(companies: Sequence[int], own: int) -> Listing:
    """The lots of some companies by company and code, rows as in `store.inventory.lots`. In the filter a lot of the
    company `own` has no vendor."""
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
        filters={"lot": lambda named: any_of([_is_named(own, *one) for one in named])},
        searched=(_LOT.code, _PRODUCT.search, _COMPANY.search),
        sides=_sides(lots, companies) if few else None,
    )


def _sides(lots: Any, companies: Sequence[int]) -> Sides:
    of_each = ((one, (_LOT.company_id == one) & ~_LOT.archived) for one in sorted(companies))
    return Sides(_LOT.id, tuple(Side(lots.where(mine), _LOT.id, first=one) for one, mine in of_each))


def _is_named(own: int, vendor: str | None, code: str) -> Any:
    company = (_LOT.company_id == own) if vendor is None else (_COMPANY.code == vendor)
    return company & (_LOT.code == code)
