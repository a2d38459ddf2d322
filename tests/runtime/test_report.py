"""The report on each plugin."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import Price
from k2k_core.hooks import PriceResolver
from k2k_core.runtime import Broken, Limits, report
from k2k_core.testing import factories
from tests.raising_lines import raised_in

Make = Callable[..., Any]


def halting(requests: Sequence[Any]) -> list[Price]:
    if requests[0].lot.ref == "BAD":
        raise ValueError("BAD")
    return [Price(Exact(1))]


def test_a_plugin_that_is_well_shows_what_it_contributes_and_its_counts(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", halting)])
    registry = registry_of(plugin, steps=("a_step",))
    (step,) = registry.price_steps("k2k", "B", "warehouse", factories.company_settings())
    step.call([factories.price_request()])
    (found,) = report([plugin], [registry, registry_of(plugin)])
    assert (found.state, found.problem, found.next_step) == ("ok", "", "")
    assert (found.owner, found.title, found.calls, found.failures) == ("acme owner", "acme", 1, 0)
    assert found.seconds > 0
    assert [one.contribution for one in found.contributions] == ["acme/price_resolvers/a_step"]


def test_a_quarantine_is_shown_with_the_company(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", halting)])
    registry = registry_of(plugin, steps=("a_step",), limits=Limits(failures=1, deadline=5))
    (step,) = registry.price_steps("k2k", "B", "warehouse", factories.company_settings())
    step.call([factories.price_request(lot=factories.lot("BAD"))])
    (found,) = report([plugin], [registry])
    assert (found.state, found.code) == ("quarantined", "quarantined")
    assert (
        found.problem == f"acme/price_resolvers/a_step is in quarantine: raised ValueError: BAD, {raised_in(halting)}"
    )
    assert found.contributions[0].quarantined_for == ("ACME",)
    assert found.next_step


def test_a_plugin_broken_for_one_company_says_for_which(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", halting)])
    (found,) = report([plugin], [registry_of(plugin, settings={"acme": {"a": 1}})])
    assert (found.state, found.code, found.broken_for) == ("broken", "bad_settings", ("ACME",))


def test_a_plugin_that_could_not_be_loaded_is_in_the_report_without_any_company() -> None:
    broken = Broken("acme", "Acme", "import_failed", "importing acme raised ImportError", "python -c 'import acme'")
    (found,) = report([broken])
    assert (found.name, found.state, found.code, found.problem) == ("acme", "broken", "import_failed", broken.problem)


def test_a_namesake_that_is_broken_does_not_make_the_first_one_broken(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", halting)])
    namesake = Broken("acme", "Other", "duplicate_name", "two plugins are named acme", "pip uninstall other")
    assert [one.state for one in report([plugin, namesake], [registry_of(plugin, namesake)])] == ["ok", "broken"]


def test_a_report_is_friendly_to_json(plugin_of: Make, registry_of: Make) -> None:
    plugin = plugin_of("acme", price_resolvers=[PriceResolver("a_step", halting)])
    (found,) = report([plugin], [registry_of(plugin)])
    assert json.loads(json.dumps(found.as_dict()))["contributions"][0]["contribution"] == "acme/price_resolvers/a_step"
