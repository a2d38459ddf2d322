"""Tells buyers that a vendor's lots have changed, by an event that names the lots and nothing of the vendor's own."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.store import offers
from k2k_core.store.work import Session


def tell(session: Session, vendor_id: int, vendor: str, codes: Sequence[str]) -> None:
    """`offer.changed` with those of these lots that can be an offer, in the vendor's feed, through which its buyers
    read it."""
    offers.note(session, vendor_id, vendor, offers.still_offered(session, vendor_id, codes), edited=True)


def tell_all(session: Session, vendor_id: int, vendor: str) -> None:
    """`offer.changed` without lots: the company's set-up changed, and with it perhaps every price and who sees what."""
    offers.note_all(session, vendor_id, vendor)
