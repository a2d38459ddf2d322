"""A broken plugin: one hook is right, another raises when it is called for its contributions."""

from k2k_core.hooks import EligibilityRule, Manifest, PluginContext, PriceResolver, hookimpl

manifest = Manifest(name="k2k_sample_raises_in_hook", title="Raises in a hook", owner="Sample Flowers")


@hookimpl
def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
    return [EligibilityRule("never_shared", lambda _request: None)]


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver]:
    raise LookupError("no price file")
