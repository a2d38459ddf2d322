"""A new plugin is written, installed for trial and found good as it is; what is wrong with one is said before its
release."""

from __future__ import annotations

import ast
import configparser
import json
import sys
from collections.abc import Callable
from importlib.util import find_spec, spec_from_file_location
from pathlib import Path

import pytest

from k2k_core.cli.plugin_kit import checking
from k2k_core.runtime.signature_lint import HOOKS
from k2k_core.testing.plugin_installation import install_source
from k2k_core.testing.registries import registry_of
from tests.cli.conftest import Run

OWNER = "Acme <plugins@acme.example>"

Checked = dict[str, list[str]]
"""What is wrong, by the step of the checks."""


@pytest.fixture
def project(k2k: Run, tmp_path: Path) -> Path:
    """A new project with a contribution for each hook."""
    assert k2k("new-plugin", "acme-friends", "--owner", OWNER).status == 0
    return tmp_path / "acme-friends"


@pytest.fixture
def checked(k2k: Run) -> Callable[[Path], tuple[int, Checked]]:
    """Checks a project; the exit status, and what is wrong by step."""

    def check(project: Path) -> tuple[int, Checked]:
        ran = k2k("plugin", "check", str(project), "--json")
        answer = json.loads(ran.out)
        assert answer["passed"] is (ran.status == 0)
        return ran.status, {step["step"]: step["problems"] for step in answer["steps"]}

    return check


@pytest.mark.long
def test_a_new_plugin_with_every_hook_can_be_released_as_it_is(k2k: Run, project: Path) -> None:
    before = sorted(path for path in project.rglob("*"))
    ran = k2k("plugin", "check", str(project))
    assert (ran.status, ran.err) == (0, ""), ran.out
    assert "plugins found             acme_friends\n" in ran.out
    assert ran.out.endswith("It can be released.\n")
    assert sorted(path for path in project.rglob("*")) == before, "the check leaves nothing in the project"


def test_a_new_plugin_says_what_its_check_needs_and_what_its_settings_mean(k2k: Run, tmp_path: Path) -> None:
    ran = k2k("new-plugin", "acme-means", "--into", str(tmp_path / "mine"))
    needed = "pip install --upgrade setuptools pytest mypy zxing-cpp"
    assert needed in ran.out
    assert needed in (tmp_path / "mine" / "README.md").read_text("utf-8")
    written = (tmp_path / "mine" / "acme_means" / "__init__.py").read_text("utf-8")
    tree = ast.parse(written)
    settings = next(one for one in ast.walk(tree) if isinstance(one, ast.ClassDef)).body[1:]
    assert len(settings) == written.count('metadata={"description": ') == 5
    assert max(map(len, written.splitlines())) <= 120


@pytest.mark.parametrize("hook", sorted(HOOKS))
def test_a_new_plugin_with_one_hook_contributes_to_that_hook(
    k2k: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: str
) -> None:
    name = f"acme-{hook.replace('_', '-')}"
    assert k2k("new-plugin", name, "--hook", hook, "--into", str(tmp_path / "mine")).status == 0
    install_source(tmp_path / "mine", tmp_path / "site")
    monkeypatch.syspath_prepend(tmp_path / "site")
    package = name.replace("-", "_")
    tree = ast.parse((tmp_path / "mine" / "tests" / "test_contract.py").read_text("utf-8"))
    settings = next(ast.literal_eval(one.value) for one in ast.walk(tree) if _sets(one, "settings"))
    registry = registry_of([package], [], [], {package: settings})
    (contributed,) = registry.recorded().values()
    assert contributed["contributions"] != []
    assert hook in sys.modules[package].__dict__
    config = configparser.ConfigParser()
    config.read(tmp_path / "mine" / "setup.cfg", "utf-8")
    assert config["options.entry_points"]["k2k.plugins"].strip() == f"{package} = {package}"


