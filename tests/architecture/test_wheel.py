"""The wheel contains every module and every data file of every package."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOTS = ("k2k_core", "plugins", "console", "config")
FILES = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.egg-info", "build")


@pytest.fixture(scope="module")
def wheel(top: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, built from a copy: setuptools leaves its traces where it builds."""
    source = tmp_path_factory.mktemp("source")
    for name in ROOTS:
        shutil.copytree(top / name, source / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy(top / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", "wheels", "."], cwd=source, check=True, capture_output=True, timeout=240)
    (path,) = (source / "wheels").glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_every_file_of_every_package(top: Path, own_files: list[Path], wheel: zipfile.ZipFile) -> None:
    relative = [path.relative_to(top).parts for path in own_files]
    of_packages = [parts for parts in relative if parts[0] in ROOTS and parts[:2] != ("plugins", "samples")]
    packaged = {"/".join(parts[parts[0] != "k2k_core" :]) for parts in of_packages}
    assert packaged - set(wheel.namelist()) == set()


def test_the_wheel_brings_no_import_name_but_its_own(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert {top for top in tops if not top.startswith("k2k")} == set()
