"""The examples in the documentation give the printed results when they are run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.scenario.document import parse
from k2k_core.scenario.reader import check
from k2k_core.scenario.report import as_person
from k2k_core.scenario.runner import run

DOCS = Path(__file__).parents[2] / "docs"
RULES = DOCS / "rules"
NO_STEPS = "steps: []\n"


def _examples(page: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def _require_passed(text: str) -> None:
    scenario, faults = check(parse(text), "example")
    assert faults == []
    assert scenario is not None
    outcome = run(scenario)
    assert outcome.passed, "\n".join(as_person(outcome))


def _rule_examples() -> Iterator[Any]:
    for page in sorted(RULES.glob("*.md")):
        for number, example in enumerate(_examples(page), 1):
            yield pytest.param(example, id=f"{page.stem}-{number}")


def test_the_examples_of_the_page_hold() -> None:
    examples = _examples(DOCS / "scenarios.md")
    assert examples
    for example in examples:
        _require_passed(example)


@pytest.mark.parametrize("example", list(_rule_examples()))
def test_the_steps_on_the_pages_of_the_rules_hold_on_their_network(example: str) -> None:
    network = (RULES / "network.yaml").read_text("utf-8")
    assert network.endswith(NO_STEPS)
    _require_passed(network.removesuffix(NO_STEPS) + example)


def _numbers(expected: object) -> Iterator[str]:
    if isinstance(expected, dict):
        expected = list(expected.values())
    if isinstance(expected, list):
        for each in expected:
            yield from _numbers(each)
    else:
        yield str(expected)


def test_the_worked_numbers_of_the_page_are_those_of_the_product() -> None:
    """The steps of a row bear its id as their note, and expect the numbers that stand in bold in it, in that order."""
    text = (RULES / "worked_numbers.yaml").read_text("utf-8")
    _require_passed(text)
    computed: dict[str, list[str]] = {}
    for step in parse(text)["steps"]:
        if re.fullmatch(r"P\d+", step.get("note", "")):
            computed.setdefault(step["note"], []).extend(_numbers(step["expect"]))
    page = (RULES / "pricing.md").read_text("utf-8").partition("## 10. ")[2]
    rows = re.findall(r"^\| (P\d+) \|[^|]*\|([^|]*)\|$", page, re.MULTILINE)
    assert {row: re.findall(r"\*\*([\d.]+)\*\*", result) for row, result in rows} == computed
    assert list(computed) == [f"P{number}" for number in range(1, 13)]
