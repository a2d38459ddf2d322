"""The example on the page about scenario files is a scenario, and holds."""

from __future__ import annotations

import re
from pathlib import Path

from k2k_core.scenario.document import parse
from k2k_core.scenario.reader import check
from k2k_core.scenario.report import as_person
from k2k_core.scenario.runner import run

PAGE = Path(__file__).parents[2] / "docs" / "scenarios.md"


def test_the_examples_of_the_page_hold() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        scenario, faults = check(parse(example), "example")
        assert faults == []
        assert scenario is not None
        outcome = run(scenario)
        assert outcome.passed, "\n".join(as_person(outcome))
