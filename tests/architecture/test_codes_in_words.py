"""Stored codes are said in words: in every sentence of the services, and in every language."""

from __future__ import annotations

import ast

import pytest

from k2k_core.domain.code_words import CODES, WORDS
from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.messages import Message, localized
from k2k_core.store.tables.orders import CART_STATES, DOCUMENT_KINDS, LINE_STATES, TRANSFER_STATES
from k2k_core.store.verification.documents import STATUSES
from k2k_core.texts import translator
from tests.architecture.catalogue_tools import TOP, facts, update_translations

CODED = {"state", "states", "status", "transfer", "wanted"}
"""Facts that are stored codes."""

OF_WORDS = {
    "{contribution} of {company} fails: since a call in process {process} it is {state}",
}
"""Sentences whose fact is a message already."""


def test_no_sentence_of_the_services_shows_a_state_as_it_is_stored() -> None:
    found = []
    for source in sorted((TOP / "k2k_core" / "services").rglob("*.py")):
        for said in update_translations().sentences(ast.parse(source.read_text(encoding="utf-8"))):
            bare = [name for name, spec in facts(said) if name in CODED and spec != "words"]
            found += [(source.name, said)] if bare and said not in OF_WORDS else []
    assert found == []


def test_every_state_that_the_tables_allow_has_words() -> None:
    stored = {status for statuses in STATUSES.values() for status in statuses}
    assert {*stored, *DOCUMENT_KINDS, *CART_STATES, *LINE_STATES, *TRANSFER_STATES} <= CODES


@pytest.mark.parametrize("code", [code for code in codes() if code != FALLBACK])
def test_the_words_are_in_every_language(code: str) -> None:
    translate = translator(code)
    assert [words for words in WORDS if "_" in words] == []
    assert [words for words in WORDS if translate(words) == words] == []
    message = Message("This is {state:words} already.", state=["checked_out", "staged"])
    assert message == "This is checked out, staged already."
    assert (
        localized(message, translate) == f"Esto ya está en estado «{translate('checked out')}, {translate('staged')}»."
    )
