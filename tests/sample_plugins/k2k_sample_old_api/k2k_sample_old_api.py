"""A broken plugin: its API version is one that this K2K does not support."""

from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl

manifest = Manifest(name="k2k_sample_old_api", title="Of another time", owner="Sample Flowers", api_version=0)


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver]:
    return []
