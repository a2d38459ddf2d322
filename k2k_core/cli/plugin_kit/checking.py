"""The checks of a plugin's project, as its author runs them before a release.

It is installed for trial into a folder of its own, and what is installed there, not the sources beside it, is held to
the contract and to its own tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from k2k_core.errors import Invalid
from k2k_core.messages import Message
from k2k_core.runtime.discovery import GROUP, discover
from k2k_core.runtime.plugin import Broken, Plugin

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache")
WITHIN = 600
"""Seconds that a step may take."""


class Step(NamedTuple):
    """A step of the checks: its name, what was done, and what is wrong. Nothing is wrong with a step that passed."""

    name: Message
    done: Message
    problems: tuple[str, ...]


class _Project(NamedTuple):
    """A project that is checked: a copy of it, where it is installed, and a folder for reports."""

    sources: Path
    site: Path
    reports: Path

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a module of Python where the plugin is installed, and nothing is imported from its sources."""
        paths = [str(self.site), *filter(None, [os.environ.get("PYTHONPATH")])]
        environ = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "PYTHONDONTWRITEBYTECODE": "1",
            "MYPYPATH": os.pathsep.join(_folders_of_k2k()),
        }
        return subprocess.run(
            [sys.executable, "-P", "-m", *command],
            cwd=self.sources, env=environ, capture_output=True, text=True, check=False, timeout=WITHIN,
        )  # fmt: skip


def checked(folder: Path, work: Path) -> Iterator[Step]:
    """Check the project of a folder, with `work` for what is made on the way: each step as it ends. Raises `Invalid`
    where there is no project."""
    if not any((folder / name).is_file() for name in ("pyproject.toml", "setup.cfg", "setup.py")):
        raise Invalid(
            "{folder} has no project of Python: no pyproject.toml, setup.cfg or setup.py.", folder=str(folder)
        )
    project = _Project(work / "project", work / "site", work)
    shutil.copytree(folder, project.sources, ignore=NOT_COPIED)
    installed = _installed(project)
    yield installed
    if installed.problems:
        return
    found = _plugins(project)
    yield found
    if not found.problems:
        yield _tested(project)
        yield _typed(project)


def checked_installed(plugin: str, work: Path) -> Iterator[Step]:
    """Check a plugin that is installed here, with its own defaults: what K2K finds when it loads it, then the contract.
    Raises `Invalid` for one that is not."""
    found = next((one for one in discover() if one.name == plugin), None)
    if found is None:
        raise Invalid("{name} is neither a folder nor the name of an installed plugin.", name=plugin)
    problems: tuple[str, ...] = ()
    if not isinstance(found, Plugin):
        problems = (Message("{problem} ({code}; owner: {owner})", **_of_broken(found)),)
    yield Step(Message("plugins found"), Message("{names}", names=plugin), problems)
    if isinstance(found, Plugin):
        tests = work / "project" / "tests"
        tests.mkdir(parents=True)
        (tests / "test_contract.py").write_text(CONTRACT.format(plugin=plugin), "utf-8")
        yield _tested(_Project(tests.parent, work / "site", work))


CONTRACT = """from k2k_core.testing.contract import PluginContract


class TestContract(PluginContract):
    plugin = {plugin!r}
"""


def _of_broken(found: Broken) -> dict[str, object]:
    return {"problem": found.problem, "code": found.code, "owner": found.owner}


def _installed(project: _Project) -> Step:
    name = Message("installation for trial")
    if lacking := _lacking("pip", "setuptools") or _lacking_wheels():
        return Step(name, Message("not done"), (lacking,))
    site = str(project.site)
    done = project.run("pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target", site, ".")
    return Step(name, Message("done"), () if done.returncode == 0 else (done.stderr.strip() or done.stdout.strip(),))


