"""The contract finds what authors plant without knowing it, and names it with file, line and what to do."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.plugins.planted_faults import FAULTS, VIA, Fault

pytest_plugins = ["pytester"]

for needed in ("zxingcpp", "k2k_core.testing.contract", "k2k_core.testing.registries"):
    importlib.import_module(needed)
"""A run of pytest within this process forgets what it imported first; a module of C cannot be imported twice."""

MODULE = """
from marshmallow import INCLUDE, Schema, fields

from k2k_core.domain.labels import Label
from k2k_core.domain.money import Exact
from k2k_core.domain.pricing import NoValue, Price
from k2k_core.domain.sharing import Denial
from k2k_core.hooks import *
from k2k_core.hooks import hookimpl
"""
PACKAGE = """
from k2k_core.hooks import Manifest
from {name} import part
from {name}.part import *

schema = getattr(part, "Settings", None)
manifest = Manifest(name="{name}", title="A title", owner="An owner", settings_schema=schema)
"""
TESTS = """
from k2k_core.testing.contract import PluginContract

class TestContract(PluginContract):
    plugin = "{name}"
"""
numbers = count(1)


@pytest.fixture
def plant(pytester: pytest.Pytester) -> Iterator[Callable[[Fault], str]]:
    """Writes a plugin with a fault and the contract that it is held to; the plugin's name."""
    names: list[str] = []
    pytester.syspathinsert()

    def write(fault: Fault) -> str:
        name = f"planted_{next(numbers)}"
        names.append(name)
        folder = pytester.path / name
        folder.mkdir()
        (folder / "__init__.py").write_text(PACKAGE.format(name=name), "utf-8")
        (folder / "part.py").write_text(MODULE + fault.source, "utf-8")
        (folder / "README.md").write_text(fault.readme, "utf-8")
        pytester.makepyfile(test_contract=TESTS.format(name=name))
        return name

    yield write
    for name in [one for one in sys.modules if one.partition(".")[0] in names]:
        del sys.modules[name]


def place_of(folder: Path) -> str:
    """The line that is marked, as messages name it."""
    for file in sorted(folder.iterdir()):
        for number, line in enumerate(file.read_text("utf-8").splitlines() if file.is_file() else (), 1):
            if line.endswith(("# here", "<!-- here -->")):
                return f"{folder.name}/{file.name}:{number}"
    raise AssertionError("no line is marked")


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_named_with_its_place_and_what_to_do(
    pytester: pytest.Pytester, plant: Callable[[Fault], str], fault: Fault
) -> None:
    name = plant(fault)
    ran = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", "-k", fault.check)
    ran.assert_outcomes(failed=1)
    said = [line for line in ran.outlines if line.startswith("E   ") and "AssertionError: " in line][-1]
    said = said.removeprefix("E   ").strip().removeprefix("AssertionError: ")
    assert said.startswith(f"{place_of(pytester.path / name)}: ")
    for words in fault.said:
        assert words in said


@pytest.mark.parametrize("rule", ["customer.location is not None", "len(customer.days_of_service) > 5"])
def test_a_ship_via_may_be_for_customers_alone_of_whom_more_is_known(
    pytester: pytest.Pytester, plant: Callable[[Fault], str], rule: str
) -> None:
    ways = f"def allows(customer, kind):\n    return {rule}\ndef ship_to(customer):\n    return None\n{VIA}"
    plant(Fault("none", ways, "ways_to_travel", ()))
    ran = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", "-k", "ways_to_travel")
    ran.assert_outcomes(passed=2)


def test_at_least_twenty_eight_kinds_of_faults_are_planted() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 28
