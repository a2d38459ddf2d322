"""Installs a plugin's source for tests: copies its packages and writes its metadata, as an installer would, in
milliseconds."""

from __future__ import annotations

import configparser
import shutil
from pathlib import Path


def install_source(source: Path, target: Path) -> str:
    """Install the project in folder `source` into folder `target`, which belongs on `sys.path`. Returns its name."""
    config = configparser.ConfigParser(interpolation=None)
    if not config.read(source / "setup.cfg", encoding="utf-8"):
        raise FileNotFoundError(f"{source} has no setup.cfg")
    target.mkdir(parents=True, exist_ok=True)
    folders = dict(line.split("=") for line in _lines(config, "package_dir"))
    folders = {name.strip(): folder.strip() for name, folder in folders.items()}
    for package in _lines(config, "packages"):
        shutil.copytree(source / folders.get(package, package.replace(".", "/")), target / package, dirs_exist_ok=True)
    for module in _lines(config, "py_modules"):
        shutil.copy2(source / f"{module}.py", target)
    return write_metadata(config, target)


def write_metadata(config: configparser.ConfigParser, target: Path) -> str:
    """The `.dist-info` of a project: its name, and its entry points. Returns the project's name."""
    about = config["metadata"]
    name, version = about["name"], about["version"]
    folder = target / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    if "author" in about:
        lines.append(f"Author: {about['author']}")
    (folder / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    groups = []
    if config.has_section("options.entry_points"):
        groups = [f"[{group}]\n{points.strip()}" for group, points in config["options.entry_points"].items()]
    (folder / "entry_points.txt").write_text("\n\n".join(groups) + "\n", encoding="utf-8")
    return name


def _lines(config: configparser.ConfigParser, option: str) -> list[str]:
    text = config.get("options", option, fallback="")
    return [line.strip() for line in text.splitlines() if line.strip()]
