"""The languages of the product, and how each formats numbers. The texts are catalogues, one folder for each language
(`k2k_config/translations/<code>/`), read by `k2k_core.texts`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language. `code` is its BCP 47 code, `name` its own name for itself; `thousands` and `decimals` separate the
    digits of its numbers."""

    code: str
    name: str
    thousands: str = ","
    decimals: str = "."


FALLBACK = "en"
"""The default language, and that of a text that a catalogue lacks."""

LANGUAGES = (
    Language("en", "English"),
    Language("es", "Español", thousands=".", decimals=","),
)
"""Another language is one more line here and one more catalogue."""


def codes() -> tuple[str, ...]:
    """The codes of the languages, in the order of `LANGUAGES`."""
    return tuple(one.code for one in LANGUAGES)


def names() -> tuple[tuple[str, str], ...]:
    """Code and name of each language."""
    return tuple((one.code, one.name) for one in LANGUAGES)


def language(locale: str) -> Language:
    """The language of a locale such as `es`, `es-CO` or `ES_co`; English for an unknown one."""
    wanted = locale.replace("_", "-").split("-")[0].lower()
    return next((one for one in LANGUAGES if one.code == wanted), LANGUAGES[0])
