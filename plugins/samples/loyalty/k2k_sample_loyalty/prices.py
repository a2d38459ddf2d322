"""A step of the price hierarchy, as a formula: it prices whole catalogs at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from k2k_core.domain.money import HUNDRED, Exact
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceTerms
from k2k_core.hooks import PluginContext, PriceResolver, formula_step, hookimpl


def whole_years(since: dt.date, until: dt.date) -> int:
    """How many birthdays of the membership there were; negative before it began."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The landed cost at the GPM of the customer's tier, for every inventory type."""
    members = context.settings["members"]
    tiers = sorted(context.settings["tiers"], key=lambda tier: tier["years"])

    def of_member(terms: PriceTerms, _facts: Facts) -> Formula | NoValue:
        code = terms.customer.code
        if code not in members:
            return NoValue("{customer} is no member", {"customer": code})
        years = whole_years(members[code], terms.order_date)
        reached = [tier["gpm"] for tier in tiers if tier["years"] <= years]
        if not reached:
            return NoValue("no tier is for {customer} yet", {"customer": code})
        gpm = Exact.of(reached[-1])
        return Formula(
            "landed_cost",
            HUNDRED / (HUNDRED - gpm),
            reason="{customer} is a member since {since}: GPM {gpm} %",
            facts={"customer": code, "since": members[code].isoformat(), "gpm": gpm},
        )

    return [formula_step("loyalty_price", PriceFormula(of_member))]
