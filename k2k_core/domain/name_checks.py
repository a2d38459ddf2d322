"""Checks of texts that customers read: a hidden vendor is not named in them (domain section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from k2k_core.domain.price_checks import WARNING, Finding
from k2k_core.domain.text_folding import fold
from k2k_core.messages import Message


class HiddenName(NamedTuple):
    """A name or a code of a vendor that is hidden from customers; `vendor` is the code of its company."""

    vendor: str
    name: str


class ReadText(NamedTuple):
    """A text that customers read, with its place, such as `products.ROSE-60.description`."""

    place: str
    text: str


def name_checks(texts: Iterable[ReadText], hidden: Iterable[HiddenName]) -> list[Finding]:
    """A finding for every text and every hidden vendor that it names, by place. A name counts as whole words, in any
    case and with or without accents; of several names of one vendor the longest is told."""
    longest = sorted(set(hidden), key=lambda one: (one.vendor, -len(one.name), one.name))
    patterns = [(one, _pattern(one.name)) for one in longest if fold(one.name)]
    return [finding for text in sorted(texts) for finding in _findings(text, patterns)] if patterns else []


def _findings(text: ReadText, patterns: Iterable[tuple[HiddenName, re.Pattern[str]]]) -> Iterator[Finding]:
    told: set[str] = set()
    folded = fold(text.text)
    for hidden, pattern in patterns:
        if hidden.vendor in told or not pattern.search(folded):
            continue
        told.add(hidden.vendor)
        problem = Message(
            "{text} names {vendor} ({name}), which is hidden from customers",
            text=text.text,
            vendor=hidden.vendor,
            name=hidden.name,
        )
        what = Message("Say what the goods are, without the name or the code of the vendor.")
        yield Finding("hidden_vendor_named", WARNING, text.place, problem, what)


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_]){re.escape(fold(name))}(?![^\W_])")
