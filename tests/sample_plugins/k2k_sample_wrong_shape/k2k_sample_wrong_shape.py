"""A broken plugin: its contributions return too few values, values of the wrong type, and amounts that are no
decimals."""

from decimal import Decimal

from k2k_core.domain.pricing import Price
from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, PriceResolver, each, hookimpl

manifest = Manifest(name="k2k_sample_wrong_shape", title="Wrong shape", owner="Sample Flowers")


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver]:
    return [
        PriceResolver("too_few_answers", lambda requests: [Price(Decimal(1)) for _ in requests[1:]]),
        PriceResolver("plain_text", each(lambda _request: "1.00")),
        PriceResolver("not_a_number", each(lambda _request: Price(Decimal("NaN")))),
        PriceResolver("binary_float", each(lambda _request: Price(0.1))),
    ]


@hookimpl
def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
    return [EligibilityRule("says_true", lambda _request: True)]
