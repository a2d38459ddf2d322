"""An invented language, made of the English texts in Greek letters: whatever is still in Latin letters is either data
or a text that bypasses the translations. Facts in braces and `%(names)s` stay as they are; the forms for one and for
many are translated."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from k2k_core import texts
from k2k_core.domain import languages

CODE = "eo"
"""Babel knows only codes of languages that there are; the product has no Esperanto."""

NAME = "Ελληνικα"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_GREEK = "αβξδεφγηιϕκλμνοπθρστυνωχψζ"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _GREEK + _GREEK.upper())
_FACT = re.compile(r"(\{\w*(?::[^|{}]*)?\}|\{\w+:(?=[^{}]*\|)|%\(\w+\)[sd]|<[^>]*>|&\w+;)")
_WORD = re.compile(r"[A-Za-z]\w+")
_TYPED = ("code", "name", "description", "email", "company", "product", "box_type", "currency", "timezone", "reason")


def said(english: str) -> str:
    """An English text in the invented language."""
    parts = _FACT.split(english)
    return "".join(part if number % 2 else part.translate(_LETTERS) for number, part in enumerate(parts))


def untranslated(shown: str, data: str) -> list[str]:
    """Words in Latin letters that are no data: `data` is any text that holds what may be shown as it was typed."""
    known = set(_WORD.findall(data))
    return [word for word in _WORD.findall(shown) if word not in known]


def typed(network: object) -> str:
    """What people typed into a network: its names, codes and descriptions."""
    if isinstance(network, dict):
        own = [str(value) for key, value in network.items() if key in _TYPED and not isinstance(value, (dict, list))]
        return " ".join([*own, *(typed(value) for value in network.values())])
    return " ".join(typed(value) for value in network) if isinstance(network, list) else ""


def install(monkeypatch: pytest.MonkeyPatch, folder: Path) -> str:
    """Add the language as anybody would: a catalogue in the folder of catalogues, and a line in the list of them."""
    shipped = texts.FOLDER
    for code in languages.codes():
        (folder / code).symlink_to(shipped / code)
    compiled = folder / CODE / "LC_MESSAGES" / "console.mo"
    compiled.parent.mkdir(parents=True)
    (folder / CODE / "texts.toml").write_text(_texts(shipped / languages.FALLBACK / "texts.toml"), encoding="utf-8")
    for name in ("console", "core"):
        _write(shipped / "es" / "LC_MESSAGES" / f"{name}.po", compiled.with_name(f"{name}.mo"))
    monkeypatch.setattr(texts, "FOLDER", folder)
    for name in ("_section", "_catalogue"):
        forget(monkeypatch, texts, name)
    monkeypatch.setattr(languages, "LANGUAGES", (*languages.LANGUAGES, languages.Language(CODE, NAME, "'", "·")))
    return CODE


def forget(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """Give a cached function of a module an empty cache."""
    monkeypatch.setattr(module, name, cache(getattr(module, name).__wrapped__))


def _texts(english: Path) -> str:
    lines = []
    for section, parts in tomllib.loads(english.read_text("utf-8")).items():
        lines.append(f'["{section}"]')
        lines += [f"{part} = {_quoted(said(text))}" for part, text in parts.items()]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _write(any_catalogue: Path, compiled: Path) -> None:
    with any_catalogue.open("rb") as file:
        catalogue = read_po(file, locale=CODE)
    for message in catalogue:
        if message.id:
            message.string = said(str(message.id))
    with compiled.open("wb") as file:
        write_mo(file, catalogue)
    with compiled.open("rb") as file:
        assert len(read_mo(file)) > 100
