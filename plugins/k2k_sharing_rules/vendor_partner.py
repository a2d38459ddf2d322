"""What must stand between the two companies for a lot to be shared (domain section 3)."""

from __future__ import annotations

from k2k_core.domain.sharing import Denial, EligibilityRequest


def no_price(request: EligibilityRequest) -> Denial | None:
    """The vendor's own hierarchy gives no price for the buyer as a customer."""
    share = request.share
    if share is None or request.price is not None:
        return None
    buyer = share.customer.code if share.customer is not None else share.buyer.code
    return Denial("no_price", f"{share.vendor.code} has no price for customer {buyer}", "prices", share.vendor.code)


def no_exchange_rate(request: EligibilityRequest) -> Denial | None:
    """The buyer works in several currencies, and its vendor record has no rate for the vendor's."""
    share = request.share
    if share is None or not share.rate_missing:
        return None
    reason = f"{share.buyer.code} has no exchange rate for {share.vendor.code}"
    return Denial("no_exchange_rate", reason, "exchange_rate", share.buyer.code)


def not_connected(request: EligibilityRequest) -> Denial | None:
    """Only an active connection shares anything."""
    share = request.share
    if share is None or share.connected:
        return None
    reason = f"there is no active connection from {share.vendor.code} to {share.buyer.code}"
    return Denial("not_connected", reason, "connection", share.vendor.code)
