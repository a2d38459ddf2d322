"""The short form of the tests leaves out what takes long and most of what another engine runs too, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
TESTS = """
import pytest

@pytest.mark.long
def test_that_takes_long(): raise AssertionError("never reached")

@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_on_both(engine, number): assert engine == "sqlite" or number == 1

@pytest.mark.parametrize("engine", ["postgresql"])
def test_of_one_engine_alone(engine): pass
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "workers"])
def test_what_is_left_out_is_counted_with_the_command_that_runs_it(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = long\n")
    (tmp_path / "test_it.py").write_text(TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.short_form",
        f"--rootdir={tmp_path}",
        str(tmp_path),
        *options,
    ]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert "LEFT OUT: 2 tests" in done.stdout
    assert "make test-all" in done.stdout
    assert "4 passed" in done.stdout  # both of SQLite, the first of PostgreSQL, and what is for PostgreSQL alone
    assert done.returncode == 0
