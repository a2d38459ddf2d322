"""A broken plugin: it never returns."""

import threading
from collections.abc import Sequence

from k2k_core.domain.pricing import Answers, NoValue, PriceRequest
from k2k_core.hooks import Manifest, PluginContext, PriceResolver, hookimpl

manifest = Manifest(name="k2k_sample_sleeps", title="Sleeps for ever", owner="Sample Flowers")


def resolve(requests: Sequence[PriceRequest]) -> Answers:
    threading.Event().wait()
    return NoValue("never said")


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver]:
    return [PriceResolver("sleeping_step", resolve)]
