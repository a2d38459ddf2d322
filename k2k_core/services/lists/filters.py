"""Parses the values of filters; raises `Invalid` for invalid ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain import parsing
from k2k_core.errors import Invalid

MOST = 1_000
"""The most codes that one filter names."""


def word(value: Any) -> str:
    """A text, compared as it is."""
    return parsing.text(value)


def switch(value: Any) -> bool:
    """On or off."""
    return parsing.switch(value)


def day(value: Any) -> dt.date:
    """A calendar day."""
    return parsing.day(value)


def codes(value: Any) -> list[str]:
    """One or several codes: a list, or a text with commas between them."""
    given = value.split(",") if isinstance(value, str) else value
    if isinstance(given, bytes | Mapping) or not isinstance(given, Sequence):
        raise Invalid("neither a code nor a list of codes")
    if len(given) > MOST:
        raise Invalid("names more than {most} codes", most=MOST)
    return [parsing.text(one) for one in given]
