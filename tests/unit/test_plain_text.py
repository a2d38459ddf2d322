"""A text that looks the same is the same: one spelling, plain blanks, nothing invisible; joiners are part of it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain import parsing
from k2k_core.domain.plain_text import plain
from k2k_core.domain.text_folding import fold
from k2k_core.errors import Invalid


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Rosa\u00a0Roja", "Rosa Roja"),
        ("\ufeffRosa\u200b", "Rosa"),
        ("\u00a0\u2007Rosa\u3000", "Rosa"),
        ("\u202a+57 1 234\u202c", "+57 1 234"),
        ("Alstro\u00admeria", "Alstromeria"),
        ("Sen\u0303orita", "Señorita"),
        ("Ramo \U0001f469\u200d\U0001f33e", "Ramo \U0001f469\u200d\U0001f33e"),
        ("क\u094d\u200dष गुलाब", "क\u094d\u200dष गुलाब"),
        ("گل\u200cرز\u200c", "گل\u200cرز"),
    ],
)
def test_a_name_is_kept_as_it_is_seen(written: str, kept: str) -> None:
    assert plain(written) == kept
    assert parsing.text(written) == kept


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_both_spellings_of_a_text_are_one_and_stay_so(text: str) -> None:
    kept = plain(text)
    assert plain(unicodedata.normalize("NFD", text)) == kept
    assert plain(kept) == kept


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Rosa\x07Roja", "U+0007, at 5"),
        ("Rosa\u202eajoR", "U+202E RIGHT-TO-LEFT OVERRIDE, at 5"),
        ("Rosa\nRoja", "U+000A, at 5"),
    ],
    ids=["bell", "override", "line"],
)
def test_what_cannot_be_printed_is_named_with_its_place(written: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsing.text(written)
    assert str(refused.value.message).endswith(said)


def test_a_search_finds_a_word_with_and_without_its_joiner() -> None:
    assert fold("گل\u200cرز") == fold("گلرز")


@pytest.mark.parametrize("written", ["1.000", "-2.000", "12.345.678"])
def test_a_whole_number_with_marks_of_thousands_is_refused(written: str) -> None:
    with pytest.raises(Invalid, match="can be read as thousands"):
        parsing.whole(written, -(10**9))


@pytest.mark.parametrize("written", ["5", "5.0", "5.00", "1000"])
def test_a_whole_number_is_read_whatever_its_zeros(written: str) -> None:
    assert parsing.whole(written) == float(written)
