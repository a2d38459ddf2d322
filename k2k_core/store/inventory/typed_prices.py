"""The lots on which a person has typed a price."""

from __future__ import annotations

from typing import Any, NamedTuple

from peewee import fn

from k2k_core.domain.items import K2K
from k2k_core.store import tables
from k2k_core.store.database.session import Session

_LOT: Any = tables.Lot
_OFFER: Any = tables.Offer
_COMPANY: Any = tables.Company

FIRST = 5
"""So many lots are named."""


class TypedLots(NamedTuple):
    """How many lots have a price of one kind, and the codes of the first of them: of a vendor's lot `ANDES/L1`."""

    total: int
    first: tuple[str, ...]


def typed_lots(session: Session, company_id: int, field: str, inventory_type: str) -> TypedLots:
    """The company's lots of an inventory type on which the field has a price; of `k2k` the vendors' lots that the
    company, as their buyer, typed its own on."""
    return (
        _on_offers(session, company_id)
        if inventory_type == K2K
        else _on_lots(session, company_id, field, inventory_type)
    )


def _on_lots(session: Session, company_id: int, field: str, inventory_type: str) -> TypedLots:
    mine = (_LOT.company_id == company_id) & (_LOT.inventory_type == inventory_type) & ~_LOT.archived
    typed = mine & getattr(_LOT, field).is_null(False)
    count = session.value(_LOT.select(fn.COUNT(_LOT.id)).where(typed))
    found = session.rows(_LOT.select(_LOT.code).where(typed).order_by(_LOT.code).limit(FIRST))
    return TypedLots(count, tuple(code for (code,) in found))


def _on_offers(session: Session, buyer_id: int) -> TypedLots:
    typed = (_OFFER.buyer_id == buyer_id) & _OFFER.va_price.is_null(False)
    session.reach(vendor for (vendor,) in session.rows(_OFFER.select(_OFFER.vendor_id).where(typed).distinct()))
    kept = typed & ~_LOT.archived
    lots = _OFFER.select().join(_LOT, on=_LOT.id == _OFFER.lot_id).join(_COMPANY, on=_COMPANY.id == _OFFER.vendor_id)
    count = session.value(lots.select(fn.COUNT(_OFFER.id)).where(kept))
    named = lots.select(_COMPANY.code, _LOT.code).where(kept).order_by(_COMPANY.code, _LOT.code).limit(FIRST)
    return TypedLots(count, tuple(f"{vendor}/{code}" for vendor, code in session.rows(named)))
