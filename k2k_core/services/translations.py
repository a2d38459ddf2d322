"""Texts for people, in their language. They are data: `k2k_config/translations/<locale>.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FALLBACK = "en"


def translated(name: str, locale: str, facts: Mapping[str, object]) -> str:
    """The text `event.subject` or `event.body` in a locale, else in English, with its facts filled in."""
    event, _, part = name.rpartition(".")
    template = _texts(locale).get(event, {}).get(part) or _texts(FALLBACK)[event][part]
    return template.format_map({name: _said(fact, locale) for name, fact in facts.items()})


class Text(NamedTuple):
    """A fact that is itself a text, `section.name`, said in the language of whoever reads it.

    A name that has no text, such as a code of somebody's plugin, stands for itself.
    """

    name: str
    facts: Mapping[str, object] = {}


def _said(fact: object, locale: str) -> object:
    if not isinstance(fact, Text):
        return fact
    section, _, part = fact.name.rpartition(".")
    known = any(part in _texts(one).get(section, {}) for one in (locale, FALLBACK))
    return translated(fact.name, locale, fact.facts) if known else part


def words(section: str, locale: str) -> Mapping[str, str]:
    """All texts of a section, such as the captions of an `invoice`, in a locale; in English where it has none."""
    return {**_texts(FALLBACK)[section], **_texts(locale).get(section, {})}


@cache
def _texts(locale: str) -> Mapping[str, Mapping[str, str]]:
    source = files("k2k_config").joinpath("translations", f"{locale}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
