"""A new plugin: a project that can be installed, with one contribution for each hook that is asked for, its settings,
its help for admins and its tests. All of it is data of `templates`."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from k2k_core.cli.plugin_kit.sketches import SKETCHES, Option
from k2k_core.errors import Conflict, Invalid
from k2k_core.runtime.discovery import discover
from k2k_core.runtime.plugin import BUNDLED_DISTRIBUTION

NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


def package_of(project: str) -> str:
    """The Python package of a project of some name; raises `Invalid` where there can be none, `Conflict` where a
    plugin of that name is installed."""
    package = project.replace("-", "_")
    if not NAME.fullmatch(project) or keyword.iskeyword(package):
        raise Invalid(
            "{name} is no name for a plugin: small letters and digits, with hyphens between, as in acme-friends.",
            name=project,
        )
    taken = {one.name: one.distribution for one in discover()}
    if package in taken or package == BUNDLED_DISTRIBUTION or package.startswith("k2k_core"):
        raise Conflict("A plugin {name} is installed already.", name=package)
    return package


def write_project(folder: Path, project: str, title: str, owner: str, hooks: Sequence[str]) -> list[Path]:
    """Write a new project into a folder that is not there yet, or empty; its files. Raises `Conflict` else."""
    package = package_of(project)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict("{folder} is there already, and not empty.", folder=str(folder))
    written = []
    for name, text in _files(project, package, title, owner, hooks):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(path)
    return written


def _files(project: str, package: str, title: str, owner: str, hooks: Sequence[str]) -> Iterator[tuple[str, str]]:
    words = {"project": project, "package": package, "title": title, "owner": owner, **_settings(package, hooks)}
    yield "pyproject.toml", _filled("pyproject", words)
    yield "setup.cfg", _filled("setup", words)
    yield "README.md", _filled("readme", words)
    yield ".github/workflows/tests.yml", _filled("ci", words)
    yield f"{package}/py.typed", ""
    yield f"{package}/__init__.py", _filled("manifest", words)
    yield f"{package}/README.md", _help(package, title, hooks)
    yield "tests/test_contract.py", _filled("contract", words)
    for hook in hooks:
        yield f"{package}/{SKETCHES[hook].module}.py", _filled(hook, words)
        yield f"tests/test_{SKETCHES[hook].module}.py", _filled(f"test_{hook}", words)


def _settings(package: str, hooks: Sequence[str]) -> dict[str, str]:
    settings = [setting for hook in hooks for setting in SKETCHES[hook].settings]
    fields = "\n".join(_described(one) for one in settings)
    modules = sorted((f"{package}.{SKETCHES[hook].module}", hook) for hook in hooks)
    return {
        "imports": "\n".join(f"from {module} import {hook}" for module, hook in modules),
        "exported": ", ".join(f'"{name}"' for name in sorted(("Settings", "manifest", *hooks), key=_as_sorted)),
        "fields": fields,
        "validate": ", validate" if "validate." in fields else "",
        "defaults": _mapping({one.name: one.default for one in settings}),
        "samples": _mapping({one.name: one.sample for one in settings}),
    }


def _described(setting: Option) -> str:
    """The line of a setting, with the meaning that `k2k plugin show` says of it; broken where it is too long."""
    kind, _, given = setting.field.removesuffix(")").partition("(")
    arguments = ", ".join(filter(None, [given, f'metadata={{"description": "{setting.help}"}}']))
    line = f"    {setting.name} = {kind}({arguments})"
    return line if len(line) <= 120 else f"    {setting.name} = {kind}(\n        {arguments}\n    )"


def _as_sorted(name: str) -> tuple[bool, str]:
    """Classes before functions, as linters sort `__all__`."""
    return name[0].islower(), name


def _mapping(values: Mapping[str, str]) -> str:
    """The lines of a dictionary between its braces, within a call or a class."""
    return "".join(f'        "{name}": {value},\n' for name, value in values.items())


def _help(package: str, title: str, hooks: Sequence[str]) -> str:
    """The help for admins: a heading for each contribution."""
    parts = [f"# {package}\n\n{title}."]
    for hook in hooks:
        sketch = SKETCHES[hook]
        names = ("pdf", "png", "zpl") if hook == "label_renderers" else (sketch.name.format(package=package),)
        parts.append(f"## {hook}: {', '.join(f'`{name}`' for name in names)}\n\n{sketch.help}")
        parts.append("\n".join(f"* `{one.name}`: {one.help} (default: `{one.default}`)" for one in sketch.settings))
    return "\n\n".join(parts) + "\n"


def _filled(template: str, words: Mapping[str, str]) -> str:
    text = (files(__package__) / "templates" / f"{template}.txt").read_text("utf-8")
    return Template(text).substitute(words)
