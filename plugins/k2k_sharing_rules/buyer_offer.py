"""Rules for an offer of a buyer company: it must be mapped to a product of its own, and confirmed (domain section
3)."""

from __future__ import annotations

from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.messages import Message


def not_mapped(request: EligibilityRequest) -> Denial | None:
    """The vendor's product is not yet one of the buyer's."""
    if request.offer is not None and request.offer.mapped_product is not None:
        return None
    return Denial(
        "not_mapped",
        Message("{ref} is not mapped to a product", ref=request.lot.ref),
        "auto_map_products",
        _buyer(request),
    )


def not_confirmed(request: EligibilityRequest) -> Denial | None:
    """Nobody has confirmed the offer yet."""
    if request.offer is not None and request.offer.confirmed:
        return None
    return Denial(
        "not_confirmed", Message("{ref} is not confirmed", ref=request.lot.ref), "autoconfirm", _buyer(request)
    )


def _buyer(request: EligibilityRequest) -> str:
    return request.sale.buyer.code if request.sale is not None else ""
