"""One registry per company: what is collected, checked and indexed, and how each kind of contribution fails."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from k2k_core.domain.money import Exact
from k2k_core.domain.parties import ShipTo
from k2k_core.domain.pricing import Failed, NoValue, Price, price_lines
from k2k_core.domain.sharing import Denial
from k2k_core.errors import Invalid, NotFound, PluginProblem
from k2k_core.hooks import (
    EligibilityRule,
    LabelRenderer,
    PluginContext,
    PriceAdjustment,
    PriceResolver,
    ShipViaHandler,
    each,
    only,
)
from k2k_core.runtime import CallStatistics, Limits, Plugin, Registry, load, read_hierarchies
from k2k_core.testing import factories
from tests.raising_lines import raised_in

Make = Callable[..., Any]

NO_MAPPING: Any = None
NO_DAY: Any = "today"
"""What somebody else's plugin may put where the types forbid it."""


def fixed(amount: Any, **own: Any) -> PriceResolver:
    """A step that always gives this amount."""
    return PriceResolver("a_step", each(lambda request: Price(amount)), **own)


def steps_of(registry: Registry, inventory_type: str = "k2k") -> Any:
    return registry.price_steps(inventory_type, "B", "warehouse", factories.company_settings())


def ask(registry: Registry, count: int = 1) -> Any:
    """The answer of the one step of the hierarchy to so many lots."""
    (step,) = steps_of(registry)
    return step.call([factories.price_request(lot=factories.lot(f"L{number}")) for number in range(count)])


# What is asked and how it is checked


def test_a_plugin_is_told_its_name_company_settings_and_api_version(plugin_of: Make, registry_of: Make) -> None:
    heard: list[PluginContext] = []

    def price_resolvers(context: PluginContext) -> list[PriceResolver]:
        heard.append(context)
        return []

    registry_of(plugin_of("acme", price_resolvers=price_resolvers))
    (context,) = heard
    assert (context.plugin, context.company, dict(context.settings), context.api_version) == ("acme", "ACME", {}, 1)
    assert context.log.name == "k2k.plugins.acme"


def test_hooks_may_be_generators(plugin_of: Make, registry_of: Make) -> None:
    def price_resolvers(context: PluginContext) -> Any:
        yield fixed(1)

    assert ask(registry_of(plugin_of("acme", price_resolvers=price_resolvers), steps=("a_step",))) == [Price(Exact(1))]


def bad_callable(first: object, second: object) -> None:
    """Needs more than it is given."""


@pytest.mark.parametrize(
    ("hook", "answer", "words"),
    [
        ("price_resolvers", None, "returned None, not a list of contributions"),
        ("price_resolvers", "a_step", "returned str, not a list"),
        ("price_resolvers", [each], "returned a function, not a PriceResolver or PriceAdjustment"),
        ("eligibility_rules", [fixed(1)], "returned a PriceResolver, not a EligibilityRule"),
        ("price_resolvers", [replace(fixed(1), step="A Step")], "a name is lower-case letters"),
        ("price_resolvers", [replace(fixed(1), step=None)], "a name is lower-case letters"),
        ("price_resolvers", [replace(fixed(1), resolve=None)], "resolve is not a function"),
        ("price_resolvers", [replace(fixed(1), resolve=bad_callable)], "resolve cannot be called with 1 by position"),
        ("price_resolvers", [fixed(1, inventory_types=frozenset({"greens"}))], "inventory_types is ANY or only(...)"),
        ("price_resolvers", [fixed(1, inventory_types="k2k")], "inventory_types is ANY or only(...)"),
        ("eligibility_rules", [EligibilityRule("a", id, side="grower")], "side is one of vendor, buyer"),
        ("label_renderers", [LabelRenderer("pdf", "paper", id)], "media_type is like application/pdf"),
        ("ship_via_handlers", [ShipViaHandler("a", "A", frozenset({"tea"}), max, id)], "cost_components is a"),
        ("ship_via_handlers", [ShipViaHandler("a", "", frozenset(), max, id)], "title is empty"),
        ("price_resolvers", [fixed(1), fixed(2)], "it contributes step a_step of plugin acme twice"),
    ],
)
def test_a_wrong_contribution_breaks_its_plugin_alone(
    plugin_of: Make, registry_of: Make, hook: str, answer: Any, words: str
) -> None:
    other = plugin_of("other", price_resolvers=[replace(fixed(3), step="another_step")])
    registry = registry_of(plugin_of("acme", **{hook: answer}), other, steps=("another_step",))
    (broken,) = registry.broken
    assert (broken.name, broken.owner) == ("acme", "acme owner")
    assert words in broken.problem
    assert broken.next_step
    assert ask(registry) == [Price(Exact(3))]


