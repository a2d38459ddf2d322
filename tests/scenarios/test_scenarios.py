"""Every scenario of the project passes, on each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from k2k_core.scenario.reader import read_scenario
from k2k_core.scenario.report import as_person
from k2k_core.scenario.runner import run

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_expectation_of_the_scenario_holds(path: Path, database_url: str) -> None:
    scenario, faults = read_scenario(path)
    assert faults == []
    assert scenario is not None
    outcome = run(scenario, database_url)
    assert outcome.passed, "\n".join(as_person(outcome))


def test_there_are_scenarios() -> None:
    assert FILES
