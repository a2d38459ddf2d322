"""Customers who buy at landed cost (pricing section 4)."""

from __future__ import annotations

from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms, not_applicable

NO_COST = NoValue("no landed cost is known")


def _at_cost(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
    """The landed cost via warehouse, for customers with that flag; for a lot without a cost the next step is used."""
    customer = terms.customer
    if not customer.landed_cost_as_price:
        return not_applicable("customer {customer} does not buy at landed cost", customer=customer.code)
    facts = {"customer": customer.code}
    return Formula("warehouse_cost", reason="customer {customer} buys at landed cost", facts=facts)


def _no_cost(_request: PriceRequest, found: NoValue | None) -> NoValue:
    return found or NO_COST


landed_cost_as_price = PriceFormula(_at_cost, no_value=_no_cost)
