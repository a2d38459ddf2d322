"""The price of a future lot from the same goods on hand (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest

NOT_ON_HAND = NoValue("no box of the same product and pack on hand has a price for this customer")
ON_HAND = "the highest base price of the same product and pack on hand"


def open_market_price(requests: Sequence[PriceRequest]) -> Answers:
    """The price of the same product and pack on hand for the same customer, before adjustments."""
    return [
        Price(base, ON_HAND) if (base := request.open_market_base) is not None else NOT_ON_HAND for request in requests
    ]
