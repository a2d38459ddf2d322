"""What a plugin is told when it is asked for its contributions."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

API_VERSION = 1
"""Rises when a plugin written for the version before would no longer be right."""


@dataclass(frozen=True, slots=True)
class PluginContext:
    """The plugin's own name, the company it is loaded for, its settings there, a logger, and the API version."""

    plugin: str
    company: str
    settings: Mapping[str, object] = field(default_factory=dict)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("k2k.plugins"))
    api_version: int = API_VERSION
