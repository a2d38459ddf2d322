"""The plain form of a text from people and programs: one spelling of Unicode, no invisible characters.

A text that looks the same is stored, compared, searched and keyed as the same: composed (NFC), every kind of blank a
space, and without the characters that only programs see. Joiners stay where they change what is read: between the
letters of an Indian or Persian word, and in an emoji of several persons.
"""

from __future__ import annotations

import re
import unicodedata

JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: part of what is read, but only between two other characters."""

_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202c\u2060\u2066-\u2069\ufeff]")
"""Soft hyphens, zero-width spaces, byte order marks and marks of direction. What turns the order of letters round
(U+202D, U+202E) is not among them: it changes what is read, and is refused."""


def plain(text: str) -> str:
    """The plain form of a text, without blanks and joiners at its ends."""
    if text.isascii():
        return text.strip()
    composed = unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub("", _BLANKS.sub(" ", composed)).strip(" \t\r\n\v\f\x1c\x1d\x1e\x1f\x85" + JOINERS)


def unprintable(text: str) -> tuple[int, str] | None:
    """The first character that cannot be printed: its place, counted from 1, and its name; None if there is none."""
    if text.isprintable():
        return None
    for place, character in enumerate(text, 1):
        if not character.isprintable() and character not in JOINERS:
            name = unicodedata.name(character, "")
            return place, f"U+{ord(character):04X} {name}".strip()
    return None
