"""Prices from a margin: `price = landed cost ÷ (1 − GPM / 100)` (pricing section 2)."""

from __future__ import annotations

from k2k_core.domain.money import HUNDRED, Exact
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula, by_formula
from k2k_core.domain.pricing import NoValue, PriceTerms
from k2k_network.no_landed_cost import why_no_landed_cost


def _k2k_gpm(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
    """The landed cost at the K2K GPM of the location, else of the company."""
    return _at_margin(terms.k2k_gpm, "K2K GPM", terms.k2k_gpm_source or terms.company.code)


def _company_gpm(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
    """The landed cost at the company's ordinary GPM."""
    return _at_margin(terms.gpm, "GPM", terms.company.code)


def _at_margin(gpm: int | None, name: str, owner: str) -> Formula | NoValue:
    """One factor; the cost in a reason is computed back from the price when the reason is read."""
    if gpm is None:
        return NoValue("no {name} is set", {"name": name})
    margin = Exact.micros(gpm)
    if not (gpm >= 0 and margin < HUNDRED):
        return NoValue("{name} {gpm} % is not a margin from 0 to below 100", {"name": name, "gpm": margin})
    factor = (HUNDRED / (HUNDRED - margin)).reduced()
    facts = {"name": name, "gpm": margin, "owner": owner, "cost": lambda price: price / factor}
    return Formula("landed_cost", factor, reason="landed cost {cost} ÷ (1 − {gpm} %), {name} of {owner}", facts=facts)


K2K_GPM = PriceFormula(_k2k_gpm, no_value=why_no_landed_cost)
COMPANY_GPM = PriceFormula(_company_gpm, no_value=why_no_landed_cost)

k2k_gpm, company_gpm = by_formula(K2K_GPM), by_formula(COMPANY_GPM)
"""The margins as they price a batch of offers."""