def test_an_endless_list_of_contributions_is_not_followed(plugin_of: Make, registry_of: Make) -> None:
    def price_resolvers(context: PluginContext) -> Any:
        while True:
            yield fixed(1)

    (broken,) = registry_of(plugin_of("acme", price_resolvers=price_resolvers)).broken
    assert "more than 1000 contributions" in broken.problem


def test_a_hook_that_never_answers_breaks_its_plugin_alone(plugin_of: Make, registry_of: Make) -> None:
    def price_resolvers(context: PluginContext) -> list[PriceResolver]:
        threading.Event().wait()
        return []

    registry = registry_of(plugin_of("acme", price_resolvers=price_resolvers), limits=Limits(loading=0.05))
    (broken,) = registry.broken
    assert (broken.code, broken.problem) == ("hook_timeout", "price_resolvers: no answer within 0.05 s")


def test_settings_that_do_not_load_break_the_plugin_for_that_company(plugin_of: Make, registry_of: Make) -> None:
    (broken,) = registry_of(plugin_of("acme", price_resolvers=[]), settings={"acme": {"days": 3}}).broken
    assert (broken.code, broken.problem) == ("bad_settings", "it has no settings, and got days")


# Price steps


@pytest.mark.parametrize("amount", [Exact(3, 2), Decimal("1.5"), Fraction(3, 2)])
def test_amounts_may_be_any_exact_number(plugin_of: Make, registry_of: Make, amount: Any) -> None:
    plugin = plugin_of("acme", price_resolvers=[fixed(amount)])
    assert ask(registry_of(plugin, steps=("a_step",)), 2) == [Price(Exact(3, 2))] * 2


@pytest.mark.parametrize("bundled", [True, False])
@pytest.mark.parametrize(
    ("resolve", "words"),
    [
        (lambda requests: None, "NoneType None is not a list"),
        (lambda requests: Price(Exact(1)), "is not a list with one answer per request"),
        (lambda requests: [], "0 answers to 2 requests"),
        (lambda requests: (Price(Exact(1)) for _ in iter(int, 1)), "more answers to 2 requests"),
        (each(lambda request: None), "NoneType None is neither a Price nor a NoValue"),
        (each(lambda request: Price(0.1)), "0.1 is not an exact number"),
        (each(lambda request: Price(Decimal("NaN"))), "NaN is not a number"),
        (each(lambda request: Price(Decimal("Infinity"))), "Infinity is not a number"),
    ],
)
def test_a_wrong_answer_leaves_the_lines_without_a_price(
    plugin_of: Make, registry_of: Make, bundled: bool, resolve: Any, words: str
) -> None:
    plugin = plugin_of("acme", bundled=bundled, price_resolvers=[PriceResolver("a_step", resolve)])
    (step,) = steps_of(registry_of(plugin, steps=("a_step",)))
    requests = [factories.price_request(), factories.price_request()]
    for quote in price_lines(requests, [step], []):
        assert quote.price is None
        assert quote.reason.startswith("a_step: step a_step of plugin acme gave a wrong answer: ")
    assert words.replace("2 requests", "1 request") in quote.reason


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Price(Exact(10**12)), "an amount of 1000000000000 or more"),
        (Price(Exact(1, 0)), "an Exact is made of two integers"),
        (Price(Exact(1), "{missing}", {"other": 1}), "raised KeyError"),
        (Price(Exact(1), "", NO_MAPPING), "the reason is a string, its facts are a mapping"),
        (NoValue("used", {}, "used"), "the outcome of a NoValue is no_value or not_applicable"),
    ],
)
def test_somebody_elses_answers_are_read_to_the_last_field(
    plugin_of: Make, registry_of: Make, answer: Any, words: str
) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", lambda requests: [answer])])
    failed = ask(registry_of(plugin, steps=("a_step",)))
    assert isinstance(failed, Failed)
    assert words in failed.reason


