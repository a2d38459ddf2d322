"""Helpers of the architecture tests: the translation catalogues, and `docs/update_translations.py` as a module."""

from __future__ import annotations

import importlib.util
import re
import string
from functools import cache
from pathlib import Path
from types import ModuleType

from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from k2k_core.texts import FOLDER

TOP = Path(__file__).resolve().parents[2]


@cache
def update_translations() -> ModuleType:
    """`docs/update_translations.py`, imported."""
    spec = importlib.util.spec_from_file_location("update_translations", TOP / "docs" / "update_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(locale: str, suffix: str) -> dict[str, str]:
    """The sentences of a language by their English templates."""
    with FOLDER.joinpath(locale, "LC_MESSAGES", f"core.{suffix}").open("rb") as file:
        catalogue = read_po(file) if suffix == "po" else read_mo(file)
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def facts(template: str) -> set[tuple[str, str]]:
    """The facts of a template, each with how it is shown; none of one whose braces are its text. What depends on a
    number is written as often as a language needs it, so that it counts once, as that number."""
    found = _parts(template)
    if any(not name.isidentifier() or spec.startswith(" ") for name, spec in found):
        return set()
    return {(name, spec) for name, spec in found if "|" not in spec}


def counts(template: str) -> set[str]:
    """The facts on whose number parts of a template depend."""
    return {name for name, spec in _parts(template) if "|" in spec}


def forms(template: str) -> set[tuple[str, str]]:
    """What a template says of one and of any other number."""
    return {(one, others) for _, spec in _parts(template) if "|" in spec for one, others in [spec.split("|")]}


def _parts(template: str) -> list[tuple[str, str]]:
    try:
        return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name is not None]
    except ValueError:
        return []


def says_something(template: str) -> bool:
    """Whether a template has words beside its facts."""
    return re.search("[A-Za-z]", re.sub(r"\{[^}]*\}", "", template)) is not None
