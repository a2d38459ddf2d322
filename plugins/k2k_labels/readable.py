"""Turns any text into one line that the label's letters can show: no control sign, no empty box."""

from __future__ import annotations

import unicodedata

from k2k_labels.typeface import Typeface

UNKNOWN = "?"
"""Stands for a character that can neither be shown nor spelled otherwise."""


def readable(text: str, typeface: Typeface) -> str:
    """The text as one line of characters that the typeface shows.

    Line breaks and control signs become one space; zero-width and direction marks vanish (they could hide or turn
    round a part of a name). What the typeface lacks is spelled by its decomposition (`①` as `1`), else by `?`.
    """
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(_shown(character, typeface) for character in composed)
    return " ".join(shown.split())


def _shown(character: str, typeface: Typeface) -> str:
    kind = unicodedata.category(character)
    if kind in {"Cc", "Zs", "Zl", "Zp"}:
        return " "
    if kind in {"Cf", "Mn", "Me"}:
        return ""
    if _drawable(character, typeface):
        return character
    spelled = unicodedata.normalize("NFKD", character)
    plain = "".join(part for part in spelled if _drawable(part, typeface))
    return plain or UNKNOWN


def _drawable(character: str, typeface: Typeface) -> bool:
    """Letters drawn one by one from the left: right-to-left and joining scripts would come out as nonsense."""
    kind = unicodedata.category(character)
    leftward = unicodedata.bidirectional(character) in {"R", "AL", "AN"}
    drawn = kind[0] not in "CM" and (kind[0] != "Z" or character == " ")
    return drawn and not leftward and ord(character) <= 0xFFFF and typeface.covers(character)
