"""The pytest plugin that K2K installs everywhere costs other projects' test runs next to nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

HEAVY = ("marshmallow", "peewee", "flask", "reportlab", "k2k_core.domain.pricing", "k2k_core.runtime", "k2k_core.hooks")


def test_importing_it_imports_nothing_of_the_core() -> None:
    code = f"import sys, k2k_core.testing.pytest_plugin; print([name for name in {HEAVY!r} if name in sys.modules])"
    command = [sys.executable, "-W", "error", "-c", code]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
