"""Exact prices of many lots at once: lots are in classes, and each class has one formula in whole numbers.

The price of a lot of a class is `times × c + plus + per_box ÷ u`, of one stored whole number `c` and the units `u`. It
is computed in 64 bits where it is proved that nothing overflows, else in Python's integers: the prices are the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from k2k_core.domain.money import Exact

Ints = NDArray[np.int64]

SAFE = 2.0**60
"""Below this bound, itself computed in floating point with an error far below a half of it, 64 bits hold every
intermediate result and its double."""

TOO_LARGE = 2.0**200

NO_PRICE = 0
"""A price that is not above zero is none (pricing section 6), so 0 stands for no price."""


class Coefficients(NamedTuple):
    """The formula of a class."""

    times: Exact
    plus: Exact
    per_box: Exact

    def whole(self, scale: int) -> tuple[int, int, int, int]:
        """The same in whole numbers: a price in 1/scale is `((a × c + b) × u + p) / (d × u)`."""
        parts = [one.reduced() for one in self]
        d = math.lcm(*(one.d for one in parts))
        a, b, p = (one.n * (d // one.d) * scale for one in parts)
        common = math.gcd(a, b, p, d)
        return a // common, b // common, p // common, d // common


def rounded_prices(
    classes: Sequence[Coefficients], class_of: NDArray[np.int32], c: Ints, units: Ints, scale: int, rounding: str
) -> Ints:
    """The prices in the smallest units of a currency, rounded once; 0 for those that are not above zero."""
    whole = [one.whole(scale) for one in classes]
    up = rounding == "up"
    found = np.zeros(len(c), np.int64)
    proved = _proved(whole, c, units)
    safe = np.full(len(c), proved) if proved else _safe(whole, class_of, c, units)
    if safe.any():
        table = np.asarray([one if _fits(one) else (0, 0, 0, 1) for one in whole], np.int64)
        a, b, p, d = (column[class_of] for column in table.T)
        above, below = (a * c + b) * units + p, d * units
        if not proved and not safe.all():
            above, below = np.where(safe, above, 0), np.where(safe, below, 1)
        found = -(-above // below) if up else (2 * above + below) // (2 * below)
    for place in () if proved else np.flatnonzero(~safe).tolist():
        a1, b1, p1, d1 = whole[class_of[place]]
        number, u = int(c[place]), int(units[place])
        exact = Exact((a1 * number + b1) * u + p1, d1 * u)
        found[place] = max(exact.rounded_up(1) if up else exact.rounded_half_up(1), NO_PRICE)
    return np.maximum(found, NO_PRICE)


def _proved(whole: Sequence[tuple[int, int, int, int]], c: Ints, units: Ints) -> bool:
    """Whether no class has an intermediate result near 64 bits, with the largest numbers of all lots."""
    if not len(c):
        return True
    most, u = max(-int(c.min()), int(c.max())), int(units.max())
    bounds = (((abs(a) * most + abs(b)) * u + abs(p), d * u) for a, b, p, d in whole)
    return all(map(_fits, whole)) and all(above < SAFE and below < SAFE for above, below in bounds)


def _fits(whole: tuple[int, int, int, int]) -> bool:
    """Whether the coefficients themselves, which a number of 0 would hide, are far below 64 bits."""
    return all(abs(one) < SAFE for one in whole)


def _safe(
    whole: Sequence[tuple[int, int, int, int]], class_of: NDArray[np.int32], c: Ints, units: Ints
) -> NDArray[np.bool_]:
    """Where no intermediate result comes near 64 bits."""
    table = np.asarray(
        [[float(abs(one)) for one in row] if _fits(row) else [TOO_LARGE] * 4 for row in whole], np.float64
    )
    a, b, p, d = (column[class_of] for column in table.T)
    u = units.astype(np.float64)
    most = (a * np.abs(c.astype(np.float64)) + b) * u + p
    safe: NDArray[np.bool_] = (most < SAFE) & (d * u < SAFE)
    return safe
