"""Every module can be imported alone, without a warning and without starting a thread.

Each import happens in a fork of an interpreter that has imported nothing of the project, so that no module depends on
what another one happened to import first. Third-party packages are imported beforehand, once: they alone take most of
the time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

PARTS = 3
"""Into how many tests the imports are divided: all of them take minutes."""

ALONE = """
import importlib, json, os, sys, threading, traceback

def attempt(name):
    try:
        importlib.import_module(name)
    except BaseException:
        return traceback.format_exc(limit=-3)
    return "it left a thread behind" if threading.active_count() > 1 else ""

names, outside = json.loads(sys.argv[1])
for name in outside:
    try:
        importlib.import_module(name)
    except Exception:
        pass  # the module that needs it will say so
faults = {}
for name in names:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        with os.fdopen(writer, "w") as answer:
            answer.write(attempt(name))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        fault = answer.read()
    if os.waitpid(child, 0)[1] or fault:
        faults[name] = fault or "the interpreter died"
print(json.dumps(faults))
"""


def _faults(names: list[str], outside: Iterable[str] = (), folder: Path | None = None) -> dict[str, str]:
    command = [sys.executable, "-W", "error", "-c", ALONE, json.dumps([names, sorted(outside)])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    faults: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return faults


@pytest.mark.parametrize("part", range(PARTS))
def test_every_module_imports_alone_without_a_warning(modules: list[Any], part: int) -> None:
    names = [module.name for module in modules if not module.name.endswith(".__main__")][part::PARTS]
    faults = _faults(names, {name for module in modules for name in module.imported if not name.startswith("k2k_")})
    assert faults == {}, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())


def test_an_import_that_warns_or_leaves_a_thread_behind_is_found(tmp_path: Path) -> None:
    (tmp_path / "warning.py").write_text("import warnings\nwarnings.warn('old', DeprecationWarning)\n")
    (tmp_path / "lingering.py").write_text("import threading\nthreading.Timer(9, print).start()\n")
    (tmp_path / "quiet.py").write_text("import json\n")
    faults = _faults(["warning", "lingering", "quiet"], folder=tmp_path)
    assert set(faults) == {"warning", "lingering"}
