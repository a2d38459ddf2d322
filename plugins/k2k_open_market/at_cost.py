"""Customers who buy at landed cost (pricing section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest, not_applicable

NO_COST = NoValue("no landed cost is known")


def landed_cost_as_price(requests: Sequence[PriceRequest]) -> Answers:
    """The landed cost via warehouse, for customers with that flag; for a lot without a cost the next step is used."""
    customer = requests[0].terms.customer
    if not customer.landed_cost_as_price:
        return not_applicable("customer {customer} does not buy at landed cost", customer=customer.code)
    facts = {"customer": customer.code}
    return [
        Price(cost, "customer {customer} buys at landed cost", facts)
        if (cost := request.warehouse_cost) is not None
        else NO_COST
        for request in requests
    ]
