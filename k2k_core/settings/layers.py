"""Which layer has the last word: defaults < configuration of the installation < company < environment.

Every layer gives the same form, JSON without floats; a setting that no layer gives is unset.
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
from k2k_core.settings.catalogue import BY_NAME, GROUPS

PREFIX = "K2K_SETTING_"
"""`K2K_SETTING_CART_MINUTES=30` overrules every company of the installation."""

Values = dict[str, Any]


class Layers:
    """The layers of one installation. Immutable once made."""

    def __init__(self, config: Path | None = None, environ: Mapping[str, str] | None = None) -> None:
        """Read the defaults, the installation's own file `config` (groups as in `defaults.toml`) and `environ`.

        Raises `NotConfigured` for a file that cannot be read and for values that break the rules of their setting.
        """
        defaults = _of_toml(files("k2k_config").joinpath("defaults.toml").read_text("utf-8"), "defaults.toml")
        self._below = {**defaults, **(_of_file(config) if config else {})}
        self._above = _of_environment(environ or {})

    def company(self, code: str, own: Mapping[str, object]) -> CompanySettings:
        """The settings in force for the company `code`, which has itself set `own` (as stored; null is unset)."""
        given = {name: _read(name, value, f"company {code}") for name, value in own.items() if value is not None}
        return CompanySettings(**{**self._below, **given, **self._above})

    def source(self, name: str, own: Mapping[str, object]) -> str:
        """Which layer has the last word on a setting: environment, company, or installation."""
        if name in self._above:
            return "environment"
        return "company" if own.get(name) is not None else "installation"


def _of_file(path: Path) -> Values:
    try:
        return _of_toml(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured(f"The configuration file {path} cannot be read: {error}") from None


def _of_toml(text: str, where: str) -> Values:
    try:
        groups = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise NotConfigured(f"{where} is not TOML: {error}") from None
    found: Values = {}
    for group, given in groups.items():
        if group not in GROUPS or not isinstance(given, dict):
            raise NotConfigured(f"{where}: [{group}] is no group of settings; there are {', '.join(GROUPS)}.")
        values = dict(given)
        found |= {name: None for name in values.pop("unset", ()) if _known(name, where)}
        found |= {name: _read(name, value, where) for name, value in values.items()}
    return found


def _of_environment(environ: Mapping[str, str]) -> Values:
    found: Values = {}
    for variable in sorted(environ):
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            _known(name, f"the environment ({variable})")
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
        raise NotConfigured(f"{variable} is not JSON.") from None


def _known(name: str, where: str) -> bool:
    if name not in BY_NAME:
        raise NotConfigured(f"{where} sets {name}, which is not a setting.")
    return True


def _read(name: str, value: object, where: str) -> Any:
    _known(name, where)
    try:
        return BY_NAME[name].kind.read(value)
    except Invalid as error:
        raise NotConfigured(f"{where}: {name}: {error.message}") from None
