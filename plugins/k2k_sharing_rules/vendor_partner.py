"""Rules about the two companies: connection, price and exchange rate (domain section 3)."""

from __future__ import annotations

from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.messages import Message


def no_price(request: EligibilityRequest) -> Denial | None:
    """The vendor's own hierarchy gives no price for the buyer as a customer."""
    share = request.share
    if share is None or request.price is not None:
        return None
    buyer = share.customer.code if share.customer is not None else share.buyer.code
    return Denial(
        "no_price",
        Message("{vendor} has no price for customer {buyer}", vendor=share.vendor.code, buyer=buyer),
        "prices",
        share.vendor.code,
    )


def no_exchange_rate(request: EligibilityRequest) -> Denial | None:
    """The buyer works in several currencies, and its vendor record has no rate for the vendor's."""
    share = request.share
    if share is None or not share.rate_missing:
        return None
    reason = Message("{buyer} has no exchange rate for {vendor}", buyer=share.buyer.code, vendor=share.vendor.code)
    return Denial("no_exchange_rate", reason, "exchange_rate", share.buyer.code)


def not_connected(request: EligibilityRequest) -> Denial | None:
    """Only an active connection shares anything."""
    share = request.share
    if share is None or share.connected:
        return None
    reason = Message(
        "there is no active connection from {vendor} to {buyer}", vendor=share.vendor.code, buyer=share.buyer.code
    )
    return Denial("not_connected", reason, "connection", share.vendor.code)
