"""A broken plugin: its hook has a misspelt name."""

from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl

manifest = Manifest(name="k2k_sample_misspelt_hook", title="Misspelt", owner="Sample Flowers")


@hookimpl
def price_resolver(context: PluginContext) -> list[PriceResolver]:
    return []