def _sets(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name


@pytest.mark.long
def test_what_is_wrong_with_a_plugin_is_named_with_its_place(
    project: Path, checked: Callable[[Path], tuple[int, Checked]]
) -> None:
    package = project / "acme_friends"
    prices, readme = package / "prices.py", package / "README.md"
    prices.write_text(prices.read_text("utf-8") + "\nimport k2k_core.services\n", "utf-8")
    last = len(prices.read_text("utf-8").splitlines())
    readme.write_text(readme.read_text("utf-8").replace("`acme_friends_dock`", "the dock"), "utf-8")
    rules = package / "rules.py"
    rules.write_text(rules.read_text("utf-8") + "\nnumber: int = 'one'\n", "utf-8")
    status, wrong = checked(project)
    assert status == 1
    said = "\n".join(wrong["contract and tests"])
    assert "::test_its_readme_has_a_section_for_each_contribution: acme_friends/README.md:1: README.md has no" in said
    assert "`acme_friends_dock`" in said
    assert f"public_surface: acme_friends/prices.py:{last}: it imports k2k_core.services" in said
    (types,) = wrong["types"]
    assert types.startswith("acme_friends/rules.py:")
    assert wrong["installation for trial"] == wrong["plugins found"] == []


def test_a_project_without_an_entry_point_or_that_cannot_be_installed_is_not_checked_further(
    project: Path, checked: Callable[[Path], tuple[int, Checked]]
) -> None:
    setup = project / "setup.cfg"
    whole = setup.read_text("utf-8")
    setup.write_text(whole.replace("k2k.plugins", "k2k.plugin"), "utf-8")
    status, wrong = checked(project)
    assert status == 1
    assert [step for step in wrong if wrong[step]] == ["plugins found"]
    assert "no entry point in the group k2k.plugins" in wrong["plugins found"][0]
    setup.write_text(whole.replace("packages = acme_friends", "packages = acme_enemies"), "utf-8")
    status, wrong = checked(project)
    assert (status, list(wrong)) == (1, ["installation for trial"])
    assert "acme_enemies" in wrong["installation for trial"][0]


@pytest.mark.long
def test_a_plugin_whose_tests_leave_the_contract_out_is_told_so(
    project: Path, checked: Callable[[Path], tuple[int, Checked]]
) -> None:
    (project / "tests" / "test_contract.py").unlink()
    status, wrong = checked(project)
    assert status == 1
    assert [step for step in wrong if wrong[step]] == ["contract and tests"]
    assert "No test runs the contract of plugins" in wrong["contract and tests"][0]


@pytest.mark.parametrize("name", ["Acme", "acme friends", "2flowers", "acme--friends", "class", "../acme", "ñandú", ""])
def test_a_name_that_no_package_can_have_is_refused(k2k: Run, tmp_path: Path, name: str) -> None:
    ran = k2k("new-plugin", name)
    assert (ran.status, ran.out) == (2, "")
    assert "is no name for a plugin" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_written_over(k2k: Run, project: Path, tmp_path: Path) -> None:
    again = k2k("new-plugin", "acme-friends")
    assert again.status == 2
    assert "is there already, and not empty" in again.err
    assert "is installed already" in k2k("new-plugin", "k2k-labels").err
    (tmp_path / "file").write_text("mine")
    assert k2k("new-plugin", "acme-other", "--into", "file").status == 2
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_without_a_project_is_refused(k2k: Run, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        assert "has no project of Python" in k2k("plugin", "check", str(folder)).err


def test_a_plugin_that_is_installed_is_checked_by_its_name(
    k2k: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = Path(__file__).parents[1] / "sample_plugins"
    site = tmp_path / "site"
    install_source(samples / "k2k_sample_misspelt_hook", site)
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))
    ran = k2k("plugin", "check", "k2k_sample_misspelt_hook")
    assert ran.status == 1
    assert "there is no hook price_resolver; did you mean price_resolvers? (k2k_sample_misspelt_hook.py:" in ran.out
    assert "owner: Sample Flowers" in ran.out
    well = k2k("plugin", "check", "k2k_ship_via")
    assert (well.status, well.err) == (0, "")
    assert "contract and tests" in well.out
    assert "is neither a folder nor the name of an installed plugin" in k2k("plugin", "check", "acme").err


def test_a_setuptools_that_makes_no_wheels_is_named_with_the_one_that_does(
    project: Path, checked: Callable[[Path], tuple[int, Checked]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old" / "setuptools"
    old.mkdir(parents=True)
    (old / "__init__.py").write_text("")
    spec = spec_from_file_location("setuptools", old / "__init__.py", submodule_search_locations=[str(old)])
    found = {"setuptools": spec, "wheel": None}
    monkeypatch.setattr(checking, "find_spec", lambda name: found[name] if name in found else find_spec(name))
    status, wrong = checked(project)
    assert (status, list(wrong)) == (1, ["installation for trial"])
    assert wrong["installation for trial"] == ["It needs 'setuptools>=70.1': pip install 'setuptools>=70.1'"]
