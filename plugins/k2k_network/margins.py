"""Prices from a margin: `price = landed cost ÷ (1 − GPM / 100)` (pricing section 2)."""

from __future__ import annotations

from collections.abc import Sequence

from k2k_core.domain.money import HUNDRED, Exact
from k2k_core.domain.pricing import Answers, NoValue, PriceRequest, price_each
from k2k_network.no_landed_cost import no_landed_cost


def k2k_gpm(requests: Sequence[PriceRequest]) -> Answers:
    """The landed cost at the K2K GPM of the location, else of the company."""
    terms = requests[0].terms
    return _at_margin(requests, terms.k2k_gpm, "K2K GPM", terms.k2k_gpm_source or terms.company.code)


def company_gpm(requests: Sequence[PriceRequest]) -> Answers:
    """The landed cost at the company's ordinary GPM."""
    terms = requests[0].terms
    return _at_margin(requests, terms.gpm, "GPM", terms.company.code)


def _at_margin(requests: Sequence[PriceRequest], gpm: int | None, name: str, owner: str) -> Answers:
    """One factor for the whole batch; the cost in a reason is computed back from the price when the reason is read."""
    if gpm is None:
        return NoValue("no {name} is set", {"name": name})
    margin = Exact.micros(gpm)
    if not (gpm >= 0 and margin < HUNDRED):
        return NoValue("{name} {gpm} % is not a margin from 0 to below 100", {"name": name, "gpm": margin})
    factor = (HUNDRED / (HUNDRED - margin)).reduced()
    n, d = factor.n, factor.d
    facts = {"name": name, "gpm": margin, "owner": owner, "cost": lambda price: price / factor}
    costs = [request.landed_cost for request in requests]
    amounts = [None if cost is None else Exact(cost.n * n, cost.d * d) for cost in costs]
    return price_each(
        amounts,
        "landed cost {cost} ÷ (1 − {gpm} %), {name} of {owner}",
        facts,
        lambda place: no_landed_cost(requests[place]),
    )
