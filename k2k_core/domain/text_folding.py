"""Folds texts for searching: no accents, no case. Stored texts and queries are folded in the same way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from k2k_core.domain.plain_text import JOINERS
from k2k_core.errors import Invalid

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"}
)
"""Letters that Unicode does not take apart into a base letter and an accent."""


def fold(text: str) -> str:
    """The text in small letters without accents, blanks joined: `"Ángel  RÍO"` becomes `"angel rio"`."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter) and letter not in JOINERS)
    return " ".join(plain.translate(_LETTERS).split())


SIGNS = "-._/"
"""What stands between the letters and digits of a code: people leave it out as they type one."""

_NO_SIGNS = str.maketrans("", "", SIGNS)


def letters_and_digits(text: str) -> str:
    """A text without the signs of codes: `"s-1006k"` becomes `"s1006k"`."""
    return text.translate(_NO_SIGNS)


MOST_WORDS = 20
"""The most different words that a search may have: each is a condition of the query."""


def searched_words(text: str) -> list[str]:
    """The different words of a search, folded; `Invalid` for more than `MOST_WORDS`."""
    words = list(dict.fromkeys(fold(text).split()))
    if len(words) > MOST_WORDS:
        raise Invalid("has more than {most} words", most=MOST_WORDS)
    return words


def fold_all(texts: Iterable[str | None]) -> str:
    """Several texts as one searchable text, each on its own line, so that no match spans two of them."""
    return "\n".join(fold(text) for text in texts if text)
