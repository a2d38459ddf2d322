"""The set-up script behind every `make` target: its help, its idempotence, and its errors about missing programs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

PYTHON = """#!/bin/sh
echo "$*" >>calls
case "$*" in
    *version_info*) exit 0 ;;
    --version) echo "Python 3.11.0" ;;
    "-m venv"*) {venv} ;;
    "-m pip"*) {pip} ;;
esac
"""
MAKES_VENV = "mkdir -p .venv/bin && cp python3 .venv/bin/python"
TOOLS = ("sh", "cat", "cksum", "cp", "dirname", "mkdir", "rm")


@pytest.fixture
def house(top: Path, tmp_path: Path) -> Path:
    """A copy of the files that decide what is installed, on a machine that has a shell and nothing else."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / "tests").mkdir()
    for name in (".ci/setup", "setup.cfg", "pyproject.toml", "requirements.txt", "tests/requirements.txt"):
        shutil.copy(top / name, tmp_path / name)
    for tool in TOOLS:
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def _python(house: Path, venv: str = MAKES_VENV, pip: str = "exit 0") -> None:
    (house / "python3").write_text(PYTHON.format(venv=venv, pip=pip))
    (house / "python3").chmod(0o755)


def _set_up(house: Path, level: str = "run") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", ".ci/setup", level],
        cwd=house,
        env={"PATH": str(house)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _installs(house: Path) -> int:
    return (house / "calls").read_text().count("-m pip install")


def test_without_a_python_it_says_which_one_is_needed(house: Path) -> None:
    done = _set_up(house)
    assert done.returncode != 0
    assert "no Python 3.11 or later" in done.stderr


def test_where_python_makes_no_environments_it_names_the_package_that_does(house: Path) -> None:
    _python(house, venv="exit 1")
    done = _set_up(house)
    assert done.returncode != 0
    assert "python3-venv" in done.stderr


def test_it_installs_the_pins_and_the_project_once(house: Path) -> None:
    _python(house)
    assert _set_up(house).returncode == 0
    assert _installs(house) == 2
    again = _set_up(house)
    assert (again.returncode, again.stderr, _installs(house)) == (0, "", 2)


@pytest.mark.parametrize("changed", ["setup.cfg", "requirements.txt", "pyproject.toml"])
def test_it_installs_again_when_what_decides_it_changed(house: Path, changed: str) -> None:
    _python(house)
    _set_up(house)
    with (house / changed).open("a") as file:
        file.write("# changed\n")
    assert _set_up(house).returncode == 0
    assert _installs(house) == 4


def test_when_an_installation_fails_it_shows_why_and_tries_again_next_time(house: Path) -> None:
    _python(house, pip="echo no such version; exit 1")
    done = _set_up(house)
    assert done.returncode != 0
    assert "no such version" in done.stderr
    _python(house)
    shutil.copy(house / "python3", house / ".venv/bin/python")
    assert "installing" in _set_up(house).stderr


def _tests_of(top: Path, memory: Path, **more: Any) -> str:
    """How `make test` would call pytest, on a machine whose memory is mounted there."""
    command = ["make", "--dry-run", "--no-print-directory", "test", f"MEMORY={memory}"]
    done = subprocess.run(command, cwd=top, capture_output=True, text=True, timeout=60, check=True, **more)
    return next(line for line in done.stdout.splitlines() if "-m pytest" in line)


def test_databases_of_tests_are_in_memory_where_it_can_be_written_and_is_large(top: Path, tmp_path: Path) -> None:
    there = _tests_of(top, tmp_path)
    free = shutil.disk_usage(tmp_path).free
    assert ("PYTEST_DEBUG_TEMPROOT=" in there) is (free > 2_000_000 * 1024)


@pytest.mark.parametrize("kind", ["missing", "a file", "read-only"])
def test_where_the_memory_cannot_be_written_the_tests_run_on_the_disk(top: Path, tmp_path: Path, kind: str) -> None:
    memory, more = tmp_path / "shm", dict[str, Any]()
    if kind == "a file":
        memory.write_text("")
    elif kind == "read-only":
        memory.mkdir(mode=0o555)
        if os.getuid() == 0:  # whoever is root may write everywhere
            more = {"user": 65534, "group": 65534, "env": {"PATH": os.environ["PATH"], "HOME": "/"}}
            for folder in (tmp_path, *tmp_path.parents[:2]):
                folder.chmod(folder.stat().st_mode | 0o055)
    assert "PYTEST_DEBUG_TEMPROOT=" not in _tests_of(top, memory, **more)


_OTHER = """#!/bin/sh
case "$*" in
    -c*version_info*) exit {code} ;;
    --version) echo "Python {version}.1" ;;
    "-m venv"*) mkdir -p build/python-{version}/bin && cp python build/python-{version}/bin/python ;;
    "-m pip"*) exit 0 ;;
    "-m pytest"*) echo "pytest of {version}: $*"; exit {result} ;;
esac
"""


@pytest.mark.parametrize(("result", "status"), [(0, 0), (1, 1)], ids=["passed", "failed"])
def test_every_other_python_runs_the_tests_and_what_is_missing_is_named(
    house: Path, top: Path, result: int, status: int
) -> None:
    shutil.copy(top / ".ci" / "pythons", house / ".ci" / "pythons")
    own = house / ".venv" / "bin" / "python"
    own.parent.mkdir(parents=True)
    own.write_text("#!/bin/sh\necho 3.11\n")
    other = _OTHER.format(version="3.13", code=0, result=result)
    for place in (house / "python3.13", house / "python"):
        place.write_text(other)
    for place in (own, house / "python3.13", house / "python"):
        place.chmod(0o755)
    environment = {"PATH": str(house), "PYENV_ROOT": str(house / "none")}
    done = subprocess.run(
        ["sh", ".ci/pythons", "tests/unit"], cwd=house, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == status, done.stderr
    assert "pytest of 3.13" in done.stdout
    assert "NOT RUN: python 3.12." in done.stdout
    assert "NOT RUN: python 3.14." in done.stdout
    assert "3.11" not in done.stdout
    strict = environment | {"K2K_ACCEPT_NOT_RUN": "no"}
    assert subprocess.run(["sh", ".ci/pythons"], cwd=house, env=strict, capture_output=True, timeout=60).returncode == 1


def test_every_target_is_explained(top: Path) -> None:
    makefile = (top / "Makefile").read_text("utf-8")
    phony = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split()
    explained = re.findall(r'@echo "  make ([\w-]+)', makefile)
    assert set(explained) == set(phony) - {"help", "ready-to-run", "ready-to-test"}


@pytest.mark.parametrize("name", ["run", "setup", "pins", "pythons", "extras"])
def test_the_scripts_can_be_run(top: Path, name: str) -> None:
    script = top / ".ci" / name
    assert os.access(script, os.X_OK)
    shell = script.read_text("utf-8").splitlines()[0].rpartition("/")[2].split()[-1]
    subprocess.run([shell, "-n", str(script)], check=True, timeout=60)
