"""Every error and reason that is a sentence with facts is there in each language, with the same facts."""

from __future__ import annotations

import importlib.util
import string
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.hooks.texts import FOLDER

TOP = Path(__file__).resolve().parents[2]
OTHERS = [code for code in codes() if code != FALLBACK]


def _update_translations() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_translations", TOP / "docs" / "update_translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _written(locale: str, suffix: str) -> dict[str, str]:
    with FOLDER.joinpath(locale, "LC_MESSAGES", f"core.{suffix}").open("rb") as file:
        catalogue = read_po(file) if suffix == "po" else read_mo(file)
    return {str(message.id): str(message.string) for message in catalogue if message.id}


def _facts(template: str) -> set[tuple[str, str]]:
    """The facts of a template, each with how it is shown."""
    try:
        return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name}
    except ValueError:
        return set()


@pytest.mark.parametrize("locale", OTHERS)
def test_every_sentence_is_translated_and_nothing_else(locale: str) -> None:
    sentences = {str(message.id) for message in _update_translations().core() if message.id}
    assert len(sentences) > 300
    written = _written(locale, "po")
    assert set(written) == sentences
    assert [sentence for sentence, words in written.items() if not words] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_the_compiled_sentences_are_the_written_ones(locale: str) -> None:
    assert _written(locale, "mo") == _written(locale, "po")


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_names_the_same_facts(locale: str) -> None:
    written = _written(locale, "po").items()
    literal = {sentence for sentence, _ in written if any(" " in name or "[" in name for name, _ in _facts(sentence))}
    differing = [one for one, words in written if one not in literal and _facts(one) != _facts(words)]
    assert differing == []
