"""Prices that a person typed on the lot (pricing section 4)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from k2k_core.domain.items import Lot
from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Answers, NoValue, Price, PriceRequest

NOT_TYPED = NoValue("not typed on the lot")
TYPED = "typed on the lot"


def web_price(requests: Sequence[PriceRequest]) -> Answers:
    """The price for the web shop."""
    return _typed(requests, lambda lot: lot.web_price)


def price_a(requests: Sequence[PriceRequest]) -> Answers:
    """The price for customers of type A."""
    return _typed(requests, lambda lot: lot.price_a)


def price_b(requests: Sequence[PriceRequest]) -> Answers:
    """The price for customers of type B."""
    return _typed(requests, lambda lot: lot.price_b)


def price_b_manual(requests: Sequence[PriceRequest]) -> Answers:
    """The price B that a person set by hand; it takes no price B markup."""
    return _typed(requests, lambda lot: lot.price_b_manual)


def unit_price(requests: Sequence[PriceRequest]) -> Answers:
    """The price of a loose unit."""
    return _typed(requests, lambda lot: lot.unit_price)


def _typed(requests: Sequence[PriceRequest], read: Callable[[Lot], int | None]) -> Answers:
    return [
        Price(Exact(typed, MICRO), TYPED) if (typed := read(request.lot)) is not None else NOT_TYPED
        for request in requests
    ]
