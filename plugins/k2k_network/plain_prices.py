"""Prices of an offer that need no margin: what a person typed, and the landed cost itself (pricing section 4)."""

from __future__ import annotations

from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula, by_formula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms, not_applicable
from k2k_network.no_landed_cost import NO_VENDOR_PRICE, why_no_landed_cost

GROWER = "grower"

NOT_TYPED = NoValue("not typed by a person")
TYPED = "typed on the offer by a person"
VIA_GROWER = not_applicable("a typed price does not count via grower")


def _va_price(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
    """The price that the buyer company typed on the offer.

    It never applies via grower, nor while the vendor has no price for this buyer.
    """
    return VIA_GROWER if terms.ship_via == GROWER else Formula("va_price", reason=TYPED, needs="unit_cost")


def _not_typed(request: PriceRequest, found: NoValue | None) -> NoValue:
    return found or (NOT_TYPED if request.lot.va_price is None else NO_VENDOR_PRICE)


def _k2k_landed_cost(terms: PriceTerms, _facts: Facts) -> Formula:
    """The landed cost by ship via, for companies that sell K2K stock at cost (`k2k_price_is_landed_cost`)."""
    return Formula("landed_cost", reason="landed cost via {via}", facts={"via": terms.ship_via})


VA_PRICE = PriceFormula(_va_price, no_value=_not_typed)
K2K_LANDED_COST = PriceFormula(_k2k_landed_cost, no_value=why_no_landed_cost)

va_price, k2k_landed_cost = by_formula(VA_PRICE), by_formula(K2K_LANDED_COST)
"""These prices for a batch of offers."""
