"""Reads a frozen explanation and computes it again, exactly: the price from the step that gave it and the adjustments,
the landed cost from its components (pricing section 8).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from k2k_core.domain.money import MICRO, minor_scale

CACHED = 1_000
"""How many explanations are cached: lines of one lot for one customer have the same."""

Exact = tuple[int, int]
"""A number n / d; d is positive."""


class Explained(NamedTuple):
    """What an explanation says, in micros, and whether its numbers follow from each other."""

    company: str
    currency: str
    lot: str
    amount: int | None
    landed_cost: int | None
    components: dict[str, int]
    goods: str | None
    follows: bool


@lru_cache(CACHED)
def read(text: str) -> Explained:
    """The explanation in a JSON text; raises ValueError, KeyError or TypeError for another text."""
    stored: Mapping[str, Any] = json.loads(text)
    price, scale = stored["price"], minor_scale(stored["currency"])
    parts = {name: _exact(amount) for name, amount in stored["components"].items()}
    landed = None if stored["landed_cost"] is None else _exact(stored["landed_cost"])
    sources = stored.get("sources")
    adds_up = landed is None or _same(_sum(parts.values()), landed)
    return Explained(
        stored["company"],
        stored["currency"],
        stored["lot"],
        None if price is None else price * (MICRO // scale),
        None if landed is None else _rounded(landed, MICRO),
        {name: _rounded(amount, MICRO) for name, amount in parts.items()},
        sources["goods"] if sources else None,
        adds_up and _price_follows(stored, scale),
    )


def _price_follows(stored: Mapping[str, Any], scale: int) -> bool:
    used = [step["value"] for step in stored["steps"] if step["outcome"] == "used"]
    if len(used) > 1 or (used and used[0] is None) or (not used and stored["price"] is not None):
        return False
    value = _exact(used[0]) if used else None
    for adjusted in stored["adjustments"]:
        if value is not None and not _same(_exact(adjusted["before"]), value):
            return False
        value = _exact(adjusted["after"])
    if stored["price"] is None or value is None:
        return stored["price"] is None
    n, d = value
    rounded = -(-n * scale // d) if stored["rounding"] == "up" else _rounded(value, scale)
    return bool(stored["price"] == rounded)


def _exact(text: str) -> Exact:
    """The number of a text `n` or `n/d`."""
    n, _, d = text.partition("/")
    found = int(n), int(d or 1)
    if found[1] < 1:
        raise ValueError(f"{text!r} is no number")
    return found


def _sum(numbers: Iterable[Exact]) -> Exact:
    n, d = 0, 1
    for more, parts in numbers:
        n, d = n * parts + more * d, d * parts
    return n, d


def _same(one: Exact, other: Exact) -> bool:
    return one[0] * other[1] == other[0] * one[1]


def _rounded(number: Exact, scale: int) -> int:
    """A number in units of 1 / scale, half up."""
    n, d = number
    return (2 * n * scale + d) // (2 * d)
