"""Turns any text into one line that the label's letters can show: no control sign, no empty box."""

from __future__ import annotations

from anyascii import anyascii

from k2k_core.domain import printable_text
from k2k_labels.typeface import Typeface


def readable(text: str, typeface: Typeface) -> str:
    """The text as one line of characters that the typeface shows; what it lacks is spelled in Latin letters."""
    return printable_text.readable(text, typeface.covers, anyascii)
