"""Texts fit into the space of their field by measured width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from k2k_labels.fitting import CAPITAL, ELLIPSIS, Room, fit
from k2k_labels.typeface import Typeface

NAME = Room(336, 86, 40, 18, bold=True)
CODE = Room(410, 86, 92, 16, bold=True, break_below=32)
ONE_LINE = Room(200, 20, 20, 15)

words = st.text(st.sampled_from("abcWi é-.0Ж"), min_size=1, max_size=200).map(lambda text: " ".join(text.split()))


def test_a_short_text_stands_in_the_largest_letters(typeface: Typeface) -> None:
    fitted = fit("C-100", CODE, typeface)
    assert (fitted.lines, fitted.size) == (("C-100",), 92)


def test_a_longer_text_goes_on_in_a_second_line_before_it_gets_small(typeface: Typeface) -> None:
    fitted = fit("Bloom Wholesale", NAME, typeface)
    assert fitted.lines == ("Bloom", "Wholesale")
    assert fitted.size == 40


def test_a_long_word_gets_smaller_rather_than_broken(typeface: Typeface) -> None:
    fitted = fit("Blumengroßhandel", NAME, typeface)
    assert fitted.lines == ("Blumengroßhandel",)
    assert fitted.size < 40


def test_a_word_longer_than_a_line_is_broken_and_stays_whole(typeface: Typeface) -> None:
    name = "Donaudampfschifffahrtselektrizitätengesellschaft Wien am Donaukanal"
    fitted = fit(name, NAME, typeface)
    assert fitted.text == name
    assert len(fitted.lines) == 3
    assert ELLIPSIS not in "".join(fitted.lines)


def test_a_name_is_shortened_at_its_end(typeface: Typeface) -> None:
    fitted = fit("Alstroemeria Whistler Premium", ONE_LINE, typeface)
    assert fitted.text.startswith("Alstroemeria Whistler")
    assert fitted.text.endswith(ELLIPSIS)


def test_a_code_is_shortened_in_its_middle(typeface: Typeface) -> None:
    fitted = fit("ANDES-BLOOM-20260211-0042", Room(150, 20, 20, 15, break_below=1), typeface)
    assert fitted.text.startswith("ANDES-")
    assert fitted.text.endswith("0042")
    assert ELLIPSIS in fitted.text


def test_a_long_code_is_broken_rather_than_shortened(typeface: Typeface) -> None:
    code = "MARK-CODE-LONGER-THAN-USUAL-1234567890ab"
    fitted = fit(code, CODE, typeface)
    assert "".join(fitted.lines) == fitted.text == code


@given(text=words.filter(bool), room=st.sampled_from([NAME, CODE, ONE_LINE]))
def test_every_line_keeps_to_its_room(text: str, room: Room, typeface: Typeface) -> None:
    fitted = fit(text, room, typeface)
    assert room.smallest <= fitted.size <= room.largest
    assert all(typeface.widest(line, fitted.size, room.bold) <= room.width for line in fitted.lines)
    assert CAPITAL * fitted.size + (len(fitted.lines) - 1) * fitted.leading <= room.height + 1


@given(text=words.filter(bool), room=st.sampled_from([NAME, CODE, ONE_LINE]))
def test_a_text_is_whole_or_says_that_it_is_not(text: str, room: Room, typeface: Typeface) -> None:
    fitted = fit(text, room, typeface)
    assert fitted.text == text or ELLIPSIS in fitted.text
    assert "".join(fitted.lines).replace(" ", "") == fitted.text.replace(" ", "")
