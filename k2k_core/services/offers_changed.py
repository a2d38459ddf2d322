"""Tells buyers that a vendor's lots have changed, by an event that names the lots and nothing of the vendor's own."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.items import FUTURE_SALES, OPEN_MARKET_BOXES
from k2k_core.services.journal import emit
from k2k_core.store import connections
from k2k_core.store.fields import Json
from k2k_core.store.stocking import offered
from k2k_core.store.work import Session


def tell(session: Session, vendor_id: int, vendor: str, codes: Sequence[str]) -> None:
    """`offer.changed` for the vendor and every buyer connected to it, when any of these lots can be an offer."""
    buyers = connections.active_buyers(session, vendor_id)
    found = offered(session, vendor_id, codes, (OPEN_MARKET_BOXES, FUTURE_SALES))
    lots: list[Json] = [f"{vendor}/{code}" for code in found]
    if buyers and lots:
        emit(session, "offer.changed", {"vendor": vendor, "lots": lots}, [vendor_id, *buyers])
