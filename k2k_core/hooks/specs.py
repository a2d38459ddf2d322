"""The four hooks (architecture section 2), called once per company when plugins are loaded, never while pricing."""

from __future__ import annotations

from collections.abc import Iterable

from k2k_core.hooks.context import PluginContext
from k2k_core.hooks.contributions import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.hooks.markers import hookspec

# The bodies are empty on purpose, which mypy has to be told: pluggy reads a specification's signature only.


@hookspec
def price_resolvers(context: PluginContext) -> Iterable[PriceResolver | PriceAdjustment]:  # type: ignore[empty-body]
    """Contribute steps of price hierarchies and adjustments.

    Their order is data, in `hierarchies.toml` or the company's own; a step that no order names is never asked.
    Two plugins with the same step for the same inventory type are a start-up error naming both.

    * `context`: your name, the company and your settings of it. Leave it out where you need none.
    """


@hookspec
def eligibility_rules(context: PluginContext) -> Iterable[EligibilityRule]:  # type: ignore[empty-body]
    """Contribute rules that hold a lot back, on one side. All rules run; all denials are reported.

    * `context`: your name, the company and your settings of it. Leave it out where you need none.
    """


@hookspec
def label_renderers(context: PluginContext) -> Iterable[LabelRenderer]:  # type: ignore[empty-body]
    """Contribute label formats. A renderer for exactly this inventory type goes before one for any; a company's own
    before the standard one.

    * `context`: your name, the company and your settings of it. Leave it out where you need none.
    """


@hookspec
def ship_via_handlers(context: PluginContext) -> Iterable[ShipViaHandler]:  # type: ignore[empty-body]
    """Contribute ship vias, each with a code of its own.

    * `context`: your name, the company and your settings of it. Leave it out where you need none.
    """
