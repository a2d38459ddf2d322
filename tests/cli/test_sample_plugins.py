"""The sample plugins are what a third party would release: each is installed by its path, and held to the contract, its
own tests and its types."""

from __future__ import annotations

import configparser
import json
from pathlib import Path

import pytest

from k2k_core.runtime.signature_lint import HOOKS
from tests.cli.conftest import Run

SAMPLES = Path(__file__).parents[2] / "plugins" / "samples"
PROJECTS = sorted(path.name for path in SAMPLES.iterdir() if path.is_dir())


@pytest.mark.long
@pytest.mark.parametrize("name", PROJECTS)
def test_a_sample_can_be_installed_by_its_path_and_released(k2k: Run, name: str) -> None:
    ran = k2k("plugin", "check", str(SAMPLES / name), "--json")
    answer = json.loads(ran.out)
    assert [problem for step in answer["steps"] for problem in step["problems"]] == []
    assert (ran.status, answer["passed"], len(answer["steps"])) == (0, True, 4)


@pytest.mark.parametrize("name", PROJECTS)
def test_a_sample_is_a_whole_project(name: str) -> None:
    project, package = SAMPLES / name, f"k2k_sample_{name}"
    config = configparser.ConfigParser()
    config.read(project / "setup.cfg", "utf-8")
    assert config["options.entry_points"]["k2k.plugins"].strip() == f"{package} = {package}"
    parts = ("README.md", "pyproject.toml", f"{package}/README.md", f"{package}/py.typed", "tests/test_contract.py")
    assert [part for part in parts if not (project / part).is_file()] == []
    source = (project / package / "__init__.py").read_text("utf-8")
    assert "settings_schema=Settings" in source
    assert len(list((project / "tests").glob("test_*.py"))) > 1, "it has tests besides the contract"


def test_there_are_four_for_prices_labels_and_ship_vias() -> None:
    code = {name: "".join(path.read_text("utf-8") for path in SAMPLES.glob(f"{name}/k2k_*/*.py")) for name in PROJECTS}
    assert PROJECTS == ["cross_dock", "loyalty", "plant_passport", "price_ceiling"]
    shown = {hook for text in code.values() for hook in HOOKS if f"def {hook}(" in text}
    assert shown == set(HOOKS) - {"eligibility_rules"}
