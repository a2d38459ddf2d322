"""Every module can be imported alone, without a warning and without starting a thread.

Each import happens in a fork of an interpreter that has imported the layers below and nothing else of the project, so
that no module depends on what another one of its layer happened to import first. What is below knows nothing of what is
above (`[importlinter:contract:layers]`); it and third-party packages are imported once: they take most of the time.
"""

from __future__ import annotations

import configparser
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

ALONE = """
import importlib, json, os, sys, threading, traceback

def attempt(name):
    try:
        importlib.import_module(name)
    except BaseException:
        return traceback.format_exc(limit=-3)
    return "it left a thread behind" if threading.active_count() > 1 else ""

def prepare(names):
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            pass  # the module that needs it will say so

def fault_of(name):
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
    died = os.waitpid(child, 0)[1]
    return fault or ("the interpreter died" if died else "")

layers, outside = json.loads(sys.argv[1])
faults = {}
prepare(outside)
for layer in layers:
    faults |= {name: fault for name in layer if (fault := fault_of(name))}
    if layer is not layers[-1]:
        prepare(layer)
print(json.dumps(faults))
"""


def _faults(layers: Sequence[Sequence[str]], outside: Iterable[str] = (), folder: Path | None = None) -> dict[str, str]:
    command = [sys.executable, "-W", "error", "-c", ALONE, json.dumps([layers, sorted(outside)])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    faults: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return faults


def _by_layer(names: Iterable[str], top: Path) -> list[list[str]]:
    """Names of modules by their layer of the core, the lowest first; those outside the core last."""
    contracts = configparser.ConfigParser()
    contracts.read(top / "setup.cfg", "utf-8")
    declared = contracts["importlinter:contract:layers"]["layers"].split("\n")
    layers = {layer: number for number, line in enumerate(reversed(declared)) for layer in re.findall(r"\w+", line)}
    found: list[list[str]] = [[] for _ in range(len(declared) + 1)]
    for name in names:
        package, layer, *_ = [*name.split("."), ""]
        found[layers.get(layer, 0) if package == "k2k_core" else len(declared)].append(name)
    return found


@pytest.mark.long
def test_every_module_imports_alone_without_a_warning(modules: list[Any], top: Path) -> None:
    names = [module.name for module in modules if not module.name.endswith(".__main__")]
    outside = {name for module in modules for name in module.imported if not name.startswith("k2k_")}
    layers = _by_layer(names, top)
    assert min(len(layers[-1]), len(max(layers, key=len))) > 100, "the layers are read"
    faults = _faults(layers, outside)
    assert faults == {}, "\n\n".join(f"{name}: {fault}" for name, fault in faults.items())


def test_an_import_that_warns_or_leaves_a_thread_behind_is_found(tmp_path: Path) -> None:
    (tmp_path / "warning.py").write_text("import warnings\nwarnings.warn('old', DeprecationWarning)\n")
    (tmp_path / "lingering.py").write_text("import threading\nthreading.Timer(9, print).start()\n")
    (tmp_path / "quiet.py").write_text("import json\n")
    (tmp_path / "above.py").write_text("import quiet\nimport missing\n")
    faults = _faults([["warning", "quiet"], ["lingering", "above"]], folder=tmp_path)
    assert set(faults) == {"warning", "lingering", "above"}
