"""The context that a hook is called with."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

API_VERSION = 1
"""Rises when plugins can be written in a way that does not work with the version before."""

OLDEST_API_VERSION = 1
"""Plugins that were written for a version from this one on go on working."""


@dataclass(frozen=True, slots=True)
class PluginContext:
    """The argument of every hook.

    * `plugin`: your plugin's name.
    * `company`: the code of the company that the contributions are for.
    * `settings`: your plugin's settings of that company, with the defaults filled in.
    * `log`: a logger, `k2k.plugins.` and your name.
    * `api_version`: the version of the hooks in this release of K2K.
    """

    plugin: str
    company: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    log: logging.Logger = field(default_factory=lambda: logging.getLogger("k2k.plugins"))
    api_version: int = API_VERSION
