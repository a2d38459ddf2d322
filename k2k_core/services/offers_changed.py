"""Tells buyers that a vendor's lots have changed, by an event that names the lots and nothing of the vendor's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from k2k_core.services.journal import emit
from k2k_core.store import tables
from k2k_core.store.fields import Json
from k2k_core.store.work import Session

SHARED_TYPES = ("open_market_boxes", "future_sales")


def tell(session: Session, vendor_id: int, vendor: str, codes: Sequence[str]) -> None:
    """`offer.changed` for the vendor and every buyer connected to it, when any of these lots can be an offer."""
    connection: Any = tables.Connection
    active = (connection.vendor_id == vendor_id) & (connection.state == "active")
    buyers = [buyer for (buyer,) in session.rows(connection.select(connection.buyer_id).where(active))]
    lots: list[Json] = [f"{vendor}/{code}" for code in _offered(session, vendor_id, codes)]
    if buyers and lots:
        emit(session, "offer.changed", {"vendor": vendor, "lots": lots}, [vendor_id, *buyers])


def _offered(session: Session, vendor_id: int, codes: Sequence[str]) -> list[str]:
    lot: Any = tables.Lot
    found: set[str] = set()
    for start in range(0, len(codes), 10_000):
        chunk = list(codes[start : start + 10_000])
        wanted = (lot.company_id == vendor_id) & lot.code.in_(chunk) & lot.inventory_type.in_(SHARED_TYPES)
        found |= {code for (code,) in session.rows(lot.select(lot.code).where(wanted))}
    return [code for code in codes if code in found]
