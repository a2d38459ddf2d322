"""Turns any text into one line that a font can print: no control characters, no missing glyphs.

Glyphs are drawn one by one from the left. What cannot be drawn in this way is transliterated, never silently dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

UNKNOWN = "?"
"""Replaces a character that can neither be drawn nor transliterated."""

JOINING = (
    *(range(0x0900, 0x10A0), range(0x1780, 0x18B0), range(0x1900, 0x1AB0), range(0x1B00, 0x1C80)),
    *(range(0xA800, 0xA900), range(0xA930, 0xAB00), range(0xABC0, 0xAC00)),
)
"""Scripts of South and South-East Asia, whose letters need shaping."""

Covers = Callable[[str], bool]
"""Whether the font has a glyph for a character."""

Spell = Callable[[str], str]
"""A character in Latin letters, or nothing where none are known."""


def readable(text: str, covers: Covers, spell: Spell) -> str:
    """The text as one line of characters that can be drawn.

    Line breaks and control characters become one space; zero-width and direction marks are removed (they could hide or
    reorder a part of a name). What the font lacks is replaced by its decomposition (`①` as `1`), else by Latin letters
    (`玫瑰` as `MeiGui`), else by `?`.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(_shown(composed, covers, spell)).split())


def drawable(character: str, covers: Covers) -> bool:
    """Whether the character can be drawn by itself, from the left: right-to-left and joining scripts cannot."""
    kind = unicodedata.category(character)
    if kind[0] in "CM" or (kind[0] == "Z" and character != " "):
        return False
    code = ord(character)
    leftward = unicodedata.bidirectional(character) in {"R", "AL", "AN"}
    joining = code >= 0x0900 and any(code in script for script in JOINING)
    return not leftward and not joining and code <= 0xFFFF and covers(character)


def _shown(text: str, covers: Covers, spell: Spell) -> Iterator[str]:
    spelled = False
    for character in text:
        kind = unicodedata.category(character)
        if kind in {"Cc", "Zs", "Zl", "Zp"}:
            yield " "
        elif kind in {"Mn", "Me"}:
            yield (
                spell(character) if spelled else ""
            )  # a vowel of a letter that is transliterated, else an accent alone
        elif kind != "Cf":
            spelled = not drawable(character, covers)
            yield _spelled(character, covers, spell) if spelled else character


def _spelled(character: str, covers: Covers, spell: Spell) -> str:
    decomposed = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in decomposed if drawable(part, covers))
    if plain or unicodedata.category(character) == "Lm":
        return plain or spell(character)
    return spell(character) or UNKNOWN
