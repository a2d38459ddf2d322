"""An installed plugin: a usable one, or a broken one with the reason."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from types import ModuleType
from typing import NamedTuple

from k2k_core.hooks import Manifest

BUNDLED_DISTRIBUTION = "k2k"
"""Plugins of this distribution are bundled: they run without a worker thread, and another plugin never replaces
them."""


class SettingField(NamedTuple):
    """A setting of a plugin: its type, whether it must be given, its default, what it means where the plugin says so
    (`metadata={"description": ...}`), and whether it is a secret (`load_only`, or `metadata={"secret": True}`)."""

    name: str
    type: str
    required: bool
    default: object
    meaning: str
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin that passed every check. `distribution` and `version` are empty if a host listed it; `fields` are its
    settings as its schema declares them."""

    name: str
    module: ModuleType
    manifest: Manifest
    distribution: str = ""
    version: str = ""
    fields: tuple[SettingField, ...] = ()

    @property
    def owner(self) -> str:
        """Whom to contact."""
        return self.manifest.owner

    @property
    def mark(self) -> str:
        """The mark of the versions that may stand in for each other: the plugin's own word, or its major version."""
        return self.manifest.compatible or self.version.partition(".")[0]

    @property
    def bundled(self) -> bool:
        """Whether it is part of K2K's own distribution."""
        return self.distribution == BUNDLED_DISTRIBUTION


@dataclass(frozen=True, slots=True)
class Broken:
    """A plugin that contributes nothing: a stable `code`, the problem as text, and the command to run next."""

    name: str
    owner: str
    code: str
    problem: str
    next_step: str
    distribution: str = ""
    version: str = ""


class Refused(Exception):
    """A check failed. The caller knows the plugin and turns this into a `Broken`."""

    def __init__(self, code: str, problem: str, next_step: str = "") -> None:
        super().__init__(problem)
        self.code = code
        self.problem = problem
        self.next_step = next_step


def logger(plugin: str) -> logging.Logger:
    """The logger for a plugin's own messages and the tracebacks of its failures: `k2k.plugins.<name>`."""
    return logging.getLogger(f"k2k.plugins.{plugin}")


def process_name() -> str:
    """This process, in findings: its machine and its number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def next_command(code: str, plugin: str, module: str, distribution: str) -> str:
    """What a person runs next about a broken plugin: see the fault, upgrade the plugin, or look at its settings. An
    import that fails is seen by importing; all else that is wrong with it, by its check."""
    package = distribution or module
    commands = {
        "import_failed": f'python -c "import {module}"',
        "import_timeout": f'python -X importtime -c "import {module}"',
        "api_version": f"pip install --upgrade {package}",
        "bad_settings": "k2k plugins",
        "duplicate": f"pip uninstall {package}",
        "duplicate_name": f"pip uninstall {package}",
    }
    return commands.get(code, f"k2k plugin check {plugin}")
