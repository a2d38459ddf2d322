"""Every verb is a method of the facade that takes its arguments, and is documented."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from k2k_core.api import K2K
from k2k_core.scenario.verbs import VERBS

PROCUREMENT = {"purchase_order", "transfer", "accept_order", "fill", "reject"}
"""Verbs of the modality that the facade does not have yet."""

FACADE = [name for name in VERBS if name != "advance" and (name not in PROCUREMENT or hasattr(K2K, name))]
PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


@pytest.mark.parametrize("verb", FACADE)
def test_the_facade_has_the_verb_with_its_arguments(verb: str) -> None:
    parameters = inspect.signature(getattr(K2K, verb)).parameters
    if not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters.values()):
        assert VERBS[verb].known <= set(parameters)


@pytest.mark.parametrize("verb", VERBS)
def test_the_page_of_the_documentation_has_the_verb_with_its_arguments(verb: str) -> None:
    rules = VERBS[verb]
    either = [" or ".join(f"`{name}`" for name in group) for group in rules.one_of]
    needed = ", ".join([*(f"`{name}`" for name in rules.needed), *either])
    optional = ", ".join(f"`{name}`" for name in rules.optional)
    assert f"| `{verb}` | {needed} | {optional} |" in PAGE.read_text("utf-8").splitlines()
