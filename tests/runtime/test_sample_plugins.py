"""Plugins that are broken in every way: none stops the program or changes another's results, each is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Failed, Quote, price_lines
from k2k_core.runtime import (
    CallStatistics,
    Hierarchies,
    Limits,
    Plugin,
    Registry,
    discover,
    load,
    read_hierarchies,
    report,
)
from k2k_core.testing import factories

SAMPLES = Path(__file__).parents[1] / "sample_plugins"
GOOD = "k2k_sample_contract_price"
BROKEN = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir() and not (path / "tests").is_dir())
"""Those that are well bring their own tests."""
STEPS = {
    "k2k_sample_raises_on_call": (
        "raising_step",
        "raised ValueError: no such season and a second line, at k2k_sample_raises_on_call.py:25",
    ),
    "k2k_sample_sleeps": ("sleeping_step", "gave no answer within 1 s"),
}
SHAPES = {
    "too_few_answers": "0 answers to 1 request",
    "plain_text": "str '1.00' is neither a Price nor a NoValue",
    "not_a_number": "NaN is not a number",
    "binary_float": "0.1 is not an exact number",
}


def through(*steps: str) -> dict[str, Any]:
    """Hierarchies in which each step stands alone, for a ship via of its name."""
    return {"hierarchy": [{"inventory_type": "k2k", "ship_via": step, "steps": [step]} for step in steps]}


def registry_with(hierarchies: Hierarchies, *, deadline: float = 20.0, **own: Any) -> Registry:
    statistics = CallStatistics(Limits(deadline))
    return load(discover(), "BLOOM", own.pop("settings", {}), hierarchies, statistics=statistics, **own)


def quotes(registry: Registry, count: int = 3) -> list[Quote]:
    terms = factories.price_terms()
    requests = [factories.price_request(terms=terms, landed_cost=Exact(30 + number, 100)) for number in range(count)]
    steps = registry.price_steps("k2k", "B", "warehouse", terms.company.settings)
    return price_lines(requests, steps, registry.adjustments("k2k", "B", "warehouse", terms.company.settings))


def results(registry: Registry) -> dict[str, Any]:
    """What the bundled plugins come to: prices, denials, ways to travel, label formats."""
    shared, sold = factories.share_request(), factories.sale_request()
    strange = {"raising_rule", "says_true"}
    return {
        "prices": quotes(registry),
        "vendor": [rule.check_batch([shared]) for rule in rules(registry, "vendor") if rule.code not in strange],
        "buyer": [rule.check_batch([sold]) for rule in rules(registry, "buyer")],
        "via": [via.code for via in registry.ship_vias() if via.code != "balloon"],
        "labels": [registry.renderer(form, "k2k").media_type for form in ("pdf", "png", "zpl")],
    }


def rules(registry: Registry, side: str) -> Sequence[Any]:
    return registry.rules(side, "open_market_boxes" if side == "vendor" else "k2k")


@pytest.mark.parametrize("name", [*BROKEN, "all of them"])
def test_a_broken_plugin_changes_nobody_elses_results(
    install: Callable[..., None], hierarchies: Hierarchies, name: str
) -> None:
    before = results(registry_with(hierarchies))
    assert [quote.price for quote in before["prices"]] == [40, 42, 43]
    install(*(BROKEN if name == "all of them" else [name]))
    assert results(registry_with(hierarchies)) == before


def test_every_broken_plugin_is_named_in_the_report(
    install: Callable[..., None], shipped_hierarchies: dict[str, Any]
) -> None:
    install(*BROKEN, GOOD)
    steps = ("raising_step", "sleeping_step", *SHAPES)
    registry = registry_with(read_hierarchies(shipped_hierarchies, through(*steps)), deadline=1.0)
    for step in steps:
        use(registry, step)
    use_the_rest(registry)
    reports = {one.name: one for one in report(discover(), [registry])}
    for name in BROKEN:
        found = reports[name]
        assert found.state in ("broken", "quarantined"), found
        assert found.owner == "Sample Flowers"
        assert found.problem
        assert found.next_step
    assert {one.state for name, one in reports.items() if name not in BROKEN} == {"ok"}


def use(registry: Registry, step: str, times: int = 3) -> Any:
    """What a step answers to one lot at last."""
    terms = factories.price_terms(ship_via=step)
    (one,) = registry.price_steps("k2k", "B", step, terms.company.settings)
    return [one.call([factories.price_request(terms=terms)]) for _ in range(times)][-1]


def use_the_rest(registry: Registry) -> None:
    for rule in registry.rules("vendor", "open_market_boxes"):
        rule.check_batch([factories.share_request()])


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_breaks_while_it_is_called_says_why(install: Callable[..., None], name: str) -> None:
    install(name)
    step, words = STEPS[name]
    failed = use(registry_with(read_hierarchies(through(step)), deadline=1.0), step, 1)
    assert failed == Failed(f"step {step} of plugin {name} {words}")


@pytest.mark.parametrize("step", SHAPES)
def test_an_answer_of_the_wrong_shape_says_what_is_wrong(install: Callable[..., None], step: str) -> None:
    install("k2k_sample_wrong_shape")
    failed = use(registry_with(read_hierarchies(through(step))), step, 1)
    assert SHAPES[step] in failed.reason


def test_a_duplicate_step_names_both_plugins(install: Callable[..., None], hierarchies: Hierarchies) -> None:
    install("k2k_sample_duplicate_step")
    (broken,) = registry_with(hierarchies).broken
    assert broken.name == "k2k_sample_duplicate_step"
    assert "step k2k_gpm of plugin k2k_network, which stays" in broken.problem


def test_a_good_plugin_is_inserted_into_a_hierarchy_by_configuration_alone(
    install: Callable[..., None], shipped_hierarchies: dict[str, Any]
) -> None:
    install(GOOD)
    own = {"hierarchy": [{"inventory_type": "k2k", "steps": ["contract_price", "k2k_gpm"]}]}
    settings = {GOOD: {"prices": {"C-100": {"ROSE-RED-60": "0.355"}}}}
    registry = registry_with(read_hierarchies(shipped_hierarchies, own), settings=settings)
    assert (registry.broken, registry.problems) == ((), ())
    assert [(quote.price, quote.step) for quote in quotes(registry)] == [(36, "contract_price")] * 3
    without = registry_with(read_hierarchies(shipped_hierarchies, own))
    assert [(quote.price, quote.step) for quote in quotes(without)] == [(price, "k2k_gpm") for price in (40, 42, 43)]


def test_lines_are_not_sold_cheaper_because_the_plugin_in_front_is_broken(
    install: Callable[..., None], shipped_hierarchies: dict[str, Any]
) -> None:
    install("k2k_sample_raises_in_hook")
    own = {"hierarchy": [{"inventory_type": "k2k", "steps": ["never_read_price", "k2k_gpm"]}]}
    registry = registry_with(read_hierarchies(shipped_hierarchies, own))
    assert [quote.price for quote in quotes(registry)] == [None] * 3
    assert "no plugin offers never_read_price for k2k (broken plugins: k2k_sample_raises_in_hook)" in (
        quotes(registry)[0].reason
    )


def test_a_plugin_whose_hook_raises_contributes_nothing_at_all(
    install: Callable[..., None], hierarchies: Hierarchies
) -> None:
    install("k2k_sample_raises_in_hook")
    registry = registry_with(hierarchies)
    assert "never_shared" not in {rule.code for rule in registry.rules("vendor", "k2k")}
    assert [one.name for one in discover() if isinstance(one, Plugin)][-1] == "k2k_sample_raises_in_hook"
    said = "price_resolvers raised LookupError: no price file, at k2k_sample_raises_in_hook.py:15"
    assert [broken.problem for broken in registry.broken] == [said]
