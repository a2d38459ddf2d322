"""An adjustment: it changes prices that other steps have made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from k2k_core.domain.money import Exact
from k2k_core.domain.parties import weekday
from k2k_core.domain.pricing import ECOMMERCE, Adjustable, Answer, Answers, NoValue, Price, not_applicable
from k2k_core.hooks import PluginContext, PriceAdjustment, hookimpl

Place = tuple[str, str]
"""A product and a carrier, which is empty for all carriers."""


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceAdjustment]:
    """One adjustment, for every inventory type; none where no ceiling is set."""
    most: dict[Place, Exact] = {
        (one["product"], one["carrier"]): Exact.of(one["most"]) for one in context.settings["ceilings"]
    }

    def under_the_ceiling(lines: Sequence[Adjustable]) -> Answers:
        terms = lines[0].request.terms
        if terms.channel != ECOMMERCE:
            return not_applicable("only prices of the shop have a ceiling")
        carrier = terms.customer.days_of_service.get(weekday(terms.ship_date), "")
        return [_lowered(line, most, carrier) for line in lines]

    return [PriceAdjustment("price_ceiling", under_the_ceiling)] if most else []


def _lowered(line: Adjustable, most: Mapping[Place, Exact], carrier: str) -> Answer:
    """The ceiling, where the price is above it: that of the carrier before that of all carriers."""
    product = line.request.lot.product.code
    ceiling = most.get((product, carrier), most.get((product, "")))
    if ceiling is None:
        return not_applicable("{product} has no ceiling", product=product)
    if line.price <= ceiling:
        return NoValue("at most {ceiling}, as it is", {"ceiling": ceiling})
    return Price(ceiling, "at most {ceiling} in the shop", {"ceiling": ceiling})
