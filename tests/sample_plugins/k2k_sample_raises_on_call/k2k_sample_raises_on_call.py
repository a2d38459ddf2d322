"""A broken plugin: it loads without an error, and everything it contributes raises when it is called."""

import sys
from collections.abc import Sequence

from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.parties import Customer, ShipTo
from k2k_core.domain.pricing import Adjustable, Answers, PriceRequest
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.hooks import (
    EligibilityRule,
    LabelRenderer,
    Manifest,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    hookimpl,
)

manifest = Manifest(name="k2k_sample_raises_on_call", title="Raises on call", owner="Sample Flowers")


def resolve(requests: Sequence[PriceRequest]) -> Answers:
    raise ValueError("no such season\n  and a second line")


def adjust(lines: Sequence[Adjustable]) -> Answers:
    sys.exit(4)


def check(request: EligibilityRequest) -> Denial | None:
    raise KeyError("altitude")


def render(request: LabelRequest) -> Label:
    raise OSError("no paper")


def allows(customer: Customer, inventory_type: str) -> bool:
    raise ValueError("no routes")


def ship_to(customer: Customer) -> ShipTo | None:
    raise ValueError("no routes")


@hookimpl
def price_resolvers(context: PluginContext) -> list[PriceResolver | PriceAdjustment]:
    return [PriceResolver("raising_step", resolve), PriceAdjustment("exiting_adjustment", adjust)]


@hookimpl
def eligibility_rules(context: PluginContext) -> list[EligibilityRule]:
    return [EligibilityRule("raising_rule", check)]


@hookimpl
def label_renderers(context: PluginContext) -> list[LabelRenderer]:
    return [LabelRenderer("punched_card", "application/x-card", render)]


@hookimpl
def ship_via_handlers(context: PluginContext) -> list[ShipViaHandler]:
    return [ShipViaHandler("balloon", "By balloon", frozenset({"unit_cost"}), allows, ship_to)]
