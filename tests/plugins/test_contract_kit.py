"""The contract tests for plugins: each check fails for a plugin that breaks it."""

from __future__ import annotations

import configparser
import itertools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from k2k_core.runtime.error_text import WrongAnswer
from k2k_core.testing.contract import PluginContract
from k2k_core.testing.plugin_installation import write_metadata

ROOT = Path(__file__).parents[2]

HEAD = """
from marshmallow import INCLUDE, Schema

from k2k_core.domain.labels import Label
from k2k_core.domain.money import Exact
from k2k_core.domain.parties import ShipTo
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.domain.sharing import Denial
from k2k_core.hooks import *
from k2k_core.hooks import Manifest, hookimpl

{before}
manifest = Manifest(name="{name}", title="A title", owner="An owner"{manifest})

@hookimpl
def {hook}(context):
    return [{contribution}]
"""
STEP = 'PriceResolver("a_step", {})'
RULE = 'EligibilityRule("a_rule", {})'
LABEL = 'LabelRenderer("txt", "text/plain", lambda asked: {})'
VIA = 'ShipViaHandler("balloon", "By balloon", frozenset(), {}, {})'
FINE = STEP.format('each(lambda asked: NoValue("no reason to have one"))')

BREAKING: list[tuple[dict[str, str], str]] = [
    ({"before": "import warnings; warnings.warn('old')"}, "it_imports_alone_and_without_warnings"),
    ({"before": "import k2k_core.runtime"}, "it_imports_only_the_public_surface"),
    ({"before": "from k2k_core import store"}, "it_imports_only_the_public_surface"),
    ({"readme": "# Nothing about it"}, "its_readme_has_a_section_for_each_contribution"),
    (
        {
            "before": "class Loose(Schema):\n    class Meta:\n        unknown = INCLUDE\n",
            "manifest": ", settings_schema=Loose",
        },
        "its_settings_refuse_a_name_that_is_none",
    ),
    ({"contribution": ""}, "it_contributes_something"),
    (
        {
            "before": "import itertools\ncounter = itertools.count()",
            "contribution": FINE.replace('"a_step"', 'f"a_step_{next(counter)}"'),
            "readme": "# `a_step`",
        },
        "asked_twice_it_contributes_the_same",
    ),
    ({"contribution": STEP.format("lambda asked: [Price(Exact(1))]")}, "its_steps_answer_every_request"),
    ({"contribution": STEP.format("each(lambda asked: Price(0.5))")}, "its_steps_answer_every_request"),
    ({"contribution": STEP.format("each(lambda asked: Price(asked.unit_cost))")}, "its_steps_answer_every_request"),
    (
        {"contribution": STEP.format("lambda asked: [Price(Exact(len(asked))) for one in asked]")},
        "its_steps_do_not_look_at_the_neighbours",
    ),
    ({"contribution": STEP.format("each(lambda asked: NoValue(''))")}, "its_steps_say_why"),
    ({"contribution": STEP.format("each(lambda asked: NoValue('{a}', {'b': 1}))")}, "its_steps_say_why"),
    (
        {
            "before": "from k2k_core.domain.price_formulas import Formula, PriceFormula\n"
            "dear = PriceFormula(lambda terms, facts: Formula(plus=Exact(2)))",
            "contribution": 'PriceResolver("a_step", each(lambda asked: Price(Exact(1))), formula=dear)',
        },
        "its_formulas_agree_with_its_steps",
    ),
    (
        {
            "before": "from k2k_core.domain.price_formulas import Formula, PriceFormula\n"
            "half = PriceFormula(lambda terms, facts: Formula(times=Exact(1, 2)))\n"
            "def alone(lines):\n    return [Price(line.price) for line in lines]",
            "contribution": 'PriceAdjustment("a_step", alone, formula=half)',
        },
        "its_formulas_agree_with_its_steps",
    ),
    ({"hook": "eligibility_rules", "contribution": RULE.format("bool")}, "its_rules_answer_every_request"),
    (
        {
            "hook": "eligibility_rules",
            "contribution": RULE.format(
                "lambda asked: Denial('cold', 'cold') if asked.lot.on_hold else None, reads=('solid',)"
            ),
        },
        "its_rules_read_only_what_they_say",
    ),
    (
        {"hook": "eligibility_rules", "contribution": RULE.format("lambda asked: Denial('too_red')")},
        "its_denials_say_why_and_whose_they_are",
    ),
    (
        {"hook": "label_renderers", "contribution": LABEL.format("None")},
        "its_labels_can_be_rendered_whatever_the_texts",
    ),
    (
        {
            "hook": "label_renderers",
            "before": "import itertools\ncounter = itertools.count()",
            "contribution": LABEL.format("Label(asked.box_code, 'text/plain', b'%d' % next(counter), ())"),
        },
        "its_labels_come_out_the_same_twice",
    ),
    (
        {"hook": "ship_via_handlers", "contribution": VIA.format("lambda who, what: 1", "lambda who: None")},
        "its_ways_to_travel_answer_every_customer",
    ),
    (
        {"hook": "ship_via_handlers", "contribution": VIA.format("lambda who, what: True", "lambda who: 'Home'")},
        "its_ways_to_travel_answer_every_customer",
    ),
]
"""A plugin that breaks the contract, and the check that says so."""