def _plugins(project: _Project) -> Step:
    """The entry points of what was installed."""
    points = [point for one in distributions(path=[str(project.site)]) for point in one.entry_points]
    names = sorted(point.name for point in points if point.group == GROUP)
    problem = Message("Its metadata have no entry point in the group {group}, so K2K will not find it.", group=GROUP)
    return Step(Message("plugins found"), Message("{names}", names=", ".join(names)), () if names else (str(problem),))


def _tested(project: _Project) -> Step:
    """The contract, which is among the project's tests, and the others."""
    name, report = Message("contract and tests"), project.reports / "tests.xml"
    if lacking := _lacking("pytest"):
        return Step(name, Message("not done"), (lacking,))
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib", f"--junitxml={report}")
    done = project.run("pytest", *options, *(["tests"] if (project.sources / "tests").is_dir() else []))
    if not report.is_file():
        return Step(name, Message("not done"), (done.stdout.strip() or done.stderr.strip(),))
    cases = list(ElementTree.parse(report).iter("testcase"))
    problems = [_problem(case) for case in cases if case.find("failure") is not None or case.find("error") is not None]
    failed = len(problems)
    if not any(case.get("name") == "test_it_is_found_by_its_entry_point" for case in cases):
        problems.append(
            Message(
                "No test runs the contract of plugins. Write tests/test_contract.py with a subclass of {base}.",
                base="k2k_core.testing.contract.PluginContract",
            )
        )
    return Step(name, Message("{passed} of {count}", passed=len(cases) - failed, count=len(cases)), tuple(problems))


def _problem(case: ElementTree.Element) -> str:
    """What a test that failed says: its name, and what it expected."""
    failed = case.find("failure")
    failed = case.find("error") if failed is None else failed
    if failed is None:
        return ""
    said = failed.get("message", "").removeprefix("AssertionError: ")
    if said == "collection failure":
        said = (failed.text or said).strip()
    return f"{case.get('classname') or ''}::{case.get('name')}: {said}".removeprefix("::")


def _typed(project: _Project) -> Step:
    name = Message("types")
    if lacking := _lacking("mypy"):
        return Step(name, Message("not done"), (lacking,))
    packages = sorted(path.parent for path in project.site.glob("*/__init__.py") if path.parent.name != "bin")
    own = [path.name for path in packages if (project.sources / path.name).is_dir()]
    sources = own or ["."]
    done = project.run(
        "mypy", "--strict", "--follow-imports=silent", f"--cache-dir={project.reports / 'types'}", *sources
    )
    faults = [line for line in done.stdout.splitlines() if ": error: " in line]
    if done.returncode and not faults:
        faults = [done.stdout.strip() or done.stderr.strip()]
    return Step(name, Message("checked"), tuple(faults))


def _folders_of_k2k() -> list[str]:
    """Where the packages of K2K are if they run from their sources, which mypy does not find by itself."""
    specs = [
        find_spec(name)
        for name in ("k2k_core", *(one.name for one in discover() if isinstance(one, Plugin) and one.bundled))
    ]
    folders = {str(Path(spec.origin).parents[1]) for spec in specs if spec is not None and spec.origin}
    return sorted(one for one in folders if Path(one).name != "site-packages")


def _lacking_wheels() -> str:
    """The same where setuptools is of the time when wheels needed another package, as in a new environment of Python
    3.11."""
    setuptools = find_spec("setuptools")  # its own modules are not looked for: that would import it
    folders = setuptools.submodule_search_locations if setuptools is not None else None
    if find_spec("wheel") is not None or any((Path(one) / "command/bdist_wheel.py").is_file() for one in folders or ()):
        return ""
    return str(Message("It needs {names}: pip install {names}", names="'setuptools>=70.1'"))


def _lacking(*modules: str) -> str:
    """What has to be installed first; empty for nothing."""
    missing: Sequence[str] = [name for name in modules if find_spec(name) is None]
    if not missing:
        return ""
    return str(Message("It needs {names}: pip install {names}", names=" ".join(missing)))
