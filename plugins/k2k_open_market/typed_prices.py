"""Prices that a person typed on the lot (pricing section 4)."""

from __future__ import annotations

from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms

NOT_TYPED = NoValue("not typed on the lot")
TYPED = "typed on the lot"


def _typed(name: str) -> PriceFormula:
    def formula(_terms: PriceTerms, _facts: Facts) -> Formula:
        return Formula(name, reason=TYPED)

    return PriceFormula(formula, no_value=_not_typed)


def _not_typed(_request: PriceRequest, _found: NoValue | None) -> NoValue:
    return NOT_TYPED


web_price = _typed("web_price")
"""The price for the web shop."""

price_a = _typed("price_a")
"""The price for customers of type A."""

price_b = _typed("price_b")
"""The price for customers of type B."""

price_b_manual = _typed("price_b_manual")
"""The price B that a person set by hand; it takes no price B markup."""

unit_price = _typed("unit_price")
"""The price of a loose unit."""
