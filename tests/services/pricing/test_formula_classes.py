"""Prices of classes of lots are exact: in 64 bits where that is proved, else in whole numbers of any size (pricing
section 7)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from k2k_core.domain.money import Exact
from k2k_core.services.pricing.formula_classes import Coefficients, rounded_prices

ANY = st.integers(-(2**70), 2**70)
USUAL = st.integers(-(10**9), 10**9)
NUMBERS = st.builds(Exact, ANY | USUAL, st.integers(1, 2**70) | st.sampled_from((1, 100, 10**6, 1728 * 10**6)))
STORED = st.integers(0, 10**6) | st.integers(-(2**62), 2**62)


def by_hand(formula: Coefficients, stored: int, units: int, scale: int, rounding: str) -> int:
    """The same price in fractions."""
    times, plus, per_box = (one.as_fraction() for one in formula)
    price = (times * stored + plus + per_box / units) * scale
    rounded = ceil(price) if rounding == "up" else floor(price + Fraction(1, 2))
    return max(rounded, 0)


@given(
    classes=st.lists(st.builds(Coefficients, NUMBERS, NUMBERS, NUMBERS), min_size=1, max_size=3),
    lots=st.lists(st.tuples(st.integers(0, 2), STORED, st.integers(1, 500)), min_size=1, max_size=12),
    scale=st.sampled_from((1, 100, 1000)),
    rounding=st.sampled_from(("up", "half_up")),
)
def test_every_price_is_that_of_exact_fractions(
    classes: list[Coefficients], lots: list[tuple[int, int, int]], scale: int, rounding: str
) -> None:
    lots = [(number % len(classes), stored, units) for number, stored, units in lots]
    expected = [by_hand(classes[number], stored, units, scale, rounding) for number, stored, units in lots]
    numbers, stored, units = (np.asarray(column) for column in zip(*lots, strict=True))
    if max(expected) >= 2**63:
        with pytest.raises(OverflowError):
            rounded_prices(classes, numbers.astype(np.int32), stored, units, scale, rounding)
        return
    assert rounded_prices(classes, numbers.astype(np.int32), stored, units, scale, rounding).tolist() == expected


@pytest.mark.parametrize("stored", [2**60 - 1, 2**60, 2**60 + 1, 2**61, 2**62 - 1, -(2**60), -(2**62)])
@pytest.mark.parametrize("rounding", ["up", "half_up"])
def test_at_the_border_of_what_64_bits_hold_the_prices_are_the_same(stored: int, rounding: str) -> None:
    formula = Coefficients(Exact(1, 3), Exact(0), Exact(0))
    found = rounded_prices([formula], np.zeros(1, np.int32), np.asarray([stored]), np.asarray([1]), 1, rounding)
    assert found.tolist() == [by_hand(formula, stored, 1, 1, rounding)]


@pytest.mark.parametrize("stored", [[0], [0, 7]])
def test_a_coefficient_that_64_bits_do_not_hold_is_no_fault_beside_a_number_of_zero(stored: list[int]) -> None:
    formula = Coefficients(Exact(2**62), Exact(0), Exact(1, 26))
    of, units = np.zeros(len(stored), np.int32), np.ones(len(stored), np.int64)
    if len(stored) > 1:
        with pytest.raises(OverflowError):
            rounded_prices([formula], of, np.asarray(stored), units, 1, "up")
        return
    assert rounded_prices([formula], of, np.asarray(stored), units, 1, "up").tolist() == [1]


def test_a_half_is_rounded_up_and_what_is_not_above_zero_is_no_price() -> None:
    formula = Coefficients(Exact(1, 1000), Exact(0), Exact(0))
    stored = np.asarray([1005, 1004, 5, 4, 0, -1005])
    of = np.zeros(len(stored), np.int32)
    ones = np.ones(len(stored), np.int64)
    assert rounded_prices([formula], of, stored, ones, 100, "half_up").tolist() == [101, 100, 1, 0, 0, 0]
    assert rounded_prices([formula], of, stored, ones, 100, "up").tolist() == [101, 101, 1, 1, 0, 0]
