"""The top level is as docs/architecture.md says, and setup.cfg names every package."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDERS = {"k2k_core", "plugins", "console", "config", "tests"}
BESIDE = {"setup.cfg", "README.md", "CHANGELOG.md", "LICENSE", "Makefile", "pyproject.toml", "ruff.toml", "docs"}
BESIDE |= {".ci", ".gitignore", "requirements.txt"}


@pytest.fixture(scope="module")
def setup_cfg(top: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(top / "setup.cfg", encoding="utf-8")
    return parser


def _listed(setup_cfg: configparser.ConfigParser, section: str, key: str) -> list[str]:
    return [line.strip() for line in setup_cfg[section][key].splitlines() if line.strip()]


def _pins(path: Path) -> dict[str, str]:
    lines = [line.partition("#")[0].strip(" \\") for line in path.read_text("utf-8").splitlines()]
    pinned = [line.split("==") for line in lines if line and not line.startswith(("-r ", "--hash="))]
    return {canonicalize_name(name): version for name, version in pinned}


def test_the_top_level_is_fixed(top: Path, own_files: list[Path]) -> None:
    assert {path.relative_to(top).parts[0] for path in own_files} == FOLDERS | BESIDE


def test_setup_cfg_names_every_package(setup_cfg: configparser.ConfigParser, modules: list[object], top: Path) -> None:
    found = {
        ".".join(path.parent.relative_to(root).parts)
        for root in (top, top / "plugins", top / "console", top / "config")
        for path in root.glob("k2k_*/**/__init__.py")
    }
    assert set(_listed(setup_cfg, "options", "packages")) == found


def test_every_bundled_plugin_has_its_folder_its_entry_point_and_its_readme(
    setup_cfg: configparser.ConfigParser, top: Path
) -> None:
    entries = dict(line.split(" = ") for line in _listed(setup_cfg, "options.entry_points", "k2k.plugins"))
    folders = {path.name for path in (top / "plugins").iterdir() if path.is_dir()} - {"__pycache__", "samples"}
    assert set(entries) == folders
    assert [name for name in sorted(folders) if not (top / "plugins" / name / "README.md").is_file()] == []


@pytest.mark.parametrize(
    ("section", "key", "file"),
    [
        ("options", "install_requires", "requirements.txt"),
        ("options.extras_require", "api", "requirements.txt"),
        ("options.extras_require", "console", "requirements.txt"),
        ("options.extras_require", "postgresql", "tests/requirements.txt"),
        ("options.extras_require", "test", "tests/requirements.txt"),
    ],
)
def test_the_pins_are_within_the_ranges_of_setup_cfg(
    setup_cfg: configparser.ConfigParser, top: Path, section: str, key: str, file: str
) -> None:
    pins = _pins(top / "requirements.txt") | _pins(top / file)
    wanted = [Requirement(line) for line in _listed(setup_cfg, section, key)]
    outside = [
        str(requirement)
        for requirement in wanted
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"))
    ]
    assert outside == []
