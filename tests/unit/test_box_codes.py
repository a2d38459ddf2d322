"""Box codes in pasted and scanned text."""

from __future__ import annotations

import pytest

from k2k_core.domain.box_codes import ARRIVED, SAFE, WORDS, codes_in, resolved


@pytest.mark.parametrize(
    "pasted",
    [
        "B1,B2,B3",
        "B1\nB2\r\nB3\n",
        "B1\tB2\tB3",
        " B1 ; B2 ;; B3 ",
        "\ufeffB1\u00a0B2\u2028B3",
        "B1, B2,\n\n\tB3,\0",
        "\x02B1\x03\x02B2\x03\r\n\x06B3",
    ],
)
def test_a_pasted_list_is_taken_apart(pasted: str) -> None:
    assert codes_in(pasted) == ["B1", "B2", "B3"]


@pytest.mark.parametrize("nothing", ["", " ", "\n\n", ",;,", "\ufeff"])
def test_nothing_is_no_code(nothing: str) -> None:
    assert codes_in(nothing) == []


def test_a_code_that_comes_twice_stays_twice_and_dots_and_dashes_are_part_of_it() -> None:
    assert codes_in("K000-1.a_b K000-1.a_b") == ["K000-1.a_b"] * 2


def test_inverted_letters_count_where_one_box_alone_fits() -> None:
    """Where the inverted AIM identifier could be part of a code too, and there is a box of each, nobody can say."""
    assert resolved(["]c1kx-1"], {"KX-1"}) == ["KX-1"]
    assert resolved(["]c1kx-1"], {"]C1KX-1"}) == ["]C1KX-1"]
    assert resolved(["]c1kx-1"], {"KX-1", "]C1KX-1"}) == ["]c1kx-1"]
    assert resolved(["kx-1", "KX-1"], {"KX-1"}) == ["KX-1", "KX-1"]
    assert resolved(["kx-1"], {"Kx-1"}) == ["kx-1"]


def test_every_outcome_has_its_words() -> None:
    assert set(WORDS) == {"received", "billed", "already_received", "unknown", "not_yours", "cancelled"}
    assert set(ARRIVED) < set(SAFE) < set(WORDS)
