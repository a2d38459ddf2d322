"""The texts on a label."""

from __future__ import annotations

import pytest

from k2k_core.domain.labels import pack, without_names
from k2k_core.hooks.texts import texts


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "HB 250 stems"), ("es", "HB 250 tallos"), ("es-CO", "HB 250 tallos"), ("nl", "HB 250 stems")],
)
def test_a_pack_is_counted_in_the_printers_language(locale: str, words: str) -> None:
    assert pack("HB", 250, texts("label_units", locale)["stem"]) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ANDES-L1", "…-L1"),
        ("andes_7", "…_7"),
        ("Rose Red, Andes Flower Farms", "Rose Red, …"),
        ("ANDESITE", "ANDESITE"),
        ("GRANDES", "GRANDES"),
        ("L1", "L1"),
        ("", ""),
    ],
)
def test_a_name_is_kept_off_where_it_stands_as_words_of_its_own(text: str, shown: str) -> None:
    assert without_names(text, ("ANDES", "Andes Flower Farms", "")) == shown


def test_names_are_no_patterns() -> None:
    assert without_names("L.1 (A+B) AAB", ("A+B", "L.")) == "L.1 (…) AAB"
    assert without_names("anything", ()) == "anything"
