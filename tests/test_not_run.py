"""Tests that a machine cannot run are named at the end of a run, with the command that installs what is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
TESTS = """
import pytest

def test_that_runs_anywhere(): pass

@pytest.mark.needs("chromium")
def test_that_needs_chromium(): raise AssertionError("never reached")

@pytest.mark.needs("chromium")
def test_that_needs_chromium_too(): raise AssertionError("never reached")
"""


def run(folder: Path, *options: str, accept: str = "yes", path: str = "/") -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text((TOP / "tests" / "conftest.py").read_text())
    (folder / "test_it.py").write_text(TESTS)
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(TOP), "K2K_ACCEPT_NOT_RUN": accept}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--rootdir={folder}", str(folder), *options]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "workers"])
def test_what_was_not_run_is_named_with_its_command(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run(tmp_path, *options)
    assert "NOT RUN: chromium (2 tests). To run them: apt-get install chromium" in done.stdout
    assert "1 passed" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "workers"])
def test_where_everything_must_run_it_is_a_failure(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run(tmp_path, *options, accept="no")
    assert "NOT RUN: chromium" in done.stdout
    assert done.returncode == 1


def test_where_everything_is_there_nothing_is_named(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "chromium").chmod(0o755)
    done = run(tmp_path, "-k", "anywhere", accept="no", path=str(tmp_path / "bin"))
    assert "NOT RUN" not in done.stdout
    assert done.returncode == 0
