"""Texts of mails and documents with their facts, in the language of their reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from k2k_core.texts import texts


def translated(name: str, locale: str, facts: Mapping[str, object]) -> str:
    """The text `event.subject` or `event.body` in a locale, else in English, with its facts."""
    section, _, part = name.rpartition(".")
    return texts(section, locale)[part].format_map({name: _said(fact, locale) for name, fact in facts.items()})


class Text(NamedTuple):
    """A fact that is itself a text, `section.name`, translated for its reader.

    A name without a text, such as a code of a third party's plugin, is shown as it is.
    """

    name: str
    facts: Mapping[str, object] = {}


def _said(fact: object, locale: str) -> object:
    if not isinstance(fact, Text):
        return fact
    section, _, part = fact.name.rpartition(".")
    return translated(fact.name, locale, fact.facts) if part in texts(section, locale) else part
