"""Turns any text into one line that the label's font can print: no control characters, no missing glyphs."""

from __future__ import annotations

from anyascii import anyascii

from k2k_core.domain import printable_text
from k2k_labels.typeface import Typeface


def readable(text: str, typeface: Typeface) -> str:
    """The text as one line of characters that the typeface has; what it lacks is transliterated."""
    return printable_text.readable(text, typeface.covers, anyascii)
