"""What a plugin says of itself, before any of its hooks is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from marshmallow import Schema

from k2k_core.hooks.context import API_VERSION


@dataclass(frozen=True, slots=True)
class Manifest:
    """A module's `manifest`: name (as in the entry point), owner to turn to, API version, settings with their defaults.

    `settings_schema` is a marshmallow schema class; `defaults` must load with it.
    """

    name: str
    title: str
    owner: str
    api_version: int = API_VERSION
    settings_schema: type[Schema] | None = None
    defaults: Mapping[str, object] = field(default_factory=dict)
