"""A broken plugin: its hook has a keyword-only parameter, which pluggy would never pass."""

from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl

manifest = Manifest(name="k2k_sample_keyword_only", title="Keyword only", owner="Sample Flowers")


@hookimpl
def price_resolvers(*, context: PluginContext) -> list[PriceResolver]:
    return []
