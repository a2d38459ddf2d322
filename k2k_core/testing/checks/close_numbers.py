"""Requests in pairs that differ by very little in every number: less than a float can tell, far less than a cent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from k2k_core.domain.money import MICRO, Exact
from k2k_core.domain.pricing import Adjustable, PriceRequest
from k2k_core.hooks import PriceAdjustment, PriceResolver
from k2k_core.testing import sample_requests

PAIRS = 8
TYPED = (
    "unit_cost",
    "web_price",
    "price_a",
    "price_b",
    "price_b_manual",
    "unit_price",
    "va_price",
    "purchase_order_price",
)


class _Numbers(NamedTuple):
    """A number of units, what the second of a pair has more, and how much the numbers grow from pair to pair."""

    micros: int
    more: Exact

    def of(self, pair: int) -> int:
        """The micros of a pair: seven percent more than those of the pair before."""
        return self.micros * (100 + 7 * pair) // 100


SMALL = _Numbers(307_193, Exact(1, 10**20))
HUGE = _Numbers(40_000_000_000 * MICRO, Exact(1, MICRO))
"""A micro more is beyond the digits of a float here, also of what is stored as whole micros."""


def close_pairs(contribution: object) -> Iterator[list[tuple[Any, Any]]]:
    """Pairs for a step or an adjustment, of usual and of huge numbers; of every inventory type that it is for."""
    assert isinstance(contribution, (PriceResolver, PriceAdjustment))
    for batch in sample_requests.prices(contribution.inventory_types):
        full = batch[1]
        for numbers in (SMALL, HUGE):
            pairs = [(_request(full, numbers, pair, 0), _request(full, numbers, pair, 1)) for pair in range(PAIRS)]
            if isinstance(contribution, PriceResolver):
                yield pairs
            else:
                yield [(_adjustable(first), _adjustable(second)) for first, second in pairs]


def _request(full: PriceRequest, numbers: _Numbers, pair: int, more: int) -> PriceRequest:
    micros = numbers.of(pair)
    exact = Exact.micros(micros) + (numbers.more if more else Exact(0))
    typed = micros + more
    numbered: dict[str, Any] = dict.fromkeys(TYPED, typed)
    lot = full.lot._replace(**numbered)
    rows = tuple(row._replace(price=typed, cost=typed) for row in full.rows)
    reminder = full.reminder and full.reminder._replace(price=typed)
    return full._replace(
        lot=lot, rows=rows, reminder=reminder, unit_cost=exact, landed_cost=exact, warehouse_cost=exact,
        open_market_base=exact,
    )  # fmt: skip


def _adjustable(request: PriceRequest) -> Adjustable:
    assert request.landed_cost is not None
    return Adjustable(request, "k2k_gpm", request.landed_cost)
