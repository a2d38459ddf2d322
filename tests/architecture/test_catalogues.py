"""Every message template of errors and reasons is in each language's catalogue, with the same placeholders."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from k2k_core.domain.languages import FALLBACK, codes
from k2k_core.messages import WORDS, Message, localized
from k2k_core.texts import translator
from tests.architecture.catalogue_tools import counts, facts, forms, says_something, update_translations, written

OTHERS = [code for code in codes() if code != FALLBACK]
DAY = dt.date(2026, 2, 2)
VERBS = {"were", "have", "están"}
"""Words that follow a fact of another number than theirs."""
THE_SAME = {"es": ["no", "plugin"]}
"""Words that a language shares with English."""


@pytest.mark.parametrize("locale", OTHERS)
def test_every_sentence_is_translated_and_nothing_else(locale: str) -> None:
    sentences = {str(message.id) for message in update_translations().core() if message.id}
    assert len(sentences) > 300
    found = written(locale, "po")
    assert set(found) == sentences
    assert [sentence for sentence, words in found.items() if not words] == []


def test_every_reason_that_may_be_stored_is_on_the_list_of_those_that_stay_translated() -> None:
    tool = update_translations()
    assert len(tool.present_reasons()) > 100
    assert tool.present_reasons() - set(tool.stored_reasons()) == set(), "make languages adds them"


@pytest.mark.parametrize("locale", OTHERS)
def test_a_reason_that_was_reworded_is_still_translated(locale: str) -> None:
    found = written(locale, "po")
    assert [one for one in update_translations().stored_reasons() if not found.get(one)] == []


def test_the_list_of_reasons_that_may_be_stored_loses_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = update_translations()
    former = {"it leaves within {days} days", 'a "typed" price'}
    monkeypatch.setattr(tool, "STORED", tmp_path / "stored_reasons.toml")
    tool.STORED.write_text('reasons = ["it leaves within {days} days", "a \\"typed\\" price"]', encoding="utf-8")
    for _ in range(2):
        tool.add_stored_reasons()
        assert set(tool.stored_reasons()) == former | tool.present_reasons()


@pytest.mark.parametrize("locale", OTHERS)
def test_the_compiled_sentences_are_the_written_ones(locale: str) -> None:
    assert written(locale, "mo") == written(locale, "po")


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_names_the_same_facts(locale: str) -> None:
    assert [one for one, words in written(locale, "po").items() if facts(one) != facts(words)] == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_translation_is_another_sentence(locale: str) -> None:
    same = [one for one, words in written(locale, "po").items() if one == words and says_something(one)]
    assert same == THE_SAME.get(locale, [])


@pytest.mark.parametrize("locale", OTHERS)
def test_every_sentence_reads_in_both_languages_with_all_of_its_facts(locale: str) -> None:
    unread = []
    for template in written(locale, "po"):
        given = dict.fromkeys(counts(template), 2) | {name: _shown_as(name, spec) for name, spec in facts(template)}
        english = Message(template, **given)
        for said in (english, localized(english, translator(locale))):
            unread += [f"{said}: {name}" for name, spec in facts(template) if _seen(given[name], spec) not in said]
    assert unread == []


@pytest.mark.parametrize("locale", OTHERS)
def test_a_sentence_with_a_number_has_a_form_for_one(locale: str) -> None:
    """A noun that some sentence has in two forms has them in every sentence in which it follows a number, but for those
    of older versions, which are as they were."""
    tool = update_translations()
    former = set(tool.stored_reasons()) - tool.present_reasons()
    said = {one: words for one, words in written(locale, "po").items() if one not in former}
    for templates in (said.keys(), said.values()):
        numbers = {name for template in templates for name in counts(template)}
        plurals = {others.split()[0] for template in templates for one, others in forms(template) if one != others}
        followed = [
            (template, name, word)
            for template in templates
            for name, word in re.findall(r"\{(\w+)\} ([^\W\d_]+)", template)
            if len(word) > 3 and word in plurals - VERBS and name in numbers
        ]
        assert followed == []


@pytest.mark.parametrize("locale", OTHERS)
def test_forms_for_one_and_for_many_read_in_both_languages(locale: str) -> None:
    counted = {one: words for one, words in written(locale, "po").items() if counts(one)}
    assert len(counted) > 40
    for template, words in counted.items():
        for number in (1, 2):
            given: dict[str, object] = dict.fromkeys(counts(template) | counts(words), number)
            given |= {name: "x" for name, _ in facts(template) if name not in given}
            english = Message(template, **given)
            for said in (english, localized(english, translator(locale))):
                assert not re.search(r"[{}|]", said), said


def _shown_as(name: str, spec: str) -> object:
    """A fact that can be told from all others of the sentence."""
    if "%" in spec:
        return DAY
    return sum(map(ord, name)) if spec else f"<{name}>"


def _seen(fact: object, spec: str) -> str:
    """What is to be read of a fact; of a day whatever its weekday is called, of a code that has no words itself."""
    if spec == WORDS:
        return str(fact)
    return DAY.isoformat() if fact is DAY else format(fact, spec)
