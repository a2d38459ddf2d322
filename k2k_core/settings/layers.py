"""The layers of settings and their precedence: defaults < configuration of the installation < company < environment.

Every layer has the same form, JSON without floats; a setting that no layer has is unset.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from k2k_core.domain.settings import CompanySettings
from k2k_core.errors import Invalid, NotConfigured
from k2k_core.hooks import specs
from k2k_core.messages import Message
from k2k_core.settings.catalogue import BY_NAME, GROUPS

PREFIX = "K2K_SETTING_"
"""`K2K_SETTING_CART_MINUTES=30` overrides the setting for every company of the installation."""

LAYERS = ("installation", "company", "environment")
"""The layers that the value of a setting comes from, as `Layers.source` names them."""

CONFIG = "K2K_CONFIG"
"""The environment variable that names the installation's own file, where the program does not."""

OVERRIDES = "overrides"
"""The table of that file that picks a plugin if two contribute the same name: `[overrides.price_resolvers]`."""

HOOKS = tuple(
    hook.__name__
    for hook in (specs.price_resolvers, specs.eligibility_rules, specs.label_renderers, specs.ship_via_handlers)
)

Values = dict[str, Any]


class Layers:
    """The layers of one installation. Immutable once made."""

    def __init__(self, config: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        """Read the defaults, the installation's own file `config` (groups as in `defaults.toml`; else the one that
        `K2K_CONFIG` names) and `environ`. `overrides` are its own: hook → name → plugin.

        Raises `NotConfigured` for a file that cannot be read and for values that break the rules of their setting.
        """
        named = (environ or {}).get(CONFIG, "").strip()
        path = config or (Path(named) if named else None)
        defaults = files("k2k_config").joinpath("defaults.toml").read_text("utf-8")
        own = _file(path) if path else {}
        self.overrides = _overrides(own.pop(OVERRIDES, {}), str(path))
        self._below = {**_values(_toml(defaults, "defaults.toml"), "defaults.toml"), **_values(own, str(path))}
        self._above = _of_environment(environ or {})

    def company(self, code: str, own: Mapping[str, object]) -> CompanySettings:
        """The settings in force for the company `code`, whose own settings are `own` (as stored; null is unset)."""
        given = {
            name: _read(name, value, Message("company {code}", code=code))
            for name, value in own.items()
            if value is not None
        }
        return CompanySettings(**{**self._below, **given, **self._above})

    def source(self, name: str, own: Mapping[str, object]) -> str:
        """The layer that a setting's value comes from: environment, company, or installation."""
        if name in self._above:
            return "environment"
        return "company" if own.get(name) is not None else "installation"


def _overrides(given: object, where: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    tables = given if isinstance(given, dict) else {"": given}
    for hook, chosen in tables.items():
        if hook not in HOOKS:
            raise NotConfigured(
                "{where}: [{overrides}] has a table for each hook, not {hook!r}: {known}.",
                where=where,
                overrides=OVERRIDES,
                hook=hook,
                known=list(HOOKS),
            )
        if not isinstance(chosen, dict) or not all(isinstance(plugin, str) for plugin in chosen.values()):
            raise NotConfigured(
                '{where}: [{overrides}.{hook}] has lines such as name = "plugin".',
                where=where,
                overrides=OVERRIDES,
                hook=hook,
            )
        found[hook] = dict(chosen)
    return found


def _file(path: Path) -> Values:
    try:
        return _toml(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured("The configuration file {path} cannot be read: {why}", path=path, why=error) from None


def _toml(text: str, where: str) -> Values:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise NotConfigured("{where} is not TOML: {why}", where=where, why=error) from None


def _values(groups: Values, where: str) -> Values:
    found: Values = {}
    for group, given in groups.items():
        if group not in GROUPS or not isinstance(given, dict):
            raise NotConfigured(
                "{where}: [{group}] is no group of settings; there are {known}.",
                where=where,
                group=group,
                known=list(GROUPS),
            )
        values = dict(given)
        found |= {name: None for name in values.pop("unset", ()) if _known(name, where)}
        found |= {name: _read(name, value, where) for name, value in values.items()}
    return found


def _of_environment(environ: Mapping[str, str]) -> Values:
    found: Values = {}
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            _known(name, Message("the environment ({variable})", variable=variable))
            found[name] = _of_text(name, environ[variable], variable)
    return found


def _of_text(name: str, text: str, variable: str) -> Any:
    if not text.strip():
        return None
    if not BY_NAME[name].kind.structured:
        return _read(name, text, variable)
    try:
        return _read(name, json.loads(text, parse_float=Decimal), variable)
    except ValueError:
        raise NotConfigured("{variable} is not JSON.", variable=variable) from None


def _known(name: str, where: str) -> bool:
    if name not in BY_NAME:
        raise NotConfigured("{where} sets {name}, which is not a setting.", where=where, name=name)
    return True


def _read(name: str, value: object, where: str) -> Any:
    _known(name, where)
    try:
        return BY_NAME[name].kind.read(value)
    except Invalid as error:
        raise NotConfigured("{where}: {name}: {problem}", where=where, name=name, problem=error.message) from None
