"""A broken plugin: it contributes a step id that a bundled plugin has already, and a rule of its own."""

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Price
from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, PriceResolver, each, hookimpl, only

manifest = Manifest(name="k2k_sample_duplicate_step", title="Duplicate step", owner="Sample Flowers")


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver]:
    return [PriceResolver("k2k_gpm", each(lambda _request: Price(Exact(1, 100), "a bargain")), only("k2k"))]


@hookimpl
def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
    return [EligibilityRule("a_rule_beside_it", lambda _request: None)]