def test_somebody_elses_reasons_are_written_down_under_guard(plugin_of: Make, registry_of: Make) -> None:
    answer = Price(Exact(1), "{half} of it", {"half": lambda amount: amount * Exact(1, 2)})
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", lambda requests: [answer])])
    assert ask(registry_of(plugin, steps=("a_step",))) == [Price(Exact(1), "0.5 of it")]


def test_a_single_no_value_holds_for_all_lines(plugin_of: Make, registry_of: Make) -> None:
    resolver = PriceResolver("a_step", lambda requests: NoValue("nothing agreed with {who}", {"who": "C-100"}))
    plugin = plugin_of("acme", price_resolvers=[resolver])
    assert ask(registry_of(plugin, steps=("a_step",)), 3) == NoValue("nothing agreed with C-100")


def poisoned(requests: Sequence[Any]) -> list[Price]:
    if any(request.lot.ref == "L1" for request in requests):
        raise ValueError("L1 has no season")
    return [Price(Exact(2)) for _ in requests]


@pytest.mark.parametrize("bundled", [True, False])
def test_one_lot_that_a_step_cannot_bear_does_not_cost_the_others_their_price(
    plugin_of: Make, registry_of: Make, bundled: bool
) -> None:
    plugin = plugin_of("acme", bundled=bundled, price_resolvers=[PriceResolver("a_step", poisoned)])
    registry = registry_of(plugin, steps=("a_step",))
    for _ in range(5):
        good, bad, also_good = ask(registry, 3)
        assert good == also_good == Price(Exact(2))
        assert bad == Failed(f"step a_step of plugin acme raised ValueError: L1 has no season, {raised_in(poisoned)}")
    (offer,) = registry.offers
    assert (registry.statistics_of(offer).failures, registry.statistics_of(offer).quarantine) == (5, "")


def test_a_plugin_cannot_change_the_batch_it_is_given(plugin_of: Make, registry_of: Make) -> None:
    def resolve(requests: Any) -> Any:
        requests.clear()

    registry = registry_of(plugin_of("acme", price_resolvers=[PriceResolver("a_step", resolve)]), steps=("a_step",))
    (step,) = steps_of(registry)
    requests = [factories.price_request()]
    assert isinstance(step.call(requests), Failed)
    assert len(requests) == 1


