"""Each hook from a plugin author's view: when it is called, how its contributions are chosen and how they combine."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from k2k_core.domain.labels import Label, LabelRequest
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import Customer
from k2k_core.domain.pricing import NoValue, Price, PriceRequest, price_lines
from k2k_core.domain.sharing import Denial, EligibilityRequest
from k2k_core.hooks import (
    EligibilityRule,
    LabelRenderer,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    each,
    only,
    specs,
)
from k2k_core.runtime import Registry
from k2k_core.testing import factories

Loads = Callable[..., Registry]
HIERARCHY = [{"inventory_type": "k2k", "steps": ["first", "second"]}]


def resolver(step: str, *amounts: int | None) -> PriceResolver:
    """A step that answers these amounts, None for no value, line by line."""
    answers = [NoValue("nothing") if amount is None else Price(Exact(amount)) for amount in amounts]
    return PriceResolver(step, lambda requests: answers[: len(requests)])


def quoted(registry: Registry, lots: int = 1) -> list[tuple[int | None, str | None]]:
    """The price in cents and the step that made it, for so many lots."""
    line = ("k2k", "B", "warehouse", factories.company_settings())
    steps = registry.price_steps(*line)
    requests = [factories.price_request(lot=factories.lot(f"L{number}")) for number in range(lots)]
    return [(quote.price, quote.step) for quote in price_lines(requests, steps, registry.adjustments(*line))]


def test_price_resolvers_are_asked_in_the_order_of_the_hierarchy_and_the_first_value_wins(registry_with: Loads) -> None:
    def one(context: PluginContext) -> list[PriceResolver]:
        return [resolver("second", 9)]

    def two(context: PluginContext) -> list[PriceResolver]:
        return [resolver("first", 4, None)]

    registry = registry_with({"price_resolvers": one}, {"price_resolvers": two}, hierarchy=HIERARCHY)
    assert quoted(registry, lots=2) == [(400, "first"), (900, "second")]


def test_price_resolvers_may_also_contribute_adjustments_which_change_the_base_price(registry_with: Loads) -> None:
    def doubled(lines: Any) -> list[Price]:
        return [Price(line.price * Exact(2)) for line in lines]

    def hook(context: PluginContext) -> Iterator[PriceResolver | PriceAdjustment]:
        yield resolver("first", 3)
        yield resolver("second", 8)
        yield PriceAdjustment("twice", doubled)

    tables = {"hierarchy": HIERARCHY, "adjustments": [{"inventory_type": "k2k", "steps": ["twice"]}]}
    assert quoted(registry_with({"price_resolvers": hook}, **tables)) == [(600, "first")]


def test_price_resolvers_are_collected_once_per_company_and_never_while_pricing(registry_with: Loads) -> None:
    companies: list[str] = []

    def hook(context: PluginContext) -> list[PriceResolver]:
        companies.append(context.company)
        return [resolver("first", 3), resolver("second", 8)]

    registry = registry_with({"price_resolvers": hook}, hierarchy=HIERARCHY)
    quoted(registry)
    quoted(registry)
    assert companies == ["BLOOM"]


def test_eligibility_rules_all_run_and_every_denial_is_told(registry_with: Loads) -> None:
    def denying(code: str) -> EligibilityRule:
        return EligibilityRule(code, lambda request: Denial(code))

    def one(context: PluginContext) -> list[EligibilityRule]:
        return [denying("too_red"), EligibilityRule("content", lambda request: None)]

    def two(context: PluginContext) -> list[EligibilityRule]:
        return [denying("too_tall"), EligibilityRule("other_side", lambda request: None, side="buyer")]

    registry = registry_with({"eligibility_rules": one}, {"eligibility_rules": two})
    rules = registry.rules("vendor", "open_market_boxes")
    request: EligibilityRequest = factories.share_request()
    answers = [answer for rule in rules for answer in rule.check_batch([request])]
    assert {rule.code for rule in rules} == {"too_red", "content", "too_tall"}
    assert {answer.code for answer in answers if answer} == {"too_red", "too_tall"}


def test_label_renderers_for_exactly_this_inventory_type_win_over_those_for_any(registry_with: Loads) -> None:
    def renderer(text: str, inventory_types: frozenset[str]) -> LabelRenderer:
        def render(request: LabelRequest) -> Label:
            return Label(request.box_code, "text/plain", text.encode(), (text,))

        return LabelRenderer("plain", "text/plain", render, inventory_types)

    def hook(context: PluginContext) -> list[LabelRenderer]:
        return [renderer("any", frozenset()), renderer("only k2k", only("k2k"))]

    registry = registry_with({"label_renderers": hook})
    request = factories.label_request()
    assert registry.renderer("plain", "k2k").render(request).content == b"only k2k"
    assert registry.renderer("plain", "open_market_boxes").render(request).content == b"any"


def test_ship_via_handlers_are_found_by_their_code(registry_with: Loads) -> None:
    def allows(customer: Customer, inventory_type: str) -> bool:
        return customer.type == "A"

    def hook(context: PluginContext) -> list[ShipViaHandler]:
        return [ShipViaHandler("balloon", "By balloon", frozenset(("unit_cost",)), allows, lambda customer: None)]

    registry = registry_with({"ship_via_handlers": hook})
    balloon = registry.ship_via("balloon")
    assert [handler.code for handler in registry.ship_vias()] == ["balloon"]
    assert balloon.allows(factories.customer(type="A"), "k2k")
    assert not balloon.allows(factories.customer(type="B"), "k2k")


def test_each_turns_a_function_of_one_line_into_a_resolver_of_a_batch() -> None:
    def answer(request: PriceRequest) -> Price:
        return Price(Exact(len(request.lot.ref)))

    requests = [factories.price_request(lot=factories.lot(ref)) for ref in ("ANDES/L1", "ANDES/L10")]
    assert each(answer)(requests) == [answer(requests[0]), answer(requests[1])]


def test_a_misspelt_inventory_type_is_refused_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="k3k"):
        only("k2k", "k3k")


@pytest.mark.parametrize("hook", ["price_resolvers", "eligibility_rules", "label_renderers", "ship_via_handlers"])
def test_every_hook_is_given_the_context_and_nothing_else(hook: str) -> None:
    (parameter,) = inspect.signature(getattr(specs, hook)).parameters.values()
    assert (parameter.name, parameter.annotation) == ("context", "PluginContext")
    assert parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