Build = Callable[..., PluginContract]
numbers = itertools.count()


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Build]:
    """Writes a plugin with one contribution and answers its contract."""
    made: list[str] = []
    monkeypatch.syspath_prepend(tmp_path)

    def builder(
        contribution: str = FINE,
        hook: str = "price_resolvers",
        before: str = "",
        manifest: str = "",
        readme: str = "# `a_step` `a_rule` `txt` `balloon`\n\nWhat it does.",
    ) -> PluginContract:
        name = f"k2k_sample_made_{next(numbers)}"
        (tmp_path / name).mkdir()
        source = HEAD.format(name=name, hook=hook, contribution=contribution, before=before, manifest=manifest)
        (tmp_path / name / "__init__.py").write_text(source, encoding="utf-8")
        (tmp_path / name / "README.md").write_text(readme, encoding="utf-8")
        made.append(name)
        return type("Made", (PluginContract,), {"plugin": name})()

    yield builder
    for name in made:
        sys.modules.pop(name, None)


def fails(contract: PluginContract) -> set[str]:
    """The checks that fail. A plugin that is not installed has no entry point: that one is left out."""
    failed = set()
    for check in sorted(name for name in dir(contract) if name.startswith("test_")):
        try:
            getattr(contract, check)()
        except Exception:
            failed.add(check.removeprefix("test_"))
    return failed - {"it_is_found_by_its_entry_point"}


def test_a_plugin_that_is_not_installed_is_not_found(build: Build) -> None:
    with pytest.raises(AssertionError, match=r"no entry point k2k_sample_made_\d+ in the group k2k.plugins"):
        build().test_it_is_found_by_its_entry_point()


def test_a_good_plugin_passes_every_other_check(build: Build) -> None:
    assert fails(build()) == set()


def test_the_contract_has_some_twenty_checks() -> None:
    assert len([name for name in dir(PluginContract) if name.startswith("test_")]) >= 15


@pytest.mark.parametrize(("own", "check"), BREAKING)
def test_a_plugin_that_breaks_the_contract_is_told(build: Build, own: dict[str, str], check: str) -> None:
    with pytest.raises((AssertionError, WrongAnswer, KeyError)):
        getattr(build(**own), f"test_{check}")()


def test_a_duplicate_of_another_plugins_step_is_found(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    write_metadata(config, tmp_path)
    monkeypatch.syspath_prepend(ROOT / "plugins")
    contribution = FINE.replace('"a_step"', '"k2k_gpm"')
    with pytest.raises(AssertionError, match="is already the step k2k_gpm of plugin k2k_network, which stays"):
        build(contribution=contribution).test_it_gets_on_with_every_other_installed_plugin()
