"""Any text becomes one line of characters that the font has."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_labels.readable import readable
from k2k_labels.typeface import Typeface


@pytest.mark.parametrize(
    "name", ["Ñandú & Söhne", "Цветы «Роза»", "Λουλούδια Αθηνών", "Łódź Őrség Đà Lạt", "½ · 60–70 №"]
)
def test_latin_greek_and_cyrillic_stay_as_they_are(name: str, typeface: Typeface) -> None:
    assert readable(name, typeface) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Cafe\u0301", "Café"),
        ("Ｒｏｓｅ　６０", "Rose 60"),
        ("𝕽𝖔𝖘𝖊", "Rose"),
        ("玫瑰 red", "MeiGui red"),
        ("バラ", "bara"),
        ("장미 도매", "JangMi DoMae"),
        ("गुलाब", "gulab"),
        ("กุหลาบ", "kuhlab"),
        ("שושנים", "svsnym"),
        ("ورد", "wrd"),
        ("🌹 Rosas", ":rose: Rosas"),
        ("\ufdd0\U000e0fff", "??"),
        ("a\nb\tc\x00d", "a b c d"),
        ("  a \u2003 b  ", "a b"),
        ("Ro\u200bse\u202e der\ufeff", "Rose der"),
        ("so\u00adft", "soft"),
        ("Z\u0335\u0321a\u0336", "Za"),
        ("\ue000", "?"),
        ("\ud800half", "?half"),
        ("^XA~JA", "^XA~JA"),
    ],
)
def test_what_the_letters_lack_is_spelled_or_marked(text: str, shown: str, typeface: Typeface) -> None:
    assert readable(text, typeface) == shown


@given(text=st.text())
def test_nothing_invisible_and_no_empty_box_is_left(text: str, typeface: Typeface) -> None:
    shown = readable(text, typeface)
    assert all(typeface.covers(character) for character in shown)
    assert all(character == " " or unicodedata.category(character)[0] not in "CMZ" for character in shown)
    assert shown == shown.strip()
    assert readable(shown, typeface) == shown
