"""A plugin environment for each test: the bundled plugins, and the samples that the test names."""

from __future__ import annotations

import configparser
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from k2k_core.hooks import Manifest, hookimpl
from k2k_core.runtime import (
    Broken,
    CallStatistics,
    Hierarchies,
    Limits,
    Plugin,
    Registry,
    discover,
    load,
    read_hierarchies,
)
from k2k_core.testing.plugin_installation import install_source, write_metadata

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "sample_plugins"
PATIENT = Limits(deadline=20.0)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages in which K2K itself is installed, wherever the tests run."""
    target = tmp_path / "site"
    target.mkdir()
    config = configparser.ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    write_metadata(config, target)
    for folder in (ROOT / "plugins", ROOT / "config", target):
        monkeypatch.syspath_prepend(folder)
    yield target
    for name in [name for name in sys.modules if name.startswith("k2k_sample_")]:
        del sys.modules[name]


@pytest.fixture
def install(site: Path) -> Callable[..., None]:
    """Installs sample plugins by name."""

    def installer(*names: str) -> None:
        for name in names:
            install_source(SAMPLES / name, site)

    return installer


@pytest.fixture
def hierarchies(shipped_hierarchies: dict[str, Any]) -> Hierarchies:
    """The shipped hierarchies, read."""
    return read_hierarchies(shipped_hierarchies)


@pytest.fixture
def shipped_hierarchies(site: Path) -> dict[str, Any]:
    """The content of `hierarchies.toml`."""
    return tomllib.loads((ROOT / "config" / "k2k_config" / "hierarchies.toml").read_text("utf-8"))


@pytest.fixture
def plugin_of() -> Callable[..., Plugin]:
    """Makes a plugin out of contributions per hook: `plugin_of("acme", price_resolvers=[...])`."""
    return make_plugin


def make_module(name: str, **contributions: Any) -> ModuleType:
    """A module with a manifest and a hook for each keyword; a callable is the hook itself, a list what it returns."""
    module = ModuleType(name)
    module.__dict__["manifest"] = Manifest(name=name, title=name, owner=f"{name} owner")
    for hook, answer in contributions.items():
        if not callable(answer):
            answer = _returning(answer)
        module.__dict__[hook] = hookimpl(answer)
    return module


def _returning(answer: object) -> Callable[[], object]:
    def hook() -> object:
        return answer

    return hook


def make_plugin(name: str, *, bundled: bool = False, **contributions: Any) -> Plugin:
    """The plugin as discovery finds it; `bundled` as if it came with K2K."""
    (plugin,) = discover([(name, make_module(name, **contributions))], installed=False)
    assert isinstance(plugin, Plugin), plugin
    return replace(plugin, distribution="k2k") if bundled else plugin


def make_registry(*plugins: Plugin | Broken, steps: tuple[str, ...] = (), **own: Any) -> Registry:
    """A registry for ACME with one hierarchy for `k2k`."""
    rows = {"hierarchy": [{"inventory_type": "k2k", "steps": list(steps)}]} if steps else {}
    statistics = own.pop("statistics", None) or CallStatistics(own.pop("limits", PATIENT))
    settings = own.pop("settings", {})
    return load(plugins, "ACME", settings, read_hierarchies(rows), own.pop("overrides", None), statistics=statistics)


@pytest.fixture
def registry_of() -> Callable[..., Registry]:
    """Makes a registry of plugins: `registry_of(plugin, steps=("a_step",))`."""
    return make_registry
