"""Prices that an import lowers so far that it may be a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from k2k_core.domain.money import Exact
from k2k_core.domain.price_checks import MOST_TIMES, WARNING, Finding
from k2k_core.messages import Message


class PriceChange(NamedTuple):
    """A price at a place, before and after a change, in micros."""

    place: str
    before: int
    after: int


def price_falls(changes: Iterable[PriceChange]) -> Iterator[Finding]:
    """A finding for every price that falls by more than a factor of `MOST_TIMES`."""
    for place, before, after in changes:
        if after * MOST_TIMES < before:
            problem = Message(
                "falls from {was} to {now}, to less than half",
                was=Exact.micros(before),
                now=Exact.micros(after),
            )
            yield Finding("price_fall", WARNING, place, problem, Message("Compare it with the last price list."))
