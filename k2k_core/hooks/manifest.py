"""The manifest of a plugin, which is read before any of its hooks is called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from k2k_core.hooks.context import API_VERSION

if TYPE_CHECKING:
    from marshmallow import Schema


@dataclass(frozen=True, slots=True)
class Manifest:
    """The declaration of a plugin: the module attribute `manifest`.

    * `name`: the name of the entry point.
    * `title`: the name for people.
    * `owner`: whom to contact when it fails, as `Name <address>`.
    * `api_version`: the version of the hooks that it was written for.
    * `settings_schema`: a marshmallow schema class for its settings of a company; None when it has none.
    * `defaults`: its settings where a company sets none; they must load with the schema.
    * `compatible`: a mark of the versions that may stand in for each other, such as `2`; empty for the major version.
      A company that relies on one mark is not served with another until an admin accepts it.
    """

    name: str
    title: str
    owner: str
    api_version: int = API_VERSION
    settings_schema: type[Schema] | None = None
    defaults: Mapping[str, object] = field(default_factory=dict)
    compatible: str = ""
