"""The public interface for plugin authors: everything that a plugin imports from the core, beside `k2k_core.domain`."""

from k2k_core.hooks.context import API_VERSION, PluginContext
from k2k_core.hooks.contributions import (
    ANY,
    Contribution,
    EligibilityRule,
    LabelRenderer,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    each,
    formula_adjustment,
    formula_step,
    only,
)
from k2k_core.hooks.manifest import Manifest
from k2k_core.hooks.markers import PROJECT, hookimpl, hookspec

__all__ = [
    "ANY",
    "API_VERSION",
    "PROJECT",
    "Contribution",
    "EligibilityRule",
    "LabelRenderer",
    "Manifest",
    "PluginContext",
    "PriceAdjustment",
    "PriceResolver",
    "ShipViaHandler",
    "each",
    "formula_adjustment",
    "formula_step",
    "hookimpl",
    "hookspec",
    "only",
]
