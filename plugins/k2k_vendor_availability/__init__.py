"""Bundled plugin: vendor availability, what farms offer and the company does not hold yet (pricing section 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from k2k_core.domain.items import VENDOR_AVAILABILITY
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl, only

manifest = Manifest(name="k2k_vendor_availability", title="Vendor availability prices", owner="K2K")

NOT_TYPED = NoValue("not typed on the lot")
TYPED = "typed on the lot"


@hookimpl
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver]:
    """The lot's own price, after the price lists."""
    return (PriceResolver("va_price", va_price, only(VENDOR_AVAILABILITY)),)


def va_price(requests: Sequence[PriceRequest]) -> Answers:
    """The vendor availability price typed on the lot."""
    return [
        Price(Exact(typed, MICRO), TYPED) if (typed := request.lot.va_price) is not None else NOT_TYPED
        for request in requests
    ]
