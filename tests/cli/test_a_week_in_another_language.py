"""The demo's week is played twice, in English and in Spanish: no reason, refusal or finding of it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from k2k_core.cli.demo_network import prepare
from k2k_core.cli.language import speak
from k2k_core.scenario.runner import play

SENTENCES = ("reason", "reasons", "problem", "what_to_do", "detail", "message", "hint", "next_step")
"""The fields of answers that are sentences."""

Answers = list[tuple[str, Any]]


@pytest.fixture
def _english_afterwards() -> Iterator[None]:
    yield
    speak("en")


def _played(folder: Path, locale: str) -> Answers:
    """What every step of the week answers, or is refused with, and what the checks of each company find."""
    speak(locale)
    show = prepare(folder, f"{locale}.db")
    try:
        answers: Answers = [
            (done.step.verb, done.result if done.error is None else done.error)
            for done in play(show.scenario, show.k2k, show.clock)
        ]
        for company in show.scenario.network["companies"]:
            answers.append(("check_prices", show.k2k.check_prices(company["code"])))
            answers.append(("check_dates", show.k2k.check_dates(company["code"])))
        return answers
    finally:
        show.k2k.close()


def _texts(answer: Any, name: str = "", path: str = "") -> Iterator[tuple[str, str]]:
    """Every sentence of an answer, by its place."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from _texts(value, key, f"{path}.{key}")
    elif isinstance(answer, list):
        for place, value in enumerate(answer):
            yield from _texts(value, name, f"{path}[{place}]")
    elif isinstance(answer, str) and name in SENTENCES and " " in answer:
        yield path, answer


@pytest.mark.long
@pytest.mark.usefixtures("_english_afterwards")
def test_no_sentence_of_a_week_is_english_in_spanish(tmp_path: Path) -> None:
    english, spanish = _played(tmp_path, "en"), _played(tmp_path, "es")
    told, same = 0, []
    for (verb, one), (_, other) in zip(english, spanish, strict=True):
        if verb == "events":
            continue  # a feed is for programs: its reasons are those that were given, or stored
        texts = dict(_texts(other))
        for place, text in _texts(one):
            told += 1
            same += [f"{verb}{place}: {text}"] if texts[place] == text else []
    assert "\n".join(same) == ""
    assert told > 500