def test_a_quarantined_step_fails_its_lines_until_it_is_lifted(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", poisoned)])
    statistics = CallStatistics(Limits(deadline=5))
    registry = registry_of(plugin, steps=("a_step",), statistics=statistics)
    (step,) = steps_of(registry)
    bad, good = factories.price_request(lot=factories.lot("L1")), factories.price_request(lot=factories.lot("L2"))
    for _ in range(3):
        step.call([bad])
    assert "in quarantine after 3 failures in a row" in step.call([good]).reason
    again = registry_of(plugin, steps=("a_step",), statistics=statistics)
    assert "in quarantine" in steps_of(again)[0].call([good]).reason
    assert again.lift("acme/price_resolvers/a_step")
    assert step.call([good]) == [Price(Exact(2))]
    with pytest.raises(NotFound):
        registry.lift("acme/price_resolvers/other")


def test_a_step_that_no_plugin_offers_fails_and_never_falls_to_the_next(plugin_of: Make, registry_of: Make) -> None:
    registry = registry_of(plugin_of("acme", price_resolvers=[fixed(1)]), steps=("gone", "a_step"))
    (quote,) = price_lines([factories.price_request()], steps_of(registry), [])
    assert (quote.price, quote.reason) == (None, "gone: no plugin offers gone for k2k")
    (problem,) = registry.problems
    assert (problem.place, problem.problem) == ("default.hierarchy[0].steps[0]", "no plugin offers gone for k2k")


def test_a_line_without_a_hierarchy_says_so(plugin_of: Make, registry_of: Make) -> None:
    registry = registry_of(plugin_of("acme", price_resolvers=[fixed(1)]), steps=("a_step",))
    (quote,) = price_lines([factories.price_request()], steps_of(registry, "future_sales"), [])
    assert quote.reason == "hierarchy: no hierarchy for future_sales, customer type B, ship via warehouse"


def test_a_step_serves_only_its_inventory_types(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[fixed(1, inventory_types=only("future_sales"))])
    assert "no plugin offers a_step for k2k" in ask(registry_of(plugin, steps=("a_step",))).reason


def test_steps_are_made_once_and_kept(plugin_of: Make, registry_of: Make) -> None:
    registry = registry_of(plugin_of("acme", price_resolvers=[fixed(1)]), steps=("a_step",))
    assert steps_of(registry) is steps_of(registry)


def test_adjustments_are_guarded_like_steps(plugin_of: Make) -> None:
    def adjust(lines: Sequence[Any]) -> list[Price]:
        return [Price(line.price * Exact(2)) for line in lines]

    plugin = plugin_of("acme", price_resolvers=[fixed(1), PriceAdjustment("double", adjust)])
    rows = {
        "hierarchy": [{"inventory_type": "k2k", "steps": ["a_step"]}],
        "adjustments": [{"inventory_type": "k2k", "steps": ["double", "gone"]}],
    }
    registry = load([plugin], "ACME", {}, read_hierarchies(rows))
    double, gone = registry.adjustments("k2k", "B", "warehouse", factories.company_settings())
    assert double.call([factories.adjustable()]) == [Price(Exact(1, 1))]
    assert gone.call([factories.adjustable()]) == Failed("no plugin offers gone for k2k")
    assert registry.adjustments("future_sales", "B", "warehouse", factories.company_settings()) == ()


# Rules


def rule(check: Any, **own: Any) -> EligibilityRule:
    return EligibilityRule("a_rule", check, **own)


def refuse_l1(request: Any) -> Denial | None:
    if request.lot.ref == "L1":
        raise ValueError("L1")
    return None


def test_rules_are_chosen_by_side_and_inventory_type(plugin_of: Make, registry_of: Make) -> None:
    rules = [rule(lambda request: None), rule(lambda request: None, side="buyer", inventory_types=only("k2k"))]
    registry = registry_of(plugin_of("acme", eligibility_rules=rules))
    assert [one.code for one in registry.rules("vendor", "future_sales")] == ["a_rule"]
    assert [one.side for one in registry.rules("buyer", "k2k")] == ["buyer"]
    assert registry.rules("buyer", "future_sales") == ()


@pytest.mark.parametrize("bundled", [True, False])
def test_a_lot_whose_rule_fails_is_kept_back_and_the_others_are_not(
    plugin_of: Make, registry_of: Make, bundled: bool
) -> None:
    registry = registry_of(plugin_of("acme", bundled=bundled, eligibility_rules=[rule(refuse_l1)]))
    (one,) = registry.rules("vendor", "k2k")
    requests = [factories.share_request(lot=factories.lot(ref)) for ref in ("L0", "L1")]
    free, kept = one.check_batch(requests)
    assert free is None
    said = f"rule a_rule of plugin acme raised ValueError: L1, {raised_in(refuse_l1)}"
    assert kept == Denial("rule_failed", said, "", "acme")


@pytest.mark.parametrize("answer", [True, "too_old", Denial(""), Denial("a", cured_on=NO_DAY)])
def test_a_rule_that_answers_something_else_keeps_everything_back(
    plugin_of: Make, registry_of: Make, answer: Any
) -> None:
    registry = registry_of(plugin_of("acme", eligibility_rules=[rule(lambda request: answer)]))
    (one,) = registry.rules("vendor", "k2k")
    denials = one.check_batch([factories.share_request(), factories.share_request()])
    assert [denial.code for denial in denials if denial] == ["rule_failed", "rule_failed"]


# Ways to travel


def handler(**own: Any) -> ShipViaHandler:
    given: dict[str, Any] = {"allows": lambda customer, kind: True, "ship_to": lambda customer: ShipTo("Shop")}
    return ShipViaHandler("balloon", "By balloon", frozenset({"unit_cost"}), **(given | own))


def test_a_way_to_travel_is_found_by_its_code(plugin_of: Make, registry_of: Make) -> None:
    registry = registry_of(plugin_of("acme", ship_via_handlers=[handler(inventory_types=only("k2k"))]))
    balloon = registry.ship_via("balloon")
    assert balloon.allows(factories.customer(), "k2k")
    assert not balloon.allows(factories.customer(), "future_sales")
    assert balloon.ship_to(factories.customer()) == ShipTo("Shop")
    assert [one.code for one in registry.ship_vias()] == ["balloon"]
    with pytest.raises(Invalid, match="no ship via 'rocket': there are balloon"):
        registry.ship_via("rocket")


def test_a_way_to_travel_that_fails_is_left_out(plugin_of: Make, registry_of: Make) -> None:
    broken = handler(allows=lambda customer, kind: 1 / 0, ship_to=lambda customer: "Shop")
    registry = registry_of(plugin_of("acme", ship_via_handlers=[broken]))
    balloon = registry.ship_via("balloon")
    assert not balloon.allows(factories.customer(), "k2k")
    with pytest.raises(PluginProblem, match="ship via balloon of plugin acme gave a wrong answer"):
        balloon.ship_to(factories.customer())
    assert not balloon.allows(factories.customer(), "k2k")
    assert registry.ship_vias() == ()


# Duplicates


def two(plugin_of: Make, first: Any, second: Any) -> list[Plugin]:
    """A bundled plugin with a step, and somebody else's that comes by name before it."""
    return [
        plugin_of("a_stranger", price_resolvers=[second, replace(second, step="beside_it")]),
        plugin_of("ours", bundled=True, price_resolvers=[first]),
    ]


def test_a_strangers_duplicate_of_our_step_is_set_aside_naming_both(plugin_of: Make, registry_of: Make) -> None:
    registry = registry_of(*two(plugin_of, fixed(1), fixed(9)), steps=("a_step",))
    assert ask(registry) == [Price(Exact(1))]
    (broken,) = registry.broken
    assert (broken.name, broken.code) == ("a_stranger", "duplicate")
    assert broken.problem == (
        "step a_step of plugin a_stranger is already the step a_step of plugin ours, which stays; to choose, set "
        'overrides.price_resolvers.a_step = "ours" or "a_stranger"'
    )
    assert [offer.plugin.name for offer in registry.offers] == ["ours"]


@pytest.mark.parametrize(("picked", "price"), [("ours", 1), ("a_stranger", 9)])
def test_the_configuration_may_pick_one_of_two(plugin_of: Make, registry_of: Make, picked: str, price: int) -> None:
    overrides = {"price_resolvers": {"a_step": picked}}
    registry = registry_of(*two(plugin_of, fixed(1), fixed(9)), steps=("a_step",), overrides=overrides)
    assert ask(registry) == [Price(Exact(price))]
    assert (registry.broken, registry.problems) == ((), ())
    assert {offer.name for offer in registry.offers} == {"a_step", "beside_it"}


def test_a_pick_that_offers_nothing_leaves_the_step_to_nobody(plugin_of: Make, registry_of: Make) -> None:
    overrides = {"price_resolvers": {"a_step": "gone"}}
    registry = registry_of(
        plugin_of("ours", bundled=True, price_resolvers=[fixed(1)]), steps=("a_step",), overrides=overrides
    )
    assert isinstance(ask(registry), Failed)
    assert [problem.place for problem in registry.problems] == [
        "overrides.price_resolvers.a_step",
        "default.hierarchy[0].steps[0]",
    ]


def test_a_pick_for_one_inventory_type_leaves_the_others_alone(plugin_of: Make, registry_of: Make) -> None:
    plugins = two(plugin_of, fixed(1), fixed(9, inventory_types=only("future_sales")))
    registry = registry_of(*plugins, steps=("a_step",), overrides={"price_resolvers": {"a_step": "a_stranger"}})
    assert ask(registry) == [Price(Exact(1))]


def test_the_same_step_for_different_inventory_types_is_no_duplicate(plugin_of: Make, registry_of: Make) -> None:
    plugins = [
        plugin_of("one", price_resolvers=[fixed(1, inventory_types=only("k2k"))]),
        plugin_of("other", price_resolvers=[fixed(2, inventory_types=only("future_sales"))]),
    ]
    assert registry_of(*plugins).broken == ()


def test_two_ways_to_travel_may_not_share_a_code(plugin_of: Make, registry_of: Make) -> None:
    plugins = [
        plugin_of("one", ship_via_handlers=[handler(inventory_types=only("k2k"))]),
        plugin_of("other", ship_via_handlers=[handler(inventory_types=only("future_sales"))]),
    ]
    assert [broken.name for broken in registry_of(*plugins).broken] == ["other"]
