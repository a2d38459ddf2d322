"""Texts for people, in their language. They are data: `k2k_config/translations/<locale>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

FALLBACK = "en"


def translated(name: str, locale: str, facts: Mapping[str, object]) -> str:
    """The text `event.subject` or `event.body` in a locale, else in English, with its facts filled in."""
    event, _, part = name.rpartition(".")
    template = _texts(locale).get(event, {}).get(part) or _texts(FALLBACK)[event][part]
    return template.format_map(facts)


@cache
def _texts(locale: str) -> Mapping[str, Mapping[str, str]]:
    source = files("k2k_config").joinpath("translations", f"{locale}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
