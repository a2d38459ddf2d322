"""The contract of a plugin, as checks that every plugin can run on itself.

    from k2k_core.testing.contract import PluginContract

    class TestContract(PluginContract):
        plugin = "my_plugin"

Set `settings` if the plugin contributes nothing with its defaults. A check that fails says what to change.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from marshmallow import Schema, ValidationError

from k2k_core.domain.explanation import reason_text
from k2k_core.domain.money import Exact
from k2k_core.domain.price_formulas import adjusted_by_formula, by_formula
from k2k_core.domain.pricing import Adjustable, Answers, NoValue, Price
from k2k_core.domain.sharing import RULE_FACTS, rule_fact
from k2k_core.hooks import EligibilityRule, LabelRenderer, PriceAdjustment, PriceResolver, ShipViaHandler
from k2k_core.runtime import Plugin, discover, load, read_hierarchies
from k2k_core.runtime.answer_checks import (
    checked_bytes,
    checked_denials,
    checked_flag,
    checked_label,
    checked_prices,
    checked_ship_to,
)
from k2k_core.runtime.call_statistics import Limits
from k2k_core.runtime.contribution_loading import LoadedContribution, collect
from k2k_core.runtime.isolation import isolated, isolated_batch
from k2k_core.testing import factories, sample_requests
from k2k_core.testing.registries import found
from k2k_core.testing.sample_requests import customer_inventory_pairs

PUBLIC = ("k2k_core.hooks", "k2k_core.domain", "k2k_core.errors", "k2k_core.messages", "k2k_core.testing")
"""The packages of the core that a plugin may import."""


class PluginContract:
    """Subclass it as `Test…` and name the plugin; pytest runs every check."""

    plugin: ClassVar[str]
    settings: ClassVar[Mapping[str, object]] = {}

    # What the plugin is

    def test_it_imports_alone_and_without_warnings(self) -> None:
        """In a fresh interpreter, with warnings as errors: nothing that another import must do first."""
        paths = [path for path in sys.path if path]
        code = f"import sys; sys.path[:0] = {paths!r}; import {self._module().__name__}"
        run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr

    def test_it_is_found_by_its_entry_point(self) -> None:
        """`k2k.plugins` in its metadata names the plugin, and discovery finds nothing wrong with it."""
        names = {one.name: one for one in discover()}
        assert self.plugin in names, f"no entry point {self.plugin} in the group k2k.plugins: is it installed?"
        one = names[self.plugin]
        assert isinstance(one, Plugin), f"{one.code}: {one.problem}"

    def test_its_manifest_names_an_owner_and_a_title(self) -> None:
        manifest = self._plugin().manifest
        assert manifest.owner.strip()
        assert manifest.title.strip()

    def test_it_imports_only_the_public_surface(self) -> None:
        """Of the core: `k2k_core.hooks`, `.domain`, `.errors`. Anything else may change without notice."""
        for path, name in self._imports():
            private = name.split(".")[0] == "k2k_core" and not name.startswith(PUBLIC)
            assert not private, f"{path} imports {name}: a plugin imports only {', '.join(PUBLIC[:4])}"

    def test_its_readme_has_a_section_for_each_contribution(self) -> None:
        """A heading that names the step, the code or the format: the help that an admin reads."""
        readme = self._folder() / "README.md"
        assert readme.is_file(), f"{readme} is missing"
        headings = [line for line in readme.read_text("utf-8").splitlines() if line.startswith("#")]
        for offer in self._offers():
            named = any(f"`{offer.name}`" in heading for heading in headings)
            assert named, f"README.md has no heading with `{offer.name}`"

    # Its settings

    def test_its_settings_refuse_a_name_that_is_none(self) -> None:
        """A misspelt setting must be refused."""
        schema = self._plugin().manifest.settings_schema
        if schema is not None:
            assert _refuses(schema, {**self._plugin().manifest.defaults, "no_such_setting_": 1})

    def test_it_loads_with_its_defaults_alone(self) -> None:
        offered, broken = collect([self._plugin()], "BLOOM", {}, Limits())
        assert not broken, broken[0].problem
        assert offered

    # What it contributes

    def test_it_contributes_something(self) -> None:
        assert self._offers(), "none of its hooks returns a contribution"

    def test_asked_twice_it_contributes_the_same(self) -> None:
        """Contributions depend on the context alone."""
        assert [offer.label for offer in self._offers()] == [offer.label for offer in self._offers()]

    def test_it_gets_on_with_every_other_installed_plugin(self) -> None:
        """No step, code or format that another one contributes already."""
        others = [one for one in discover() if isinstance(one, Plugin) and one.name != self.plugin]
        registry = load([*others, self._plugin()], "BLOOM", {self.plugin: self.settings}, read_hierarchies({}))
        mine = [broken.problem for broken in registry.broken if broken.name == self.plugin]
        assert not mine, mine[0]

    # Price steps and adjustments

    def test_its_steps_answer_every_request(self) -> None:
        """One exact answer per request or one `NoValue` for all; also for a lot without any data."""
        for name, function, batch in self._priced():
            answers = checked_prices(function(batch), len(batch), strict=True)
            assert answers is not None, name

    def test_its_steps_do_not_look_at_the_neighbours(self) -> None:
        """The answer to a lot is the same alone and in a batch, in whatever order."""
        for name, function, batch in self._priced():
            together = _answers_of(function(batch), len(batch))
            backwards = _answers_of(function(batch[::-1]), len(batch))[::-1]
            alone = [_answers_of(function((one,)), 1)[0] for one in batch]
            assert together == alone == backwards, f"{name} answers a lot differently in another company"

    def test_its_steps_say_why(self) -> None:
        """A line without a value has a reason, and every reason can be formatted with its facts."""
        for name, function, batch in self._priced():
            answers = checked_prices(function(batch), len(batch), strict=False)
            for answer in [answers] if isinstance(answers, NoValue) else answers:
                text = reason_text(answer)
                assert text or not isinstance(answer, NoValue), f"{name} yields nothing and does not say why"

    def test_its_formulas_agree_with_its_steps(self) -> None:
        """What prices a catalog and what explains a price are the same."""
        for resolver in self._contributed(PriceResolver):
            for batch in sample_requests.prices(resolver.inventory_types) if resolver.formula else ():
                assert resolver.formula is not None
                steps, formulas = resolver.resolve(batch), by_formula(resolver.formula)(batch)
                assert _amounts_of(steps, len(batch)) == _amounts_of(formulas, len(batch)), resolver.step
        for adjustment in self._contributed(PriceAdjustment):
            for batch in sample_requests.prices(adjustment.inventory_types) if adjustment.formula else ():
                assert adjustment.formula is not None
                lines = [Adjustable(request, "a_step", Exact(259, 100)) for request in batch]
                steps, formulas = adjustment.adjust(lines), adjusted_by_formula(adjustment.formula)(lines)
                assert _amounts_of(steps, len(batch)) == _amounts_of(formulas, len(batch)), adjustment.step

    # Rules

    def test_its_rules_answer_every_request(self) -> None:
        """A `Denial` or None; also for a lot with little data, and for every age."""
        for rule in self._contributed(EligibilityRule):
            requests = isolated_batch(sample_requests.eligibility(rule.side, rule.inventory_types))
            answers = checked_denials([rule.check(request) for request in requests], len(requests), strict=True)
            again = [rule.check(request) for request in requests]
            assert answers == again, f"{rule.code} answers the same request differently"

    def test_its_rules_read_only_what_they_say(self) -> None:
        """Of lots that agree in what a rule reads, under the same terms, it denies all or none."""
        for rule in self._contributed(EligibilityRule):
            verdicts: dict[tuple[object, ...], bool] = {}
            for request in (
                sample_requests.eligibility(rule.side, rule.inventory_types) if rule.reads is not None else ()
            ):
                assert set(rule.reads or ()) <= set(RULE_FACTS), f"{rule.code} reads what there is not"
                facts = [rule_fact(request, name) for name in rule.reads or ()]
                kind = (request.lot.inventory_type, repr(request.share), repr(request.sale), *facts)
                denied = rule.check(request) is not None
                assert verdicts.setdefault(kind, denied) == denied, f"{rule.code} reads more than {rule.reads}"

    def test_its_denials_say_why_and_whose_they_are(self) -> None:
        for rule in self._contributed(EligibilityRule):
            for request in isolated_batch(sample_requests.eligibility(rule.side, rule.inventory_types)):
                denial = rule.check(request)
                assert denial is None or denial.reason, f"{rule.code} denies without a reason"

    # Labels

    def test_its_labels_can_be_rendered_whatever_the_texts(self) -> None:
        for renderer in self._contributed(LabelRenderer):
            requests = isolated_batch(sample_requests.labels(renderer.inventory_types))
            for request in requests:
                checked_label(renderer.render(request), request, renderer.media_type)
            if renderer.sheet is not None:
                checked_bytes(renderer.sheet(requests))

    def test_its_labels_come_out_the_same_twice(self) -> None:
        """Rendering is deterministic: no clock, no random number."""
        for renderer in self._contributed(LabelRenderer):
            first, again = (renderer.render(isolated(factories.label_request())) for _ in range(2))
            assert first == again, f"{renderer.format} renders the same label differently"

    # Ship vias

    def test_its_ways_to_travel_answer_every_customer(self) -> None:
        for handler in self._contributed(ShipViaHandler):
            for customer, inventory_type in isolated_batch(customer_inventory_pairs()):
                checked_flag(handler.allows(customer, inventory_type))
                checked_ship_to(handler.ship_to(customer))

    # How the checks reach the plugin

    def _plugin(self) -> Plugin:
        return found([self.plugin])[0]

    def _module(self) -> Any:
        return self._plugin().module

    def _folder(self) -> Path:
        return Path(self._module().__file__).parent

    def _imports(self) -> Iterator[tuple[str, str]]:
        """Every module that the plugin's own sources import."""
        single = not hasattr(self._module(), "__path__")
        sources = [Path(self._module().__file__)] if single else sorted(self._folder().rglob("*.py"))
        for path in sources:
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    yield from ((path.name, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    whole = node.module == "k2k_core"
                    yield from ((path.name, f"k2k_core.{alias.name}") for alias in node.names if whole)
                    if not whole:
                        yield path.name, node.module

    def _offers(self) -> Sequence[LoadedContribution]:
        offered, broken = collect([self._plugin()], "BLOOM", {self.plugin: self.settings}, Limits())
        assert not broken, broken[0].problem
        return offered[0][1]

    def _contributed(self, kind: type) -> list[Any]:
        return [offer.contribution for offer in self._offers() if isinstance(offer.contribution, kind)]

    def _priced(self) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
        """Every step and adjustment with every batch of sample requests."""
        for one in self._contributed(PriceResolver):
            batches = sample_requests.prices(one.inventory_types)
            yield from ((one.step, one.resolve, isolated_batch(batch)) for batch in batches)
        for one in self._contributed(PriceAdjustment):
            for batch in sample_requests.prices(one.inventory_types):
                adjustables = [factories.adjustable(request=request) for request in batch]
                yield one.step, one.adjust, isolated_batch(adjustables)


def _amounts_of(answers: Answers, count: int) -> list[Exact | None]:
    """The prices, whatever the reasons are."""
    every = [answers] * count if isinstance(answers, NoValue) else answers
    return [answer.amount if isinstance(answer, Price) else None for answer in every]


def _answers_of(answers: object, count: int) -> list[Any]:
    """The answers line by line as plain data."""
    checked = checked_prices(answers, count, strict=True)
    return [checked] * count if isinstance(checked, NoValue) else checked


def _refuses(schema: type[Schema], given: Mapping[str, object]) -> bool:
    try:
        schema().load(given)
    except ValidationError:
        return True
    return False
