"""The language that the command line speaks: that of `--language`, else the environment's (`LC_ALL`, `LC_MESSAGES`,
`LANG`), else English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar

from k2k_core.domain.languages import FALLBACK, language
from k2k_core.messages import Message, as_message, localized
from k2k_core.texts import translator

OPTION = "--language"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


_SPOKEN = ContextVar("spoken", default=FALLBACK)


def speak(locale: str) -> None:
    """Speak the language of a locale from now on."""
    _SPOKEN.set(language(locale).code)


def spoken() -> str:
    """The code of the language that is spoken."""
    return _SPOKEN.get()


def asked_for(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """The locale that a call asks for, before its arguments are read: their help and faults are in it too."""
    for place, given in enumerate(arguments):
        if given == OPTION and place + 1 < len(arguments):
            return arguments[place + 1]
        if given.startswith(f"{OPTION}="):
            return given.partition("=")[2]
    named = next((environ[name] for name in VARIABLES if environ.get(name)), "")
    return named.partition(".")[0].replace("_", "-")


def words(template: str, **facts: object) -> str:
    """A sentence in the language that is spoken."""
    return localized(Message(template, **facts), translator(spoken()))


def said(text: str) -> str:
    """A text in the language that is spoken: a message, a literal that the catalogues know, else as it is."""
    return localized(as_message(text), translator(spoken()))
