"""What the prices are measured against: the same arithmetic, written out for one case and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_UP, Decimal
from math import gcd
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


class Goods(NamedTuple):
    """A lot as the loops below need it: `cost` and `fbe` in micros, `cubes` as numerator and denominator."""

    cost: int
    box_type: str
    fbe: int
    cubes: tuple[int, int]
    units: int


def bare(costs: Sequence[Decimal], gpm: Decimal, markup: Decimal) -> list[Decimal]:
    """One division, one percentage, one rounding, in `Decimal`, with hoisted constants: no landed cost at all."""
    share = 1 - gpm / 100
    factor = 1 + markup / 100
    return [(cost / share * factor).quantize(CENT, ROUND_UP) for cost in costs]


def inlined(goods: Sequence[Goods], costs: Costs) -> list[int]:
    """The whole chain in one loop: landed cost via warehouse, GPM, markup, one rounding up; answers cents.

    In integers, because 28 digits of `Decimal` are not exact here, and the fastest that is: what moving a box costs is
    worked out once for each box type, GPM, markup and cents are one factor, and each lot is divided once.
    """
    per_box = _per_box(goods, costs)
    share, markup = 100 * MICRO - costs.gpm, 100 * MICRO + costs.markup
    times, by = _reduced(markup * 100, share * MICRO)
    prices = []
    for cost, box_type, _, _, units in goods:
        n, d = per_box[box_type]
        prices.append(-((cost * units * d + n) * times // -(d * units * by)))
    return prices


def _per_box(goods: Sequence[Goods], costs: Costs) -> Mapping[str, tuple[int, int]]:
    """Freight, handling and truck of a box of each type, in micros, as a fraction."""
    found: dict[str, tuple[int, int]] = {}
    for _, box_type, fbe, (n, d), _ in goods:
        if box_type not in found:
            by_air = (costs.freight_per_fbe + costs.handling_per_fbe) * fbe
            found[box_type] = _reduced(by_air * d + costs.cube_rate * n * MICRO, MICRO * d)
    return found


def _reduced(n: int, d: int) -> tuple[int, int]:
    divisor = gcd(n, d)
    return n // divisor, d // divisor
