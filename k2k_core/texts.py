"""Texts for people in their language, from the catalogues in `k2k_config/translations/<code>/`: `texts.toml` for mails,
labels and invoices, `LC_MESSAGES/core.po` for errors and reasons (`k2k_core.messages`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from k2k_core.domain.languages import FALLBACK, language
from k2k_core.messages import Translate

FOLDER = Path(import_module("k2k_config").__path__[0], "translations")
"""The catalogues, one folder a language: `texts.toml`, and in `LC_MESSAGES` `core.po` with errors and reasons and
`console.po` with what the console says."""


def texts(section: str, locale: str) -> Mapping[str, str]:
    """All texts of a section, such as the captions of a `label`, in the language of a locale such as `es` or `es-CO`.

    In English for an unknown language, and text by text for one whose catalogue lacks it; nothing for an unknown
    section.

    * `section`: the name of the section.
    * `locale`: the code of a language, with or without a country.
    """
    return _section(section, language(locale).code)


def translator(locale: str) -> Translate:
    """A function from an English template to its translation for a locale; the template itself where there is none."""
    return _messages(language(locale).code).gettext


@cache
def _messages(code: str) -> NullTranslations:
    source = FOLDER.joinpath(code, "LC_MESSAGES", "core.mo")
    if not source.is_file():
        return NullTranslations()
    with source.open("rb") as file:
        return GNUTranslations(file)


@cache
def _section(name: str, code: str) -> Mapping[str, str]:
    return MappingProxyType({**_catalogue(FALLBACK).get(name, {}), **_catalogue(code).get(name, {})})


@cache
def _catalogue(code: str) -> Mapping[str, Mapping[str, str]]:
    source = FOLDER.joinpath(code, "texts.toml")
    return tomllib.loads(source.read_text(encoding="utf-8")) if source.is_file() else {}
