"""The baseline for prices: the same arithmetic, written out for one case and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

CENT = Decimal("0.01")
MICRO = 10**6


class Costs(NamedTuple):
    """What a buyer company adds to every lot: amounts and percentages in micros."""

    freight_per_fbe: int
    handling_per_fbe: int
    cube_rate: int
    gpm: int
    markup: int


class DecimalCosts(NamedTuple):
    """The same in `Decimal`."""

    freight_per_fbe: Decimal
    handling_per_fbe: Decimal
    cube_rate: Decimal
    gpm: Decimal
    markup: Decimal


class Goods(NamedTuple):
    """A lot as the loops below need it: `cost` and `fbe` in micros, `cubes` as numerator and denominator."""

    cost: int
    fbe: int
    cubes: tuple[int, int]
    units: int


class DecimalGoods(NamedTuple):
    """The same in `Decimal`."""

    cost: Decimal
    fbe: Decimal
    cubes: Decimal
    units: int


def bare(costs: Sequence[Decimal], gpm: Decimal, markup: Decimal) -> list[Decimal]:
    """One division, one percentage, one rounding, in `Decimal`, with hoisted constants: no landed cost at all."""
    share = 1 - gpm / 100
    factor = 1 + markup / 100
    return [(cost / share * factor).quantize(CENT, ROUND_UP) for cost in costs]


def inlined(goods: Sequence[Goods], costs: Costs) -> list[int]:
    """The whole chain in one loop: landed cost via warehouse, GPM, markup, one rounding up; answers cents.

    In integers, the fastest way that is exact: 28 digits of `Decimal` are not. What is the same for all lots is worked
    out before the loop; each lot adds what moving its box costs, and is divided once.
    """
    by_air, by_truck = costs.freight_per_fbe + costs.handling_per_fbe, costs.cube_rate * MICRO
    times, share = (100 * MICRO + costs.markup) * 100, 100 * MICRO - costs.gpm
    prices = []
    for cost, fbe, (n, d), units in goods:
        landed = (cost * units * MICRO + by_air * fbe) * d + by_truck * n
        prices.append(-(-landed * times // (units * MICRO * MICRO * d * share)))
    return prices


def inlined_in_decimal(goods: Sequence[DecimalGoods], costs: DecimalCosts) -> list[Decimal]:
    """The same chain as most people write it first, in `Decimal`: a wrong cent now and then."""
    share, factor = 1 - costs.gpm / 100, 1 + costs.markup / 100
    prices = []
    for cost, fbe, cubes, units in goods:
        landed = cost + costs.freight_per_fbe * fbe / units + costs.handling_per_fbe * fbe / units
        landed += costs.cube_rate * cubes / units
        prices.append((landed / share * factor).quantize(CENT, ROUND_UP))
    return prices
