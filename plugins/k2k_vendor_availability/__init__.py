"""Bundled plugin: vendor availability, what farms offer and the company does not hold yet (pricing section 4)."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.domain.items import VENDOR_AVAILABILITY
from k2k_core.domain.price_formulas import Facts, Formula, PriceFormula
from k2k_core.domain.pricing import NoValue, PriceRequest, PriceTerms
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, formula_step, hookimpl, only

manifest = Manifest(name="k2k_vendor_availability", title="Vendor availability prices", owner="K2K")

NOT_TYPED = NoValue("not typed on the lot")
TYPED = "typed on the lot"


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The lot's own price, after the price lists."""
    return (formula_step("va_price", VA_PRICE, only(VENDOR_AVAILABILITY)),)


def _va_price(_terms: PriceTerms, _facts: Facts) -> Formula:
    """The vendor availability price typed on the lot."""
    return Formula("va_price", reason=TYPED)


def _not_typed(_request: PriceRequest, _found: NoValue | None) -> NoValue:
    return NOT_TYPED


VA_PRICE = PriceFormula(_va_price, no_value=_not_typed)
