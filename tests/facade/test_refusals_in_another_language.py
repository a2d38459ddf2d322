"""Refusals of the facade are in the reader's language: every method with every kind of bad argument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from k2k_core.api import K2K
from k2k_core.errors import K2KError
from k2k_core.messages import Message
from k2k_core.texts import translator
from tests.architecture.catalogue_tools import says_something
from tests.facade.test_invalid_arguments import busy, calls, good
from tests.services.conftest import Trade

__all__ = ["busy"]

NAMED_BY_THEIR_WORDS = ("problem", "problems", "why", "reason", "first", "fault", "words")
"""Facts that are sentences themselves."""


def refusals(net: K2K, names: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], K2KError]]:
    """One call and its refusal for each template that a method and an argument have been refused with."""
    seen: set[tuple[str, str]] = set()
    for method, call in calls(names):
        refused = _refused(net, method, call)
        if refused is not None and (method, _template(refused.message)) not in seen:
            seen.add((method, _template(refused.message)))
            yield method, call, refused


def _refused(net: K2K, method: str, call: dict[str, Any]) -> K2KError | None:
    try:
        getattr(net, method)(**call)
    except K2KError as error:
        return error
    return None


def _template(text: str) -> str:
    return text.template if isinstance(text, Message) else text


def untranslated(text: object, name: str = "") -> Iterator[str]:
    """Every sentence in a message, itself included, that Spanish has no words for."""
    if isinstance(text, Message):
        if text.template and says_something(text.template) and translator("es")(text.template) == text.template:
            yield text.template
        for fact, value in text.facts.items():
            yield from untranslated(value, fact)
    elif isinstance(text, list | tuple):
        for each in text:
            yield from untranslated(each, name)
    elif isinstance(text, str) and " " in text and name in NAMED_BY_THEIR_WORDS:
        yield text


@pytest.mark.long
def test_no_refusal_has_an_english_sentence_in_spanish(busy: Trade) -> None:
    spanish, made, found = busy.net.in_language("es"), 0, []
    for method, call, english in refusals(busy.net, good(busy)):
        made += 1
        parts = [english.message, *(fault["message"] for fault in getattr(english, "faults", ()))]
        found += [f"{method}: {one:.200}" for part in parts for one in untranslated(part, "problem")]
        other = _refused(spanish, method, call)
        assert other is not None
        assert (other.code, type(other)) == (english.code, type(english))
        same = other.message == english.message and says_something(_template(english.message))
        found += (
            [f"{method}: {english.message:.200}"]
            if same or other.hint == english.hint or other.title == english.title
            else []
        )
    assert "\n".join(sorted(set(found))) == ""
    assert made > 300


def test_a_refused_row_is_in_the_language_of_its_answer(busy: Trade) -> None:
    rows = [{"code": "C-9", "type": "none of these"}]
    english, spanish = (
        net.put("BLOOM", "customers", rows, atomic=False)["results"][0]["error"]
        for net in (busy.net, busy.net.in_language("es"))
    )
    assert english["code"] == spanish["code"]
    assert all(english[part] != spanish[part] for part in ("title", "message", "hint"))
